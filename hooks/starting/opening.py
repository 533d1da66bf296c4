"""What is asked before any call that starts agents: is Interlock switched on here, and may this agent start others?"""

from __future__ import annotations

from hooks.event import unseen
from mcp_server import hook_app
from mcp_server.adapters.settings.mode import mode_override
from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.settings import Settings


class Opened(NamedTuple):
    """What such a call is judged with.

    `refusal`: the plan of the agent that calls waits, and what it starts would not be bound by that.
    """

    place: Workplace
    settings: Settings
    store: hook_app.HookStore
    refusal: str


def opened(event: Event, repository: Repository, what: str) -> Opened | None:
    """The same for a call that starts `what`; None where Interlock is switched off."""
    if mode_override(repository.state) == "off":
        return None
    place = hook_app.open_workplace(repository)
    settings = place.settings()
    if settings.mode == "off":
        return None
    store = hook_app.HookStore(repository)
    unseen.meet(event, store)
    unapproved = store.guard.rights(event.key, event.parent_key).unapproved
    return Opened(place, settings, store, unapproved.refusal(what, "started") if unapproved is not None else "")

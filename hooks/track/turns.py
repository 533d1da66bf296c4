"""At a prompt a person's corrections; after a step writes that were refused, and the tokens that the task has cost."""

from __future__ import annotations

from mcp_server.core.off_track import signs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore

COMPARED = 50
"""With how many done tasks a task is compared, at most."""


def after_prompt(event: Event, store: HookStore, rights: AgentRights) -> str:
    """What the agent is told if this prompt is one correction too many; empty for nothing."""
    from mcp_server.domain.heuristics.corrections import is_correction

    attempt = signs.attempt_of(rights.family[0], rights.leases)
    if attempt is None or not is_correction(event.prompt):
        return ""
    with store.writing():
        return signs.after_correction(store.tracks, attempt, " ".join(event.prompt.split()))


def after_spending(store: HookStore, rights: AgentRights) -> str:
    """What the agent is told if far more tokens were spent on its task than on others; empty for nothing."""
    attempt = signs.attempt_of(rights.family[0], rights.leases)
    tokens = store.usage.on_task(attempt.task) if attempt is not None else 0
    if attempt is None or not tokens:
        return ""
    done = store.usage.on_done_like(attempt.task, COMPARED)
    with store.writing():
        return signs.after_spending(store.tracks, attempt, tokens, done)


def after_refusals(store: HookStore, rights: AgentRights, refused: int) -> str:
    """What the agent is told if so many of its writes were refused; empty for nothing."""
    attempt = signs.attempt_of(rights.family[0], rights.leases)
    if attempt is None or refused < signs.REFUSALS:
        return ""
    with store.writing():
        return signs.after_refusals(store.tracks, attempt)

"""After a Bash command, or a look at one in the background: what it damaged, and whose files its errors are in.

Only commands that the kernel confines, or that may write, were recorded when they began; for others there is no damage
to look for. A command that moved a branch may now conflict with others: that is checked too. On the hot path: after
most calls there is nothing to say.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.host.repository import used_at  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.event.event import Event
    from mcp_server.hook_app import HookStore


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """Facts, or nothing at all: the call has been made, and a failure here must not disturb it."""
    try:
        with failure.deadline(failure.SECONDS):
            event = io.parse(given, environment, started_in)
            here, project = open_stores(event)
        return respond(event, here, project)
    except Exception as error:  # noqa: BLE001  a check that fails must not disturb the agent's work
        _complain("what the command did was not examined", error)
    return ""


def open_stores(event: Event) -> tuple[HookStore | None, HookStore | None]:
    """The stores of the repository that the agent is in, and of its session's if that is another one; None if unused.

    The command may have changed the directory since it was recorded.
    """
    here = used_at(event.directory, event.project)
    project = used_at(os.path.realpath(event.project), event.project) if event.project else None
    if here is None and project is None:
        return None, None
    from mcp_server.hook_app import HookStore

    same = here is not None and project is not None and here.state == project.state
    return HookStore(here) if here else None, HookStore(project) if project and not same else None


def respond(event: Event, here: HookStore | None, project: HookStore | None) -> str:
    """The answer. Damage comes first, as it is quick: about errors, the answer may wait until files are quiet."""
    reports: list[str] = []
    for_user = ""
    stores = [store for store in (here, project) if store is not None]
    try:
        with failure.deadline(failure.SECONDS):
            if stores and event.tool == "Bash":
                found, for_user = _damage(event, stores)
                reports += found
                _find_conflicts(stores)
    except Exception as error:  # noqa: BLE001  the errors are examined all the same
        _complain("what the command changed was not examined", error)
    try:
        reports += _errors(event, here) if here is not None and not here.repository.git_folder else []
    except Exception as error:  # noqa: BLE001  the damage is reported all the same
        _complain("the errors were not examined", error)
    if not reports:
        return ""
    return io.and_for_the_user(io.answer(event.name, additionalContext="\n".join(reports)), for_user)


def _damage(event: Event, stores: list[HookStore]) -> tuple[list[str], str]:
    for store in stores:
        if store.commands.is_running(event.call_id):
            from hooks.bash import damage

            return damage.report(event, store)
    return [], ""


def _find_conflicts(stores: list[HookStore]) -> None:
    """If the command moved the HEAD of a checkout, find the branches that now conflict; their agents are notified."""
    for store in stores:
        if os.path.isdir(os.path.join(os.path.dirname(store.repository.state), "worktrees")):
            from hooks.session import head_moved

            head_moved.find_conflicts(store.repository)


def _errors(event: Event, store: HookStore) -> list[str]:
    from hooks.bash import errors

    with failure.deadline(failure.SECONDS):
        found = errors.find(event, store)
    if found is None:
        return []
    advice = errors.advice(event, store, found.judgement, found.attempts) if found.judgement is not None else ""
    return [said for said in (advice, found.circle) if said]


def _complain(what: str, error: Exception) -> None:
    print(f"interlock: {what}: {error}", file=sys.stderr)


if __name__ == "__main__":
    io.run(answer)

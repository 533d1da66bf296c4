"""After a tool has written: the journal of who edited what and when."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.event.targets import targets  # noqa: E402
from mcp_server.adapters.host.repository import real, used_at  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.hook_app import HookStore


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """Nothing, as a rule: the edit has been made and is recorded, and nothing here can or should stop it."""
    try:
        with failure.deadline(failure.SECONDS):
            return respond(io.parse(given, environment, started_in))
    except Exception as error:  # noqa: BLE001  the journal helps others, and must never disturb this agent
        print(f"interlock: an edit is not in the journal: {error}", file=sys.stderr)
    return ""


def respond(event: Event) -> str:
    """Record the paths that this call wrote, each in its repository, if that is in use; report one that is not its own.

    That is looked at only where a link leads to it: the link may be another one than before the call. Also reported is
    what shows that the agent goes in circles.
    """
    reports = []
    for path in targets(event)[0]:
        spelled = os.path.normpath(os.path.join(event.cwd, event.at_home(path)))
        found = real(spelled, event.cwd)
        repository = used_at(found, event.project)
        if repository is None:
            continue
        relative = repository.relative(found)
        if found != spelled:
            from hooks.event import linked_edit

            reports.append(linked_edit.report(event, repository, relative))
        reports.append(_record(event, repository, relative))
    told = "\n".join(filter(None, reports))
    return io.answer(event.name, additionalContext=told) if told else ""


def _record(event: Event, repository: Repository, path: str) -> str:
    """Record an edit; what the agent is told of it, empty for nothing."""
    from mcp_server.adapters.host import edit_backups
    from mcp_server.hook_app import HookStore

    store = HookStore(repository)
    family = store.guard.at_work(event.key, repository.root) or _registered(event, store)
    with store.writing():
        if store.guard.is_due(family):
            store.guard.touch(family)
        store.journal.edited(path, family[0])
    edit_backups.keep(repository, path)
    return _circle(event, store, path, family)


def _circle(event: Event, store: HookStore, path: str, family: Sequence[int]) -> str:
    """Whether the agent goes in circles; looked at only where a claim is held."""
    rights = store.guard.rights_of(family[0], family[1] if len(family) > 1 else None)
    if not rights.claims() or store.guard.policy().mode == "off":
        return ""
    from hooks.track import edits

    return edits.after_edit(event, store, path, rights)


def _registered(event: Event, store: HookStore) -> Sequence[int]:
    """An agent that is new, or new in this worktree: only this needs the whole store."""
    from hooks.event import agents

    return agents.registered(event, store)


if __name__ == "__main__":
    io.run(answer)

"""After a step, a prompt or a stop: the agent is alive, so its leases are renewed, and it is shown its messages.

So are those of one that asks its user, who may take hours.

On the hot path.
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
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore

TAKES_CONTEXT = ("PostToolBatch", "UserPromptSubmit")
"""The events at which the client shows an agent what a hook says."""


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """Renew the leases of the agent that the event is about, and deliver its messages."""
    try:
        with failure.deadline(failure.SECONDS):
            return respond(io.parse(given, environment, started_in))
    except Exception as error:  # noqa: BLE001  the next step renews what this one missed
        print(f"interlock: the leases were not renewed: {error}", file=sys.stderr)
    return ""


def respond(event: Event) -> str:
    """The answer to one event; empty in a repository that is not in use, or for an agent that is not registered."""
    repository = used_at(event.directory, event.project)
    name = event.name
    told = _edits_elsewhere(event, repository) if name == "PostToolBatch" else ""
    if repository is None:
        return io.answer(name, additionalContext=told) if told else ""
    if name == "PostToolBatch" and _some_are_recorded(os.path.join(repository.state, "commands")):
        from hooks.bash import sandboxed

        sandboxed.batch_ended(event, repository)
    from mcp_server.hook_app import HookStore

    store = HookStore(repository)
    rights = store.guard.rights(event.key, event.parent_key)
    if not rights.family:
        return ""
    told = "\n".join(filter(None, (told, _edits_here(event, store))))
    if name == "Stop":
        return _stop(event, store, rights)
    is_due = name != "PermissionRequest" and store.guard.is_due(rights.family)
    if name == "PermissionRequest":
        with store.writing():
            store.guard.asks(rights.family)
    elif is_due:
        with store.writing():
            store.guard.touch(rights.family, prompt_is_over=True)
    if name == "PreCompact":
        from hooks.session import checkpoint

        checkpoint.keep(repository, event.key, "before its memory was compacted")
    if name not in TAKES_CONTEXT:
        return ""
    if name == "PostToolBatch":
        _count(event, store, rights)
        _forget_not_started(event, store, rights.family[0])
    said = [told, _circles(event, store, rights, now_and_then=is_due), _messages(store, rights.family[0])]
    told = "\n".join(filter(None, said))
    return io.answer(name, additionalContext=told) if told else ""


def _forget_not_started(event: Event, store: HookStore, lead: int) -> None:
    """What was claimed for teammates that the client did not start is free again."""
    if event.may_have_started:
        from hooks.starting import teammate

        teammate.not_started(event, store, lead)


def _circles(event: Event, store: HookStore, rights: AgentRights, *, now_and_then: bool) -> str:
    """Whether the agent goes in circles; looked at only where a claim is held and there may be a sign.

    What its task takes changes slowly, so that is looked at `now_and_then`.
    """
    claims = [lease.since for lease in rights.leases if lease.task is not None and lease.resource is None]
    if not claims or store.guard.policy().mode == "off":
        return ""
    is_step = event.name == "PostToolBatch"
    refused = store.guard.refusals(rights.family[0], max(claims)) if is_step else 0
    if is_step and not refused and not now_and_then:
        return ""
    from hooks.track import turns

    if not is_step:
        return turns.after_prompt(event, store, rights)
    said = [turns.after_refusals(store, rights, refused)]
    said += [turns.after_spending(store, rights) if now_and_then else ""]
    return "\n".join(filter(None, said))


def _count(event: Event, store: HookStore, rights: AgentRights, *, ends: bool = False) -> None:
    """Count what the agent has spent, where its client says in which file it records it."""
    if event.transcript is not None:
        from hooks.session import accounting

        accounting.count_step(event, store, *rights.family[:2], ends=ends)


def _some_are_recorded(folder: str) -> bool:
    """Whether the kernel confines commands of any session, or was to: most steps have none to look at."""
    try:
        return bool(os.listdir(folder))
    except OSError:
        return False


def _edits_here(event: Event, store: HookStore) -> str:
    """What to tell the agent of its edits, which are over."""
    if not store.has_begun_edits:
        return ""
    from hooks.event import edits

    return edits.end(event, store)


def _edits_elsewhere(event: Event, here: Repository | None) -> str:
    """What to tell the agent of its edits in other repositories than that in which it is."""
    if not event.may_have_edited:
        return ""
    from hooks.event import edits

    found = edits.elsewhere(event, here)
    if not found:
        return ""
    from mcp_server.hook_app import HookStore

    return "\n".join(edits.end(event, HookStore(repository)) for repository in found)


def _stop(event: Event, store: HookStore, rights: AgentRights) -> str:
    """The turn ends, unless there is a question left."""
    _count(event, store, rights, ends=True)
    question = _before_stop(event, store, rights)
    with store.writing():
        if question:
            store.guard.touch(rights.family, prompt_is_over=True)
        else:
            store.guard.stops(rights.family)
    return question


def _before_stop(event: Event, store: HookStore, rights: AgentRights) -> str:
    """Ask once what should happen to the agent's claim. Skipped while subagents work or after a hook's answer."""
    if event.was_stopped_before or event.waits_for_subagents or store.guard.policy().mode == "off":
        return ""
    own = rights.family[0]
    claims = [
        (lease.task, lease.title, lease.since)
        for lease in rights.leases
        if lease.task is not None and lease.resource is None and lease.holder_id == own
    ]
    leads = event.subagent is None and store.leads(own)
    if not claims and not leads and not store.inbox.unseen(own, 1):
        return ""
    from mcp_server.core.agents.before_stop import stop_reminder

    with store.writing():
        question = stop_reminder(store, own, claims)
        if leads:
            from mcp_server.core.teams.lead import stops_before

            question = "\n".join(filter(None, (question, stops_before(store.books(), own))))
    return io.keep_going(question) if question else ""


def _messages(store: HookStore, agent_id: int) -> str:
    if not store.inbox.unseen(agent_id, 1):
        return ""
    from mcp_server.core.agents.deliver import deliver

    with store.writing():
        return deliver(store.inbox, agent_id)


if __name__ == "__main__":
    io.run(answer)

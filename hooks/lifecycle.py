"""Subagents start and end, and sessions end: they are registered, briefed and released."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import failure, io  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server import hook_app  # noqa: E402
from mcp_server.adapters.host.repository import repository_of  # noqa: E402
from mcp_server.core.agents import register  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """What the agent is told, or is asked before it ends. A failure is shown to the user."""
    try:
        return respond(io.parse(given, environment, started_in))
    except Exception as error:  # noqa: BLE001  the one place where a failure is turned into words
        return io.for_the_user(failure.not_working(error))


def respond(event: Event) -> str:
    """The answer to a subagent's start or end, to the message with which a teammate ends, or to a session's end."""
    name = event.name
    repository = repository_of(event.directory, event.project)
    if name == "SessionEnd":
        _end_session(event, repository)
        return ""
    if not repository.in_use:
        return ""
    with failure.deadline(failure.SECONDS):
        if name == "PostToolUse":
            return _shut_down(event, repository)
        return _end_subagent(event, repository) if name == "SubagentStop" else _start_subagent(event, repository)


def _start_subagent(event: Event, repository: Repository) -> str:
    from hooks.session import registration

    context = registration.begin(event, repository)
    return io.answer(event.name, additionalContext=context) if context else ""


def _shut_down(event: Event, repository: Repository) -> str:
    """End a teammate that has agreed to be shut down; any other message is none of our business."""
    if event.subagent is not None and event.agrees_to_shut_down:
        with hook_app.open_store(repository).writing() as books:
            register.leave(books, event.key, "shut down")
    return ""


def _end_session(event: Event, repository: Repository) -> None:
    """Release a session's agent; after `/clear` the same agent continues, so it has not ended."""
    from hooks.session import titles

    titles.forget(event)
    if not repository.in_use:
        return
    from hooks.bash import sandboxed
    from hooks.event import edits
    from hooks.session import accounting, checkpoint

    sandboxed.session_ended(repository, event.session)
    edits.end(event, hook_app.HookStore(repository))
    why = event.reason or "ended"
    store = hook_app.open_store(repository)
    if why != "clear":
        checkpoint.keep(repository, event.session, "its session ended")
        with store.writing() as books:
            register.leave(books, event.session, why)
    accounting.count_session(event, store)
    if why != "clear":
        hook_app.keep_backup(repository)


def _end_subagent(event: Event, repository: Repository) -> str:
    """Ask a subagent once what should happen to its own claim; after that it is idle, since it may be woken again.

    One of a workflow can't be: it has ended, and the claim is released.
    """
    from hooks.event import edits
    from hooks.session import accounting
    from mcp_server.core.agents.before_stop import stop_reminder

    store = hook_app.HookStore(repository)
    edits.end(event, store)
    # One that never started, as the client has for itself, has no transcript that could be missed.
    is_known = bool(store.guard.rights(event.key, None).family)
    family = store.guard.rights(event.key, event.parent_key).family
    if family:
        accounting.count_step(event, store, *family[:2], ends=is_known)
    with hook_app.open_store(repository).writing() as books:
        agent = books.agents.find(event.key)
        if agent is not None and agent.ended_at is not None:
            return ""
        claims = [
            (lease.task, lease.title, lease.granted_at)
            for lease in (books.leases.held_by(agent.id) if agent is not None else ())
            if lease.task is not None and lease.resource is None
        ]
        question = "" if agent is None or event.was_stopped_before else stop_reminder(books, agent.id, claims)
        if question:
            return io.keep_going(question)
        if event.is_of_workflow:
            register.leave(books, event.key, "subagent stopped")
        else:
            register.stop(books, event.key)
    return ""


if __name__ == "__main__":
    io.run(answer)

"""Sessions and subagents start and end: they are registered, briefed and released."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import agents, failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.session import self_test, titles, worktree_setup  # noqa: E402
from mcp_server import hook_app  # noqa: E402
from mcp_server.core.agents import register  # noqa: E402
from mcp_server.core.agents.brief import briefing  # noqa: E402
from mcp_server.core.leases.expire import end_gone, offer_expired  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def answer(given: bytes, environment: Mapping[str, str], started_in: str) -> str:
    """What the agent and the user are told. A failure is shown to the user: a silent guard would be worse than none."""
    try:
        return respond(io.parse(given, environment, started_in))
    except Exception as error:  # noqa: BLE001  the one place where a failure is turned into words
        words = failure.described(error, 400)
        return io.for_the_user(f"Interlock is not working in this session: {words}. Run bin/interlock doctor.")


def respond(event: Event) -> str:
    """The answer to a session's or a subagent's start or end."""
    name = event.name
    repository = agents.current_repository(event)
    if name == "SessionEnd":
        _end_session(event, repository)
        return ""
    if name == "SubagentStop":
        return _end_subagent(event, repository)
    if event.title is not None:
        titles.remember(event, event.title)
    notices: list[str] = []
    if name == "SessionStart":
        from hooks.session import bootstrap

        notices = bootstrap.notices(event) + _prepare_shells(event, repository)
    with failure.deadline(failure.SECONDS):
        context = _start(event, repository, notices) if repository.in_use else ""
    return _answer(name, context, notices)


def _start(event: Event, repository: Repository, notices: list[str]) -> str:
    notices += _settings_trouble(repository) or self_test.trouble(event, repository)
    with hook_app.open_store(repository).writing() as books:
        end_gone(books, hook_app.processes())
        offer_expired(books)
        agent = register.recognise(books, agents.caller(event, repository), after_clear=event.is_after_clear)
        context = briefing(books, agent)
        incomplete = repository.root != repository.main and worktree_setup.is_needed(event, repository, books)
    return worktree_setup.begin(event, repository, context) if incomplete else context


def _end_session(event: Event, repository: Repository) -> None:
    """Release a session's agent; after `/clear` the same agent continues, so it has not ended."""
    titles.forget(event)
    if not repository.in_use:
        return
    from hooks.bash import sandboxed
    from hooks.session import checkpoint

    sandboxed.session_ended(repository, event.session)
    why = event.reason or "ended"
    if why == "clear":
        return

    checkpoint.keep(repository, event.session, "its session ended")
    with hook_app.open_store(repository).writing() as books:
        register.leave(books, event.session, why)
    hook_app.keep_backup(repository)


def _end_subagent(event: Event, repository: Repository) -> str:
    """Ask a subagent once what should happen to its own claim; after that it has ended, and the claim is released."""
    if not repository.in_use:
        return ""
    from mcp_server.core.agents.before_stop import stop_reminder

    with hook_app.open_store(repository).writing() as books:
        agent = books.agents.find(event.key)
        claims = [
            (lease.task, lease.title, lease.granted_at)
            for lease in (books.leases.held_by(agent.id) if agent is not None else ())
            if lease.task is not None and lease.resource is None
        ]
        question = "" if agent is None or event.was_stopped_before else stop_reminder(books, agent.id, claims)
        if question:
            return io.keep_going(question)
        register.leave(books, event.key, "subagent stopped")
    return ""


def _prepare_shells(event: Event, repository: Repository) -> list[str]:
    """Make sure that the kernel can confine Bash commands; returns what the user should know if that fails."""
    from hooks.bash import shells

    try:
        with failure.deadline(failure.SECONDS):
            shells.prepare(event, repository)
    except Exception as error:  # noqa: BLE001  without it, commands are still checked before and after they run
        words = failure.described(error)
        return [f"Bash commands are checked before and after they run, but not confined while they do: {words}."]
    return []


def _settings_trouble(repository: Repository) -> list[str]:
    from mcp_server.adapters.settings.settings_file import SettingsError, read_settings, unknown_settings

    try:
        read_settings(repository.settings)
        unknown = unknown_settings(repository.settings)
    except SettingsError as error:
        return [f"the guard refuses every edit until the settings are fixed: {error}"]
    return [f"{repository.settings} has settings that do not exist: {', '.join(unknown)}"] if unknown else []


def _answer(event_name: str, context: str, notices: list[str]) -> str:
    message = io.for_the_user("Interlock: " + " ".join(notices)) if notices else ""
    if not context:
        return message
    answer = io.answer(event_name, additionalContext=context)
    return answer if not message else message[:-1] + "," + answer[1:]


if __name__ == "__main__":
    io.run(answer)

"""Agents come and go: sessions and subagents are registered, briefed and let go."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from hooks.event import agents, failure, io  # noqa: E402  the plugin's folder has to be on the path first
from hooks.session import self_test, titles, worktree_setup
from mcp_server import hook_app  # noqa: E402
from mcp_server.core.agents import register  # noqa: E402
from mcp_server.core.agents.brief import briefing  # noqa: E402
from mcp_server.core.leases.expire import end_gone, offer_expired  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.adapters.host.repository import Repository


def main() -> None:
    """Answer one event. What goes wrong is told to the user: a silent guard would be worse than none."""
    try:
        output = respond(io.read_event())
    except Exception as error:  # noqa: BLE001  the one place where a failure is turned into words
        output = _trouble(error)
    io.leave(output)


def respond(event: dict[str, Any]) -> str:
    """The answer to a session's or a subagent's start or end."""
    name = io.text_of(event, "hook_event_name")
    repository = agents.here(event)
    if name == "SessionEnd":
        if repository.in_use:
            from hooks.bash import sandboxed

            sandboxed.session_over(repository, io.text_of(event, "session_id"))
        titles.forget(io.text_of(event, "session_id"))
        _end(repository, io.text_of(event, "session_id"), io.optional_text(event, "reason") or "ended")
        return ""
    if name == "SubagentStop":
        return _subagent_stops(event, repository)
    title = io.optional_text(event, "session_title")
    if title is not None:
        titles.remember(io.text_of(event, "session_id"), title)
    notices = _set_up() + _prepare_shells(repository) if name == "SessionStart" else []
    with failure.deadline(failure.SECONDS):
        context = _start(event, repository, notices) if repository.in_use else ""
    return _said(name, context, notices)


def _start(event: dict[str, Any], repository: Repository, notices: list[str]) -> str:
    notices += _settings_trouble(repository) or self_test.trouble(repository)
    store = hook_app.open_store(repository)
    with store.writing() as books:
        end_gone(books, hook_app.processes())
        offer_expired(books)
        caller = agents.caller(event, repository)
        agent = register.recognise(books, caller, after_clear=event.get("source") == "clear")
        told = briefing(books, agent)
        lacking = repository.root != repository.main and worktree_setup.is_needed(repository, books)
    return worktree_setup.begin(repository, told) if lacking else told


def _subagent_stops(event: dict[str, Any], repository: Repository) -> str:
    """A subagent is asked once what is to become of its own claim; then it has ended, and the claim is free."""
    if not repository.in_use:
        return ""
    from mcp_server.core.agents.before_stop import before_stopping

    key = agents.caller(event, repository).key
    with hook_app.open_store(repository).writing() as books:
        agent = books.agents.find(key)
        claims = [
            (lease.task, lease.title, lease.granted_at)
            for lease in (books.leases.held_by(agent.id) if agent is not None else ())
            if lease.task is not None and lease.resource is None
        ]
        told = "" if agent is None or event.get("stop_hook_active") else before_stopping(books, agent.id, claims)
        if told:
            return io.keep_going(told)
        register.leave(books, key, "subagent stopped")
    return ""


def _end(repository: Repository, key: str, why: str) -> None:
    """Let go of an agent; after `/clear` the same agent goes on, so it has not ended."""
    if not repository.in_use or why == "clear":
        return
    from hooks.session import checkpoint

    checkpoint.keep(repository, key, "its session ended")
    with hook_app.open_store(repository).writing() as books:
        register.leave(books, key, why)


def _set_up() -> list[str]:
    """See to it that the server's environment is there; what the user should know about it."""
    from hooks.session import bootstrap

    return bootstrap.notices()


def _prepare_shells(repository: Repository) -> list[str]:
    """See to it that the kernel can hold Bash commands; what the user should know if that goes wrong."""
    from hooks.bash import shells

    try:
        with failure.deadline(failure.SECONDS):
            shells.prepare(repository)
    except Exception as error:  # noqa: BLE001  without it the two other looks at a command remain
        words = " ".join(str(error).split())[:200] or type(error).__name__
        return [f"Bash commands are read before and looked at after they run, but not held meanwhile: {words}."]
    return []


def _settings_trouble(repository: Repository) -> list[str]:
    from mcp_server.adapters.settings.settings_file import SettingsError, read_settings, unknown_settings

    try:
        read_settings(repository.settings)
        unknown = unknown_settings(repository.settings)
    except SettingsError as error:
        return [f"the guard refuses every edit until the settings are mended: {error}"]
    return [f"{repository.settings} has settings that do not exist: {', '.join(unknown)}"] if unknown else []


def _trouble(error: Exception) -> str:
    words = " ".join(str(error).split())[:400] or type(error).__name__
    return io.for_the_user(f"Interlock is not working in this session: {words}. Run bin/interlock doctor.")


def _said(event_name: str, context: str, notices: list[str]) -> str:
    message = io.for_the_user("Interlock: " + " ".join(notices)) if notices else ""
    if not context:
        return message
    told = io.answer(event_name, additionalContext=context)
    return told if not message else message[:-1] + "," + told[1:]


if __name__ == "__main__":
    main()

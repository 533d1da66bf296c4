"""What a command changed that its agent may not write: found, told to both sides, and what was lost put aside."""

from __future__ import annotations

from time import time

from hooks.event import io
from mcp_server.adapters.git import changes
from mcp_server.adapters.host import edit_backups
from mcp_server.adapters.sqlite.light import begin_writing
from mcp_server.core.guard.damage import aftermath, told_agent, told_owner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.adapters.git.changes import Change
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.core.guard.damage import Aftermath, Damage
    from mcp_server.domain.activity import Command
    from mcp_server.hook_app import Desk
    from mcp_server.sandbox.record import Record

DAY = 24 * 3600.0


def told(event: dict[str, Any], repository: Repository, desk: Desk, command: Command, held: Record | None) -> list[str]:
    """What the agent is told of the damage; the holders get messages, and what was its own goes into the journal.

    `held` is what the kernel held the command to, if it did.
    """
    known = desk.journal.paths(time() - DAY, changes.MOST_PATHS)
    found = {change.path: change for change in changes.since(repository.root, command.began_at, known) or ()}
    if not found:
        return []
    came = aftermath(desk, desk.guard.rights(*io.signs(event)), command, list(found))
    came.damage = [one for one in came.damage if _is_its_doing(repository, found[one.path], held)]
    for one in came.damage:
        one.restore = _restore(repository, found[one.path])
    for path in came.own:
        edit_backups.keep(repository, path)
    _write_down(event, desk, command, came)
    return [told_agent(came.damage)] if came.damage else []


def _is_its_doing(repository: Repository, change: Change, held: Record | None) -> bool:
    """Whether the command can have done it: the kernel lets through what lies beside a scope, and modes everywhere."""
    if held is None or not change.content:
        return True
    from mcp_server.sandbox.apply import may_have_written

    return may_have_written(held, repository.root + "/" + change.path)


def _restore(repository: Repository, change: Change) -> str:
    """The command that brings back what was there; empty when nothing can."""
    from shlex import quote

    if not change.content:
        return f"git diff -- {quote(':/' + change.path)} (its mode or times changed)" if change.tracked else ""
    safe = edit_backups.rescue(repository, change.path)
    if safe is not None:
        return f"cp -- {quote(safe)} {quote(repository.root + '/' + change.path)}"
    return f"git restore -- {quote(':/' + change.path)}" if change.tracked else ""


def _write_down(event: dict[str, Any], desk: Desk, command: Command, came: Aftermath) -> None:
    begin_writing(desk.connection)
    for path in came.own:
        desk.journal.edited(path, command.agent)
    for one in came.damage:
        desk.guard.refused(command.agent, one.path, "changed by a command")
        _tell_owner(event, desk, command, one)
    desk.connection.execute("COMMIT")


def _tell_owner(event: dict[str, Any], desk: Desk, command: Command, one: Damage) -> None:
    if one.holder_id is None:
        return
    arguments = event.get("tool_input")
    text = arguments.get("command") if isinstance(arguments, dict) else None
    subject, body = told_owner(one, desk.activity.name(command.agent), text if isinstance(text, str) else "a command")
    desk.inbox.post(None, one.holder_id, subject, body)

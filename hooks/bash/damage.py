"""What a command changed that its agent may not write: both sides are notified, and lost edits are backed up."""

from __future__ import annotations

from time import time

from mcp_server.adapters.git import changes
from mcp_server.adapters.host import edit_backups
from mcp_server.adapters.host.repository import Repository
from mcp_server.core.guard.damage import judge_changes, message_to_agent, message_to_holder, unconfined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.bash.sandboxed import Ended
    from hooks.event.event import Event
    from mcp_server.adapters.git.changes import Change
    from mcp_server.core.guard.damage import Changes
    from mcp_server.domain.activity import Command
    from mcp_server.hook_app import HookStore

DAY = 24 * 3600.0


def report(event: Event, store: HookStore) -> tuple[list[str], str]:
    """What to report to the agent of a command that has ended, and to the person; one that only read has no record."""
    with store.writing():
        command = store.commands.ended(event.call_id)
    if command is None:
        return [], ""
    repository = Repository(command.root, store.repository.state, store.repository.main)
    refusals, confined_to = _refusals(event, store, repository) if command.confined else ([], None)
    changed = _damage(event, store, repository, command, confined_to) if command.may_write else []
    programs = _programs(event, store, repository, confined_to)
    return [*refusals, *changed, *filter(None, [programs])], programs


def _programs(event: Event, store: HookStore, repository: Repository, confined_to: Ended | None) -> str:
    """What the command changed of what git runs for everybody."""
    if confined_to is None:
        return ""
    from hooks.bash import sandboxed

    return sandboxed.changed_programs(event, store, repository, confined_to.record)


def _refusals(event: Event, store: HookStore, repository: Repository) -> tuple[list[str], Ended | None]:
    """What the kernel refused, and to what it confined the command; None when it did not."""
    from hooks.bash import sandboxed

    found = sandboxed.call_ended(event, repository)
    if event.is_background:  # its shell may not have started yet
        return [], found
    if found is None or not found.how:
        return [unconfined()], None
    return sandboxed.refusals(event, store, repository, found), found


def _damage(
    event: Event, store: HookStore, repository: Repository, command: Command, confined_to: Ended | None
) -> list[str]:
    if store.has_begun_edits:
        from hooks.event import edits

        edits.look(store, after_a_command=True)
    known = store.journal.paths(time() - DAY, changes.MOST_PATHS)
    found = {change.path: change for change in changes.since(repository.root, command.began_at, known) or ()}
    if not found:
        return []
    rights = store.guard.rights(event.key, event.parent_key)
    after = judge_changes(store, rights, command, list(found))
    after.damage = [one for one in after.damage if _may_have_done(repository, found[one.path], confined_to)]
    for one in after.damage:
        one.restore = _restore(repository, found[one.path])
    for path in after.own:
        edit_backups.keep(repository, path)
    with store.writing():
        _record(event, store, command, after)
    return [message_to_agent(after.damage)] if after.damage else []


def _may_have_done(repository: Repository, change: Change, confined_to: Ended | None) -> bool:
    """Whether the command can have done it: the kernel allows writing beside a scope, and changing modes anywhere."""
    if confined_to is None or not change.content:
        return True
    from mcp_server.sandbox.apply import may_have_written
    from mcp_server.sandbox.record import SUPERVISED

    path = repository.root + "/" + change.path
    return may_have_written(confined_to.record, path, supervised=confined_to.how == SUPERVISED)


def _restore(repository: Repository, change: Change) -> str:
    """The command that restores what was there; empty when nothing can."""
    from shlex import quote

    if not change.content:
        return f"git diff -- {quote(':/' + change.path)} (its mode or times changed)" if change.tracked else ""
    backup = edit_backups.rescue(repository, change.path)
    if backup is not None:
        return f"cp -- {quote(backup)} {quote(repository.root + '/' + change.path)}"
    return f"git restore -- {quote(':/' + change.path)}" if change.tracked else ""


def _record(event: Event, store: HookStore, command: Command, after: Changes) -> None:
    for path in after.own:
        store.journal.edited(path, command.agent)
    for one in after.damage:
        store.guard.refused(command.agent, one.path, "changed by a command")
        if one.holder_id is not None:
            subject, body = message_to_holder(one, store.activity.name(command.agent), event.command or "a command")
            store.inbox.post(None, one.holder_id, subject, body)

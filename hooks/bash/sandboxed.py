"""A Bash command that the kernel holds: what is left for its shell before, and what is said of its refusals after."""

from __future__ import annotations

import os

from hooks.event import io
from mcp_server.adapters.host import repository as places
from mcp_server.sandbox import cleanup, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.bash.before import Call
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.bash.reading import Reading
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import Desk

SHOWN = 3
INTERPRETERS = frozenset("python python2 python3 node deno bun perl ruby php lua awk gawk mawk tclsh Rscript".split())


def begin(call: Call, reading: Reading) -> None:
    """Leave the record by which the command's shell confines itself."""
    repository = _own_worktree(call)
    policy = call.desk.guard.policy()
    patterns = [pattern for holding in call.rights.holdings for pattern in holding.patterns]
    record.write(
        record.folder(repository.state, io.text_of(call.event, "session_id")),
        io.text_of(call.event, "tool_use_id"),
        record.Record(
            io.signs(call.event)[0],
            call.command,
            root=repository.root,
            cwd=call.directory,
            patterns=[*patterns, *policy.open.patterns],
            git_dirs=_git_dirs(repository),
            complete=_is_complete(reading),
            writes=[write.path for write in reading.writes],
            programs=reading.programs,
            writable=[os.path.expanduser(folder) for folder in policy.writable],
            background=bool(call.event["tool_input"].get("run_in_background")),
            ignored=_ignored_file(repository),
        ),
    )


def _own_worktree(call: Call) -> Repository:
    """Where the agent's scope counts from; its shell may have strayed into another worktree."""
    from mcp_server import hook_app
    from mcp_server.core.guard.paths import find_other_worktree

    other_worktree = find_other_worktree(call.desk.guard, call.rights, hook_app.ground(call.repository, call.directory))
    if other_worktree is None:
        return call.repository
    home = places.repository_of(other_worktree.home)
    return home if home.state == call.repository.state else call.repository


def batch_over(event: dict[str, Any], repository: Repository) -> None:
    """A batch of calls is over: what was left for one that was refused after all, and so never ended, is put away."""
    folder = record.folder(repository.state, io.text_of(event, "session_id"))
    if not os.path.isdir(folder):
        return
    calls = event.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        call_id = call.get("tool_use_id") if isinstance(call, dict) else None
        if isinstance(call_id, str) and record.read(folder, call_id) is not None:
            cleanup.forget(folder, call_id)


def session_over(repository: Repository, session: str) -> None:
    """The session has ended: nothing that was left for its shells is needed any more."""
    cleanup.sweep(repository.state, [session])


def ended(event: dict[str, Any], repository: Repository, call_id: str) -> record.Record | None:
    """The call is over: its record, which is put away; None when there was none."""
    folder = record.folder(repository.state, io.text_of(event, "session_id"))
    held = record.read(folder, call_id)
    cleanup.forget(folder, call_id)
    if held is not None and (held.writes or not held.complete):
        from mcp_server.sandbox import ignored

        ignored.refresh(repository.root, held.ignored)
    return held


def refusals(event: dict[str, Any], repository: Repository, desk: Desk, directory: str) -> list[str]:
    """What the kernel refused to a command that started in `directory`, as far as its output tells, and whose it is."""
    from hooks.bash import outcome as _outcome
    from mcp_server.sandbox import denials

    outcome = _outcome.of(event)
    paths = denials.denied_paths(outcome.output, directory) if outcome is not None else []
    rights = desk.guard.rights(*io.signs(event))
    said = [_explained(path, repository, desk, rights, directory) for path in paths[:SHOWN]]
    return [f"Interlock: the system refused a write. {' '.join(said)}"] if said else []


def _explained(path: str, repository: Repository, desk: Desk, rights: AgentRights, directory: str) -> str:
    from mcp_server import hook_app
    from mcp_server.core.guard.paths import judge

    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    around = places.used_at(os.path.dirname(real), os.environ.get("CLAUDE_PROJECT_DIR"))
    if around is None or around.state != repository.state:
        return (
            f"{path} lies outside the repository: while you hold a claim, commands write in your scope, in temporary "
            "folders, in caches and where git ignores what is written. The user can add folders (setting `writable`)."
        )
    [decision] = judge(desk.guard, rights, [around.relative(real)], hook_app.ground(around, directory))
    if not decision.allowed:
        return decision.reason
    return (
        f"{decision.path} may be written, but its folder was not there when the command began, and only what is there "
        "can be opened to a command. Make the folder with a command of its own, then run this one again."
    )


def _is_complete(reading: Reading) -> bool:
    """Whether all that it writes is known for certain: what code in another language does is read with less care."""
    return not reading.unknown and INTERPRETERS.isdisjoint(reading.programs)


def _git_dirs(repository: Repository) -> list[str]:
    """The folder of git's own files, for all worktrees; none outside git."""
    folder = os.path.dirname(repository.state)
    return [folder] if os.path.exists(os.path.join(folder, "HEAD")) else []


def _ignored_file(repository: Repository) -> str:
    """What git ignores here; asked now if nobody has asked before, since the repository was not in use."""
    from mcp_server.sandbox import ignored

    file = ignored.file_of(repository.state, repository.root)
    if not os.path.exists(file):
        ignored.refresh(repository.root, file)
    return file

"""A confined Bash command: the record that its shell needs before, and the explanation of refused writes after."""

from __future__ import annotations

import os

from mcp_server.adapters.host.repository import repository_of, used_at
from mcp_server.core.guard.command import brings_work
from mcp_server.sandbox import cleanup, record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.bash.reading import Reading
    from mcp_server.core.guard.command import Site
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore

SHOWN = 3
INTERPRETERS = frozenset("python python2 python3 node deno bun perl ruby php lua awk gawk mawk tclsh Rscript".split())


def begin(event: Event, store: HookStore, here: Site, reading: Reading) -> None:
    """Write the record by which the command's shell confines itself."""
    repository = _own_worktree(store.repository, here)
    policy = store.guard.policy()
    patterns = [each for lease in here.rights.leases for each in (*lease.patterns, record.BETWEEN_SCOPES)]
    waits_for_approval = here.rights.unapproved is not None
    if brings_work(reading, here) and not waits_for_approval:
        # What git brings is not known before: half a merge, with the rest refused, would be worse than none.
        patterns += ["**", record.BETWEEN_SCOPES]
    record.write(
        record.folder(repository.state, event.session),
        event.call_id,
        record.Record(
            event.key,
            event.command or "",
            root=repository.root,
            cwd=event.directory,
            patterns=[*patterns, *(() if waits_for_approval else policy.open.patterns)],
            git_dirs=_git_dirs(repository),
            complete=_is_complete(reading),
            only_reads=reading.only_reads,
            closed=here.rights.limit_on_commands() is not None,
            writes=[write.path for write in reading.writes],
            programs=reading.programs,
            run_by_git=_run_by_git(repository),
            writable=[event.at_home(folder) for folder in policy.writable],
            background=event.is_background,
            ignored=_ignored_file(repository),
        ),
    )


def batch_ended(event: Event, repository: Repository) -> None:
    """A step is over: remove the records of calls that were refused after all, and so never ended."""
    folder = record.folder(repository.state, event.session)
    if not os.path.isdir(folder):
        return
    for call_id in event.batch:
        if record.read(folder, call_id) is not None:
            cleanup.forget(folder, call_id)


def session_ended(repository: Repository, session: str) -> None:
    """Remove all records of a session."""
    cleanup.sweep(repository.state, [session])


class Ended:
    """A call that has ended: its record, how its shell was confined ("" when it was not), and what it was refused."""

    __slots__ = ("how", "record", "refused")

    def __init__(self, found: record.Record, how: str, refused: list[str]) -> None:
        self.record, self.how, self.refused = found, how, refused


def call_ended(event: Event, repository: Repository) -> Ended | None:
    """Remove the record of a call and return it; None when there was none."""
    folder = record.folder(repository.state, event.session)
    found, how = record.read(folder, event.call_id), record.how_confined(folder, event.call_id)
    refused = record.refused(folder, event.call_id)
    cleanup.forget(folder, event.call_id)
    if found is None:
        return None
    if found.writes or not found.complete:
        from mcp_server.adapters.git.runner import answer
        from mcp_server.sandbox import ignored

        ignored.refresh(repository.root, found.ignored, answer)
    return Ended(found, how, refused)


def refusals(event: Event, store: HookStore, repository: Repository, ended: Ended) -> list[str]:
    """What was refused to a command, by its output, and whose it is.

    Programs try much that they can do without, so what its supervisor noted counts only if the command failed and its
    output does not say why.
    """
    from hooks.bash import outcome
    from mcp_server.sandbox import denials

    directory = ended.record.cwd
    found = outcome.of(event)
    paths = denials.denied_paths(found.output, directory) if found is not None else []
    if not paths and found is not None and found.exit_code != 0:
        paths = ended.refused[-SHOWN:]
    rights = store.guard.rights(event.key, event.parent_key)
    explained = [_explained(path, event, store, repository, rights, directory) for path in paths[:SHOWN]]
    return [f"Interlock: the system refused a write. {' '.join(explained)}"] if explained else []


def _own_worktree(repository: Repository, here: Site) -> Repository:
    """The worktree that the agent's scope is relative to; its shell may be in another one."""
    from mcp_server.core.guard.paths import find_other_worktree

    other_worktree = find_other_worktree(here.guard, here.rights, here.context)
    if other_worktree is None:
        return repository
    own = repository_of(other_worktree.own)
    return own if own.state == repository.state else repository


def _explained(  # noqa: PLR0913  who asks, where, and what was refused
    path: str, event: Event, store: HookStore, repository: Repository, rights: AgentRights, directory: str
) -> str:
    from mcp_server.core.guard.paths import judge
    from mcp_server.hook_app import worktree_context

    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    around = used_at(os.path.dirname(real), event.project)
    if around is None or around.state != repository.state:
        return (
            f"{path} lies outside the repository: while you hold a claim, your commands may write only in your scope, "
            "in temporary folders, in caches and to what git ignores. The user can add folders (setting `writable`)."
        )
    [decision] = judge(store.guard, rights, [around.relative(real)], worktree_context(around, directory))
    if not decision.allowed:
        return decision.reason
    return (
        f"{decision.path} may be written, but its folder did not exist when the command began, and access can only be "
        "granted to existing folders. Create the folder with a separate command, then run this one again."
    )


def _is_complete(reading: Reading) -> bool:
    """Whether all its writes are known for certain: code in another language is read less thoroughly."""
    return not reading.unknown and INTERPRETERS.isdisjoint(reading.programs)


def _git_dirs(repository: Repository) -> list[str]:
    """The folder of git's own files, for all worktrees; none outside git."""
    folder = os.path.dirname(repository.state)
    return [folder] if os.path.exists(os.path.join(folder, "HEAD")) else []


def _run_by_git(repository: Repository) -> list[str]:
    """What git runs here, and which database is Interlock's; copies of the hooks are kept."""
    from mcp_server.adapters.git import programs

    common = os.path.dirname(repository.state)
    programs.keep_hooks(common, repository.state)
    return [*programs.programs(common), *programs.own_state(repository.state)]


def changed_programs(event: Event, store: HookStore, repository: Repository, before: record.Record) -> str:
    """What a command has changed of that, after it ended; others who work here are notified. "" for nothing."""
    from mcp_server.adapters.git import programs
    from mcp_server.core.guard.damage import message_on_programs

    common = os.path.dirname(repository.state)
    now = [*programs.programs(common), *programs.own_state(repository.state)]
    if list(before.run_by_git) == now:
        return ""
    changes = programs.changes(before.run_by_git, now, common, repository.state)
    rights = store.guard.rights(event.key, event.parent_key)
    name = store.activity.name(rights.family[0]) if rights.family else "an agent"
    to_agent, subject, body = message_on_programs(changes, name, before.command)
    with store.writing():
        for reader in _others(store, rights):
            store.inbox.post(None, reader, subject, body)
    return to_agent


def _others(store: HookStore, rights: AgentRights) -> set[int]:
    """Whoever else holds anything in this repository."""
    return {lease.holder_id for lease in store.guard.within("") if lease.holder_id not in rights.family}


def _ignored_file(repository: Repository) -> str:
    """The file with what git ignores here; written now if the repository was not in use at the session's start."""
    from mcp_server.sandbox import ignored

    file = ignored.file_of(repository.state, repository.root)
    if not os.path.exists(file):
        from mcp_server.adapters.git.runner import answer

        ignored.refresh(repository.root, file, answer)
    return file

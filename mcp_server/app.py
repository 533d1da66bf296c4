"""Puts Interlock together: the only module that names concrete adapters for the server and the command line.

What a hook needs is put together in `hook_app`, which loads less.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from uuid import uuid4

from mcp_server import hook_app
from mcp_server.adapters import places
from mcp_server.adapters.policy_file import policy_of
from mcp_server.adapters.processes import HostProcesses
from mcp_server.adapters.settings_file import settings_in_force, switch_mode
from mcp_server.adapters.system_clock import system_clock
from mcp_server.core.arriving import Caller
from mcp_server.core.checking import Spot
from mcp_server.core.workplace import Workplace
from mcp_server.domain.launch import Way
from mcp_server.domain.worktree import folder_of
from mcp_server.ports import (
    Checkout,
    CommitHook,
    Foresight,
    Furnisher,
    HandoverFolder,
    Landing,
    PageFile,
    Sessions,
    Store,
    TaskFile,
    Trees,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.adapters.page_file import MindFile
    from mcp_server.adapters.task_file import ListFile
    from mcp_server.build_errors.tree import Tree
    from mcp_server.commands.reading import Reading
    from mcp_server.domain.health import Finding
    from mcp_server.domain.worktree import Worktree
    from mcp_server.tools.server import InterlockServer


ROOT = Path(__file__).resolve().parent.parent


class LazyCheckout:
    """A checkout that loads git's library when it is first asked: most sessions never do."""

    def revision(self, directory: str) -> str | None:
        """See `Checkout.revision`."""
        return _git().revision(directory)

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        """See `Checkout.uncommitted`."""
        return _git().uncommitted(directory, covers)


class Opener:
    """Opens the workplace of one repository: its store once it is in use, before that an empty one in memory."""

    def __init__(self, repository: places.Repository) -> None:
        self._repository = repository
        self._open: Workplace | None = None
        self._settings = lambda: settings_in_force(repository.settings, repository.state)

    def __call__(self, begins: bool = False) -> Workplace:
        """The workplace; with `begins` the repository is put into use if it was not."""
        if self._open is None and (begins or self._repository.in_use):
            self._open = self._workplace(
                open_store(self._repository), task_file(self._repository), page(self._repository)
            )
        return self._open or self._workplace(_empty_store(self._repository))

    def _workplace(self, store: Store, file: TaskFile | None = None, page: PageFile | None = None) -> Workplace:
        return Workplace(store, HostProcesses(), LazyCheckout(), self._settings, file, page)


def page(repository: places.Repository) -> MindFile:
    """The page of the shared state, whether there is one or not."""
    from mcp_server.adapters.page_file import MindFile

    return MindFile(
        repository.main, repository.state, lambda: settings_in_force(repository.settings, repository.state).state_file
    )


def task_file(repository: places.Repository) -> ListFile:
    """The task list of a repository as a file, whether there is one or not."""
    from mcp_server.adapters.task_file import ListFile

    def where() -> str:
        return settings_in_force(repository.settings, repository.state).tasks_file or "TASKS.md"

    return ListFile(where, repository.main, repository.state)


def begin_page(repository: places.Repository) -> bool:
    """Make the page of the shared state; False when there is one."""
    from mcp_server.shared_mind.wording import blank_page

    return page(repository).create(blank_page())


def open_store(repository: places.Repository) -> Store:
    """The store of a repository, which is in use from then on; refuses (StateUnavailable) one that cannot be used."""
    from mcp_server.adapters import sqlite_store

    file = Path(repository.state) / "state.db"
    sqlite_store.create(file)
    return sqlite_store.SqliteStore(file, clock=system_clock, policy=lambda: policy_of(repository))


def locate(path: str, directory: str) -> Spot | None:
    """Where a path lies; None outside every worktree that uses Interlock."""
    real = places.real(path, directory)
    repository = places.used_at(real, os.environ.get("CLAUDE_PROJECT_DIR"))
    return None if repository is None else Spot(repository.relative(real), hook_app.ground(repository, directory))


def main() -> None:
    """Carry out the command line, in the repository around the working directory."""
    from mcp_server.cli.main import run
    from mcp_server.cli.surroundings import Surroundings

    repository = here()
    run(
        Surroundings(
            root=repository.root,
            state=Path(repository.state),
            in_use=lambda: repository.in_use,
            open_place=Opener(repository),
            place_of=lambda directory: Opener(around(directory))(),
            tree_of=_tree,
            read_command=_read_command,
            ignored=_ignored,
            root_of=lambda directory: around(directory).root,
            rewrite_rules=lambda change: _rewrite_rules(repository.main, change),
            commit_hook=_commit_hook,
            coordination=lambda folder: _coordination(repository, folder),
            foresight=lambda: _foresight(repository),
            landing=lambda: _landing(repository),
            begin_page=lambda: begin_page(repository),
            begin_list=lambda: task_file(repository).begin(),
            locate=locate,
            settings=lambda: settings_in_force(repository.settings, repository.state),
            switch_mode=lambda mode: switch_mode(Path(repository.state), mode),
            serve=lambda: server().run("stdio"),
            examine=lambda: _examine(repository),
            demo=_demo,
            version=version(),
            trees=lambda: _trees(repository),
            furnisher=lambda trees, worktree: _furnisher(repository, trees, worktree),
            ways=lambda: ways(repository),
            has_tmux=lambda: shutil.which("tmux") is not None,
            alone=lambda task: _alone(repository, task),
        )
    )


def here() -> places.Repository:
    """The repository that this process was started in, in use or not."""
    return around(os.environ.get("CLAUDE_PROJECT_DIR") or str(Path.cwd()))


def around(directory: str) -> places.Repository:
    """The repository around a directory, in use or not."""
    return places.repository_of(os.path.realpath(directory), directory)


def version() -> str:
    """The plugin's version, from its manifest."""
    manifest = ROOT / ".claude-plugin" / "plugin.json"
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def server() -> InterlockServer:
    """The MCP server for the repository that this process was started in."""
    import anyio

    from mcp_server.tools.desk import Connection, Desk
    from mcp_server.tools.server import build

    repository = here()
    caller = Caller(
        session=f"connection:{uuid4()}",
        kind="connection",
        worktree=repository.root,
        process=HostProcesses().identify(os.getppid()),
    )
    connection = Connection(caller, os.environ.get("CLAUDE_CODE_SESSION_ID"), str(Path.cwd()))
    return build(Desk(Opener(repository), connection), locate=locate, sleep=anyio.sleep, version=version())


def _empty_store(repository: places.Repository) -> Store:
    from mcp_server.adapters.memory_store import MemoryStore

    return MemoryStore(clock=system_clock, policy=lambda: policy_of(repository))


def _tree(root: str) -> Tree:
    from mcp_server.adapters.source_tree import SourceTree

    return SourceTree(root)


def _read_command(command: str, directory: str) -> Reading:
    from mcp_server.adapters.disk import Disk
    from mcp_server.commands import reader

    return reader.read(command, directory, Disk(), home=str(Path.home()), environment=dict(os.environ))


def _ignored(root: str, paths: list[str]) -> set[str]:
    from mcp_server.adapters.disk import ignored

    return ignored(root, paths)


def _rewrite_rules(folder: str, change: Callable[[str], str]) -> tuple[str, bool]:
    from mcp_server.adapters.claude_md import rewrite

    return rewrite(folder, change)


def _commit_hook(directory: str) -> CommitHook | None:
    from mcp_server.adapters.git_hook import hook_of

    return hook_of(directory, ROOT / "bin" / "interlock")


def _coordination(repository: places.Repository, folder: str) -> HandoverFolder:
    from mcp_server.adapters.coordination import CoordinationFolder

    return CoordinationFolder(Path(repository.root, folder), Path(repository.state))


def _foresight(repository: places.Repository) -> Foresight:
    from mcp_server.adapters.foresight import GitForesight

    return GitForesight(repository.root, repository.state)


def _landing(repository: places.Repository) -> Landing:
    from mcp_server.adapters.landing import GitLanding

    return GitLanding(repository.root, repository.state, lambda tree: _furnish(repository, tree))


def _furnish(repository: places.Repository, tree: str) -> None:
    """Make a checkout ready for a check, as a worktree is for work; refuses (OSError) when a step fails."""
    from mcp_server.adapters.furnisher import HostFurnisher

    wanted = settings_in_force(repository.settings, repository.state).worktree
    furnisher = HostFurnisher(_trees(repository).source, tree, log=f"{tree}.log")
    for step in furnisher.steps(wanted) if wanted.furnish else ():
        carried = furnisher.carry_out(step)
        if not carried.done:
            raise OSError(f"the merged tree could not be made ready for the check: {step.name}: {carried.words}")


def _trees(repository: places.Repository) -> Trees:
    from mcp_server.adapters.git_worktrees import GitTrees

    return GitTrees(repository)


def _furnisher(repository: places.Repository, trees: Trees, worktree: Worktree) -> Furnisher:
    from mcp_server.adapters.furnisher import HostFurnisher

    log = Path(repository.state, "worktrees", f"{folder_of(worktree.name)}.log")
    return HostFurnisher(trees.source, worktree.path, log=str(log))


def ways(repository: places.Repository) -> dict[Way, Sessions]:
    """The ways in which sessions can be started, with this process's environment."""
    from mcp_server.adapters.background_sessions import BackgroundSessions
    from mcp_server.adapters.pane_sessions import PaneSessions
    from mcp_server.adapters.printed_sessions import PrintedSessions

    return {
        "tmux": PaneSessions(os.environ, repository.state, repository.main),
        "background": BackgroundSessions(os.environ),
        "print": PrintedSessions(os.environ),
    }


def _alone(repository: places.Repository, task: str) -> AbstractContextManager[object]:
    from mcp_server.adapters.alone import alone

    return alone(str(Path(repository.state, "launches", f"{folder_of(task)}.lock")), patience=0.5)


def _git() -> Checkout:
    from mcp_server.adapters.git_checkout import GitCheckout

    return GitCheckout()


def _examine(repository: places.Repository) -> list[Finding]:
    from mcp_server.adapters.doctor import examine

    return examine(repository, ROOT)


def _demo() -> int:
    from mcp_server.demo.run import run

    return run(ROOT)

"""Puts Interlock together: where the work of a repository is kept, and the server that agents talk to.

The command line is put together in `cli_app`, what a hook needs in `hook_app`; nothing else names concrete adapters.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from mcp_server import hook_app
from mcp_server.adapters.host.capabilities import HostMachine
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.file_stamp import stamp
from mcp_server.adapters.host.home_worktree import settled
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import Repository, real, repository_of, used_at
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.adapters.settings.settings_file import settings_in_force
from mcp_server.bootstrap import check
from mcp_server.core.agents.register import Caller
from mcp_server.core.guard.check import PathInRepo
from mcp_server.core.workplace import Workplace
from mcp_server.ports import Checkout, PageFile, Remote, Store, TaskFile, Workshop

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_server.adapters.text_files.state_page_file import StatePageFile
    from mcp_server.adapters.text_files.task_list_file import TaskListFile
    from mcp_server.domain.worktree import Worktree
    from mcp_server.tools.server import InterlockServer


ROOT = Path(__file__).resolve().parent.parent


class LazyCheckout:
    """A checkout that loads git's library when it is first asked: most sessions never do."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def revision(self, directory: str) -> str | None:
        return self._git().revision(directory)

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:
        return self._git().uncommitted(directory, covers)

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> Sequence[str]:
        return self._git().commits(directory, moment, patterns)

    def arrived(self, worktree: Worktree) -> str | None:
        from mcp_server.adapters.git.work.worktree import GitWork

        return GitWork(self._repository.root, self._repository.state).arrived(worktree)

    def _git(self) -> Checkout:
        from mcp_server.adapters.git.checkout import GitCheckout

        return GitCheckout(self._repository.root, self._repository.state)


class Opener:
    """Opens the workplace of one repository: its store once it is in use, before that an empty one in memory.

    `repository` is the repository as it is seen then.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._open: Workplace | None = None
        self._settings: str | None = None

    @property
    def in_use(self) -> bool:
        """Whether the repository is in use now: a person may take Interlock out of it at any time."""
        return self.repository.in_use

    def __call__(self, begins: bool = False) -> Workplace:
        """The workplace; with `begins` the repository is put into use if it was not."""
        settings = stamp(self.repository.settings)
        if not self.repository.in_use or settings != self._settings:  # they may name another database
            self._open, self._settings = None, settings
        if self._open is None and (begins or self.repository.in_use):
            self.repository = begun(self.repository)
            self._open = self._workplace(open_store(self.repository), task_file(self.repository), page(self.repository))
        return self._open or self._workplace(_empty_store(self.repository))

    def _workplace(self, store: Store, file: TaskFile | None = None, page: PageFile | None = None) -> Workplace:
        settings = lambda: settings_in_force(self.repository.settings, self.repository.state)  # noqa: E731  as below
        checkout, machine = LazyCheckout(self.repository), HostMachine(os.environ)
        workshop = self.workshop if file is not None else None
        remote = remote_of(self.repository) if file is not None and self.repository.is_in_git else None
        return Workplace(store, HostProcesses(), checkout, settings, file, page, machine, workshop, remote)

    def workshop(self) -> Workshop:
        """What workflows need of this machine."""
        from mcp_server.adapters.workflows.workshop import HostWorkshop

        return HostWorkshop(self.repository, ROOT)


def remote_of(repository: Repository) -> Remote:
    """The repository that this one was cloned from."""
    from mcp_server.adapters.git.remote.remote import GitRemote

    return GitRemote(repository.root, repository.state)


def page(repository: Repository) -> StatePageFile:
    """The page of the shared state, whether there is one or not."""
    from mcp_server.adapters.text_files.state_page_file import StatePageFile

    return StatePageFile(
        repository.main, repository.state, lambda: settings_in_force(repository.settings, repository.state).state_file
    )


def task_file(repository: Repository) -> TaskListFile:
    """The task list of a repository as a file, whether there is one or not."""
    from mcp_server.adapters.text_files.task_list_file import TaskListFile

    def where() -> str:
        return settings_in_force(repository.settings, repository.state).texts[0]

    return TaskListFile(where, repository.main, repository.state)


def begun(repository: Repository) -> Repository:
    """The repository, which is in use from then on; refuses (StateUnavailable) a state that cannot be used."""
    from mcp_server.adapters.host.machine.left import come_back
    from mcp_server.adapters.sqlite.store import create

    create(Path(repository.state) / "state.db")
    come_back(repository.state)
    return settled(repository)


def open_store(repository: Repository) -> Store:
    """The store of a repository in use; refuses (StateUnavailable) a shared one that this checkout can't join yet."""
    url = settings_in_force(repository.settings, repository.state).store.url
    if url is not None:
        from mcp_server.sharing.database import Database

        return Database(repository, url).store()
    from mcp_server.adapters.sqlite.store import SqliteStore

    store = SqliteStore(Path(repository.state) / "state.db", clock=system_clock, policy=lambda: policy_of(repository))
    if store.is_mirror():
        from mcp_server.sharing.database import refuse_without_database

        raise refuse_without_database(repository)
    return store


def locate(path: str, directory: str) -> PathInRepo | None:
    """Where a path lies; None outside every worktree that uses Interlock."""
    absolute = real(path, directory)
    repository = used_at(absolute, os.environ.get("CLAUDE_PROJECT_DIR"))
    return (
        None
        if repository is None
        else PathInRepo(repository.relative(absolute), hook_app.worktree_context(repository, directory))
    )


def here() -> Repository:
    """The repository that this process was started in, in use or not."""
    return around(os.environ.get("CLAUDE_PROJECT_DIR") or str(Path.cwd()))


def around(directory: str) -> Repository:
    """The repository around a directory, in use or not."""
    found = repository_of(os.path.realpath(directory), directory)
    return settled(found) if found.in_use else found


def version() -> str:
    """The plugin's version."""
    return check.version(str(ROOT))


def server(*, in_use: bool | None = None) -> InterlockServer:
    """The MCP server for the repository that this process was started in; it instructs agents only where `in_use`.

    That is what its client was told at its start, if that was before.
    """
    import anyio

    from mcp_server.tools.runner import Connection, ToolRunner
    from mcp_server.tools.server import build

    repository = here()
    instructs = repository.in_use if in_use is None else in_use
    caller = Caller(
        session=f"connection:{uuid4()}",
        kind="connection",
        worktree=repository.root,
        process=HostProcesses().identify(os.getppid()),
    )
    connection = Connection(caller, os.environ.get("CLAUDE_CODE_SESSION_ID"), str(Path.cwd()))
    return build(
        ToolRunner(Opener(repository), connection),
        locate=locate,
        sleep=anyio.sleep,
        version=version(),
        instructs=instructs,
    )


def _empty_store(repository: Repository) -> Store:
    from mcp_server.adapters.sqlite.store import SqliteStore

    return SqliteStore(None, clock=system_clock, policy=lambda: policy_of(repository))

"""Puts the command line together; what only one command needs is loaded when that command is given."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from mcp_server import app, hook_app
from mcp_server.adapters.host.file_stamp import database_stamp
from mcp_server.adapters.host.home_worktree import settled
from mcp_server.adapters.host.repository import Repository, used_at
from mcp_server.adapters.host.shell import HostShell
from mcp_server.adapters.settings.mode import switch_mode
from mcp_server.adapters.settings.settings_file import settings_in_force
from mcp_server.domain.worktree import folder_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from mcp_server.bash.reading import Reading
    from mcp_server.bash.state.files import Files
    from mcp_server.build_errors.tree import Tree
    from mcp_server.cli.services import SharedDatabase, Unattended
    from mcp_server.core.guard.check import PathInRepo, Survey
    from mcp_server.core.workplace import Workplace
    from mcp_server.doctor.finding import Finding
    from mcp_server.domain.decision import AgentRights
    from mcp_server.domain.launch import Way
    from mcp_server.domain.settings import Settings
    from mcp_server.domain.worktree import Worktree
    from mcp_server.ports import (
        CommitHook,
        ConflictSearch,
        GuardBook,
        HandoverFolder,
        MergeTool,
        Sessions,
        StepRunner,
        Traces,
        Transcripts,
        Trees,
        Works,
        Workshop,
    )

LAUNCH_PATIENCE = 0.5
"""Seconds that a launch waits for another one of the same task."""


def main() -> None:
    """Carry out the command line, in the repository around the working directory."""
    if sys.argv[1:] == ["serve"]:  # a client waits for it, and it needs nothing of what the other commands load
        _serve()
        return
    from mcp_server.cli.main import run

    run(HostServices(app.here()))


class HostServices:
    """See `cli.services.Services`: one repository on this machine."""

    def __init__(self, repository: Repository) -> None:
        self._opener = app.Opener(repository)
        self.root = repository.root
        self.state = Path(repository.state)
        self.version = app.version()
        self.shell = HostShell(os.environ)

    @property
    def _repository(self) -> Repository:
        return self._opener.repository

    @property
    def program(self) -> Path:
        return app.ROOT / "bin" / "interlock"

    def in_use(self) -> bool:
        return self._repository.in_use

    def stamp(self) -> object:
        return database_stamp(str(self.state / "state.db"))

    def database(self, *, begins: bool = False) -> SharedDatabase | None:
        url = self.settings().store.url
        if url is None:
            return None
        if begins:
            self._opener.repository = app.begun(self._repository)
        from mcp_server.sharing.database import Database
        from mcp_server.sharing.host_database import HostDatabase

        return HostDatabase(Database(self._repository, url))

    def open_place(self, begins: bool = False) -> Workplace:
        return self._opener(begins)

    def move_home(self) -> None:
        self._opener.repository = settled(self._repository, anew=True)

    def open_another(self) -> Workplace:
        return self.place_of(self.root)

    def place_of(self, directory: str) -> Workplace:
        return app.Opener(app.around(directory))()

    def root_of(self, directory: str) -> str:
        return app.around(directory).root

    def settings(self) -> Settings:
        return settings_in_force(self._repository.settings, self._repository.state)

    def switch_mode(self, mode: str | None) -> None:
        switch_mode(self._repository.state, mode)

    def locate(self, path: str, directory: str) -> PathInRepo | None:
        return app.locate(path, directory)

    def source_tree(self, root: str) -> Tree:
        from mcp_server.adapters.git.source_tree import SourceTree

        return SourceTree(root)

    def read_command(self, command: str, directory: str) -> Reading:
        from mcp_server.bash import reader

        return reader.read(command, directory, self.disk, home=str(Path.home()), environment=dict(os.environ))

    @property
    def disk(self) -> Files:
        from mcp_server.adapters.git.bash_disk import GitDisk

        return GitDisk()

    def survey(self, directory: str, key: str) -> Survey:
        project = os.environ.get("CLAUDE_PROJECT_DIR")
        found = used_at(directory, project) or (used_at(os.path.realpath(project), project) if project else None)

        def surroundings(guard: GuardBook, rights: AgentRights) -> hook_app.Sites | None:
            if found is None:
                return None
            if found.state != self._repository.state:
                guard = hook_app.HookStore(found).guard
                rights = guard.rights(key, None)
            return hook_app.Sites(found, guard, rights, keys=(key, None), directory=directory, project=project)

        return surroundings

    def ignored(self, root: str, paths: list[str]) -> set[str]:
        from mcp_server.adapters.git.bash_disk import ignored

        return ignored(root, paths)

    def rewrite_claude_md(self, change: Callable[[str], str]) -> tuple[str, bool]:
        from mcp_server.adapters.text_files.claude_md import rewrite

        return rewrite(self._repository.main, change)

    def commit_hook(self, directory: str) -> CommitHook | None:
        from mcp_server.adapters.git.commit_hook import hook_of

        return hook_of(directory, self.program)

    def traces(self) -> Traces:
        from mcp_server.adapters.git.traces import ClaudeMd, RepositoryTraces
        from mcp_server.adapters.text_files.claude_md import NAME, read, rewrite_or_delete
        from mcp_server.core.shared_state.claude_md import has_rules, without_rules
        from mcp_server.core.worktrees.create import EXCLUDED

        main = self._repository.main
        rules = ClaudeMd(
            str(Path(main, NAME)), lambda: has_rules(read(main)), lambda: rewrite_or_delete(main, without_rules)
        )
        texts = [str(Path(main, name)) for name in self._texts()]
        hook = self.commit_hook(self.root)
        return RepositoryTraces(
            self._repository, hook, rules, patterns=(*EXCLUDED, *self._request_folders()), texts=texts
        )

    def _request_folders(self) -> list[str]:
        try:
            work = self.settings().work
        except ValueError:  # as below
            from mcp_server.domain.unattended.limits import WorkSettings

            work = WorkSettings()
        return [f"/{work.inbox}/", f"/{work.outbox}/"]

    def _texts(self) -> tuple[str, str]:
        try:
            return self.settings().texts
        except ValueError:  # what is wrong with them does not matter any more
            from mcp_server.domain.settings import Settings

            return Settings().texts

    def transcripts(self) -> Transcripts:
        from mcp_server.adapters.transcripts.reader import AT_ONCE

        return AT_ONCE

    def handover_folder(self, folder: str) -> HandoverFolder:
        from mcp_server.adapters.text_files.handover_folder import FileHandovers

        return FileHandovers(Path(self.root, folder), self.state)

    def create_state_page(self) -> bool:
        from mcp_server.state_page.wording import blank_page

        return app.page(self._repository).create(blank_page())

    def create_task_list(self) -> Path:
        return app.task_file(self._repository).begin()

    def workshop(self) -> Workshop:
        return self._opener.workshop()

    def trees(self) -> Trees:
        from mcp_server.adapters.git.worktrees import GitTrees

        return GitTrees(self._repository)

    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        from mcp_server.adapters.worktree_setup.runner import HostStepRunner

        log = self.state / "worktrees" / f"{folder_of(worktree.name)}.log"
        return HostStepRunner(trees.source, worktree.path, log=str(log))

    def conflict_search(self) -> ConflictSearch:
        from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch

        return GitConflictSearch(self.root, str(self.state))

    def works(self) -> Works:
        from mcp_server.adapters.git.review import GitWorks

        return GitWorks(self.root, str(self.state))

    def merge_tool(self) -> MergeTool:
        from mcp_server.adapters.git.merging.merge import GitMerge

        return GitMerge(self.root, str(self.state), self._prepare_for_check)

    def _prepare_for_check(self, tree: str) -> None:
        """Set up a checkout for a check, as a worktree is for work; refuses (OSError) when a step fails."""
        from mcp_server.adapters.worktree_setup.runner import HostStepRunner

        wanted = self.settings().worktree
        step_runner = HostStepRunner(self.trees().source, tree, log=f"{tree}.log")
        for step in step_runner.steps(wanted) if wanted.prepare else ():
            carried = step_runner.carry_out(step)
            if not carried.done:
                raise OSError(f"the merge result could not be set up for the check: {step.name}: {carried.words}")

    def ways(self) -> dict[Way, Sessions]:
        from mcp_server.adapters.sessions.background import BackgroundSessions
        from mcp_server.adapters.sessions.foreground import ForegroundSessions
        from mcp_server.adapters.sessions.printed import PrintedSessions
        from mcp_server.adapters.sessions.tmux_panes import PaneSessions

        return {
            "tmux": PaneSessions(os.environ, self._repository.state, self._repository.main),
            "background": BackgroundSessions(os.environ),
            "print": PrintedSessions(os.environ),
            "work": ForegroundSessions(os.environ, self._repository.state, self.settings().work.seconds),
        }

    def has_tmux(self) -> bool:
        return shutil.which("tmux") is not None

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        from mcp_server.adapters.host.process_lock import process_lock

        return process_lock(str(self.state / "launches" / f"{folder_of(task)}.lock"), patience=LAUNCH_PATIENCE)

    def pause(self, seconds: float) -> None:
        from time import sleep

        sleep(seconds)

    def unattended(self, seconds: float | None = None) -> Unattended:
        from mcp_server.work_app import HostUnattended

        return HostUnattended(self, self._repository, self.settings().work.seconds if seconds is None else seconds)

    def examine(self) -> list[Finding]:
        from mcp_server.doctor.examine import examine

        return examine(self._repository, app.ROOT)

    def repair(self) -> float | None:
        from mcp_server.adapters.sqlite import backup

        file = self.state / "state.db"
        return None if backup.is_whole(file) else backup.restore(file).at

    def serve(self) -> None:
        _serve()

    def store_demo(self) -> int:
        from mcp_server.demo.machines.run import run

        return run(app.ROOT)

    def demo(self) -> int:
        from mcp_server.demo.run import run

        return run(app.ROOT)


def _serve() -> None:
    try:
        app.server().run("stdio")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  whatever ends it is said in words, which the client keeps in its log
        sys.stderr.write(f"interlock: the server ended: {type(error).__name__}: {error}\n")
        sys.exit(3)

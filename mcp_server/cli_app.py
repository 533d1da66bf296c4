"""Puts the command line together; what only one command needs is loaded when that command is given."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from mcp_server.adapters.host import repository as places
from mcp_server.adapters.settings.mode import switch_mode
from mcp_server.adapters.settings.settings_file import settings_in_force
from mcp_server.app import ROOT, Opener, around, here, locate, page, server, task_file, version
from mcp_server.domain.launch import Way
from mcp_server.domain.worktree import folder_of
from mcp_server.ports import CommitHook, ConflictSearch, HandoverFolder, MergeTool, Sessions, StepRunner, Trees

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.reading import Reading
    from mcp_server.build_errors.tree import Tree
    from mcp_server.doctor.finding import Finding
    from mcp_server.domain.worktree import Worktree


def main() -> None:
    """Carry out the command line, in the repository around the working directory."""
    if sys.argv[1:] == ["serve"]:  # a client waits for it, and it needs nothing of what the other commands load
        _serve()
        return
    from mcp_server.cli.main import run
    from mcp_server.cli.services import Surroundings

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
            conflict_search=lambda: _conflict_search(repository),
            landing=lambda: _landing(repository),
            begin_page=lambda: _begin_page(repository),
            begin_list=lambda: task_file(repository).begin(),
            locate=locate,
            settings=lambda: settings_in_force(repository.settings, repository.state),
            switch_mode=lambda mode: switch_mode(repository.state, mode),
            serve=_serve,
            examine=lambda: _examine(repository),
            demo=_demo,
            version=version(),
            trees=lambda: _trees(repository),
            step_runner=lambda trees, worktree: _step_runner(repository, trees, worktree),
            ways=lambda: _ways(repository),
            has_tmux=lambda: shutil.which("tmux") is not None,
            alone=lambda task: _alone(repository, task),
        )
    )


def _serve() -> None:
    try:
        server().run("stdio")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001  whatever ends it is said in words, which the client keeps in its log
        sys.stderr.write(f"interlock: the server ended: {type(error).__name__}: {error}\n")
        sys.exit(3)


def _begin_page(repository: places.Repository) -> bool:
    """Make the page of the shared state; False when there is one."""
    from mcp_server.state_page.wording import blank_page

    return page(repository).create(blank_page())


def _tree(root: str) -> Tree:
    from mcp_server.adapters.git.source_tree import SourceTree

    return SourceTree(root)


def _read_command(command: str, directory: str) -> Reading:
    from mcp_server.adapters.git.bash_disk import GitDisk
    from mcp_server.bash import reader

    return reader.read(command, directory, GitDisk(), home=str(Path.home()), environment=dict(os.environ))


def _ignored(root: str, paths: list[str]) -> set[str]:
    from mcp_server.adapters.git.bash_disk import ignored

    return ignored(root, paths)


def _rewrite_rules(folder: str, change: Callable[[str], str]) -> tuple[str, bool]:
    from mcp_server.adapters.text_files.claude_md import rewrite

    return rewrite(folder, change)


def _commit_hook(directory: str) -> CommitHook | None:
    from mcp_server.adapters.git.commit_hook import hook_of

    return hook_of(directory, ROOT / "bin" / "interlock")


def _coordination(repository: places.Repository, folder: str) -> HandoverFolder:
    from mcp_server.adapters.text_files.handover_folder import FileHandovers

    return FileHandovers(Path(repository.root, folder), Path(repository.state))


def _conflict_search(repository: places.Repository) -> ConflictSearch:
    from mcp_server.adapters.git.conflict_search import GitConflictSearch

    return GitConflictSearch(repository.root, repository.state)


def _landing(repository: places.Repository) -> MergeTool:
    from mcp_server.adapters.git.merge import GitMerge

    return GitMerge(repository.root, repository.state, lambda tree: _set_up(repository, tree))


def _set_up(repository: places.Repository, tree: str) -> None:
    """Make a checkout ready for a check, as a worktree is for work; refuses (OSError) when a step fails."""
    from mcp_server.adapters.worktree_setup.runner import HostStepRunner

    wanted = settings_in_force(repository.settings, repository.state).worktree
    step_runner = HostStepRunner(_trees(repository).source, tree, log=f"{tree}.log")
    for step in step_runner.steps(wanted) if wanted.prepare else ():
        carried = step_runner.carry_out(step)
        if not carried.done:
            raise OSError(f"the merged tree could not be made ready for the check: {step.name}: {carried.words}")


def _trees(repository: places.Repository) -> Trees:
    from mcp_server.adapters.git.worktrees import GitTrees

    return GitTrees(repository)


def _step_runner(repository: places.Repository, trees: Trees, worktree: Worktree) -> StepRunner:
    from mcp_server.adapters.worktree_setup.runner import HostStepRunner

    log = Path(repository.state, "worktrees", f"{folder_of(worktree.name)}.log")
    return HostStepRunner(trees.source, worktree.path, log=str(log))


def _ways(repository: places.Repository) -> dict[Way, Sessions]:
    """The ways in which sessions can be started, with this process's environment."""
    from mcp_server.adapters.sessions.background import BackgroundSessions
    from mcp_server.adapters.sessions.printed import PrintedSessions
    from mcp_server.adapters.sessions.tmux_panes import PaneSessions

    return {
        "tmux": PaneSessions(os.environ, repository.state, repository.main),
        "background": BackgroundSessions(os.environ),
        "print": PrintedSessions(os.environ),
    }


def _alone(repository: places.Repository, task: str) -> AbstractContextManager[object]:
    from mcp_server.adapters.host.process_lock import process_lock

    return process_lock(str(Path(repository.state, "launches", f"{folder_of(task)}.lock")), patience=0.5)


def _examine(repository: places.Repository) -> list[Finding]:
    from mcp_server.doctor.examine import examine

    return examine(repository, ROOT)


def _demo() -> int:
    from mcp_server.demo.run import run

    return run(ROOT)

"""The guard's decisions on everyday commands: ordinary ones pass, and what must not run is refused."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_server import hook_app
from mcp_server.adapters.git.bash_disk import GitDisk
from mcp_server.adapters.host.repository import used_at
from mcp_server.bash import reader
from mcp_server.core.guard.check import command_check
from mcp_server.domain.decision import AgentRights, Decision
from mcp_server.ports import GuardBook
from tests.workspace import Workspace, task

DATA = Path(__file__).parents[2] / "data" / "guard_cases" / "cases.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
Make = Callable[[str], Path]


@pytest.fixture(scope="session")
def repository_of(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes the repository of a setup, once: no command is ever run in it."""
    made: dict[str, Path] = {}

    def make(setup: str) -> Path:
        if setup not in made:
            repo = tmp_path_factory.mktemp("guard_case").resolve() / "repo"
            repo.mkdir()
            lines = f"git init -q -b main .\n{setup.replace('@REPO@', str(repo))}"
            subprocess.run(
                ["bash", "-c", lines], cwd=repo, env=_environment(repo.parent), capture_output=True, check=True
            )
            (repo / ".git" / "interlock").mkdir()
            made[setup] = repo
        return made[setup]

    return make


def _environment(home: Path) -> dict[str, str]:
    person = {f"GIT_{who}_{what}": "l@l" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "XDG_", "GIT_"))}
    return {**kept, **person, "HOME": str(home)}


def decided(workspace: Workspace, case: dict[str, Any], repo: Path) -> tuple[Decision, bool]:
    """The decision on the case's command, and whether it may write what is not known."""
    directory = os.path.normpath(repo / case["cwd"])
    project = os.path.normpath(repo / case["project"])
    scopes = [*((f"other{at}", scope) for at, scope in enumerate(case["others"])), ("me", case["scope"])]
    workspace.plan(*(task(name, *scope) for name, scope in scopes))
    for name, _ in scopes:
        own = project if name == "me" else str(repo)
        workspace.claimed(workspace.agent(name, worktree=own), name)
    environment = _environment(repo.parent)
    command = case["command"].replace("@REPO@", str(repo))
    disk = GitDisk(environment)
    reading = reader.read(command, directory, disk, home=environment["HOME"], environment=environment)
    found = used_at(directory, project)
    assert found is not None

    def survey(guard: GuardBook, rights: AgentRights) -> hook_app.Sites:
        return hook_app.Sites(found, guard, rights, keys=("me", None), directory=directory, project=project)

    me = workspace.agent("me", worktree=project)
    decision = command_check(workspace.place, me, command, reading=reading, survey=survey, disk=disk)
    return decision, reading.unknown


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_ordinary_commands_run_and_what_must_not_is_refused(
    workspace: Workspace, repository_of: Make, case: dict[str, Any]
) -> None:
    decision, unknown = decided(workspace, case, repository_of(case["setup"]))
    if case.get("kernel_may") and unknown:
        return  # what it writes is not in its text: the kernel confines it
    assert ("allow" if decision.allowed else "refuse") == case["want"], decision.reason


OWN = ":/src/auth"
PATTERNS = "':(glob,top)src/auth/*.py' ':(exclude,glob,top)src/auth/gen/**' :/docs"
INSTEAD = (
    "git add -- {}; git commit -m x -- {}; git stash push -- {}; git checkout -- {}; git restore -- {};"
    " git clean -fd -- {}; git reset -- {}; git restore --staged -- {}"
).split("; ")


@pytest.mark.parametrize("command", INSTEAD)
@pytest.mark.parametrize(
    ("paths", "scope"), [(OWN, ["src/auth/**"]), (PATTERNS, ["src/auth/*.py", "!src/auth/gen/**", "docs/**"])]
)
def test_what_a_refusal_names_to_do_instead_passes(
    workspace: Workspace, repository_of: Make, command: str, paths: str, scope: list[str]
) -> None:
    shared = next(case for case in CASES if case["id"] == "b-sh-add-A")
    setup = shared["setup"] + "\ngit add src/billing/tax.py"
    case = {**shared, "scope": scope, "command": command.replace("{}", paths), "setup": setup}
    decision, _ = decided(workspace, case, repository_of(setup))
    assert decision.allowed, decision.reason

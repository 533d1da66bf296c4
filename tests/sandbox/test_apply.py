"""A confined command can write what does not exist yet, and what a build removes and creates again."""

from __future__ import annotations

import subprocess

import pytest

from mcp_server.sandbox import record
from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo, not_below_the_temporary_folder

pytestmark = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")

REMOVES = "python3 -c 'import shutil; shutil.rmtree(\"build\")'"


def names(sandbox_repo: SandboxRepo, folder: str = ".") -> set[str]:
    return {path.name for path in (sandbox_repo.repo / folder).iterdir()}


@pytest.mark.parametrize(
    "command",
    [
        "mkdir src/new && echo 1 > src/new/a",
        "mkdir -p src/new/deep && echo 1 > src/new/deep/a",
        'python3 -c \'import os; os.makedirs("src/new", exist_ok=True); open("src/new/a", "w")\'',
        "cp -r src/api src/new",
        "[ -d src/new ] || { mkdir src/new; touch src/new/a; }",
    ],
)
def test_a_scope_that_does_not_exist_yet_can_be_created(either_repo: SandboxRepo, command: str) -> None:
    ran = either_repo.run(command, patterns=["src/new/**"])

    assert (ran.code, ran.errors) == (0, "")
    assert names(either_repo, "src/new") & {"a", "deep", "routes.py"}


def test_a_scope_that_stays_empty_leaves_nothing_behind(either_repo: SandboxRepo) -> None:
    before = either_repo.outside_scope()

    either_repo.run("echo nothing", patterns=["src/new/deep/**"])

    assert either_repo.outside_scope() == before
    assert not (either_repo.state / record.RECORDS / "s1").exists()


@pytest.mark.parametrize(
    "command",
    [
        "mkdir build && touch build/x",
        'python3 -c \'import os; os.makedirs("build/deep"); open("build/deep/x", "w")\' || mkdir -p build/deep',
        "[ -d build ] || mkdir build; touch build/x",
        "if [ -d build ]; then exit 9; fi; mkdir build",
        "cp -r src/api build && touch build/x && [ ! -d build/api ]",
        "mkdir build && touch build/x && rm -rf build && mkdir build && touch build/x",
        f"mkdir build && touch build/x && {REMOVES}",
        "make -s clean build/app clean build/app",
    ],
)
def test_an_ignored_directory_can_be_created_and_recreated(either_repo: SandboxRepo, command: str) -> None:
    ran = either_repo.run(command)

    assert ran.code == 0, ran


def test_an_existing_ignored_directory_can_be_recreated(either_repo: SandboxRepo) -> None:
    (either_repo.repo / "build").mkdir()
    (either_repo.repo / "build" / "old").touch()
    either_repo.refresh_ignored()

    ran = either_repo.run("rm -rf build && mkdir build && touch build/new; rm -rf node_modules")

    assert (ran.code, ran.errors) == (0, "")
    assert names(either_repo, "build") == {"new"}


def test_whatever_recreates_what_git_ignores_may(own_repo: SandboxRepo) -> None:
    renewing = f'mkdir -p build; {REMOVES}; python3 -c \'import os; os.mkdir("build"); open("build/x", "w")\''

    assert own_repo.run(renewing).code == 0
    assert own_repo.run(f"rm -r build; {renewing}").code == 0
    assert names(own_repo, "build") == {"x"}


@pytest.mark.parametrize(("command", "program"), [("true rimraf", "rimraf"), ("true clean", "./gradlew")])
def test_a_program_that_is_known_to_recreate_its_output_may_without_a_supervisor(
    alone_repo: SandboxRepo, command: str, program: str
) -> None:
    renewing = (
        f'{command}; mkdir -p build; {REMOVES}; python3 -c \'import os; os.mkdir("build"); open("build/x", "w")\''
    )

    assert alone_repo.run(renewing, programs=[program, "python3"]).code == 0
    assert alone_repo.run(f"rm -r build; {renewing}", programs=["python3"]).code != 0


def test_no_placeholder_is_created_when_every_write_is_known(either_repo: SandboxRepo) -> None:
    ran = either_repo.run("ls", complete=True)

    assert ran.output.split() == sorted(name for name in names(either_repo) if not name.startswith("."))
    assert "build" not in ran.output


def test_known_writes_into_a_missing_ignored_directory_succeed(either_repo: SandboxRepo) -> None:
    command = "mkdir build && mv build out && mv out build && touch build/x"
    places = [str(either_repo.repo / place) for place in ("build", "out", "build/x")]

    ran = either_repo.run(command, complete=True, writes=places)

    assert (ran.code, ran.errors) == (0, "")


def test_a_known_cache_of_a_program_can_be_created(either_repo: SandboxRepo) -> None:
    allowed = either_repo.run(
        "npm --version >&2; mkdir -p ~/.npm/_cacache && touch ~/.npm/_cacache/x", programs=["npm"]
    )
    refused = either_repo.run("mkdir -p ~/.unheard-of")

    assert allowed.code == 0
    assert refused.code != 0
    assert (either_repo.home / ".npm" / "_cacache" / "x").exists()


@not_below_the_temporary_folder
def test_what_settings_add_may_be_written(either_repo: SandboxRepo) -> None:
    place = either_repo.base / "shared"
    place.mkdir()

    assert either_repo.run(f"touch {place}/x").code != 0
    assert either_repo.run(f"touch {place}/x", writable=[str(place)]).code == 0


def test_a_linked_worktree_is_confined_to_its_own_scope_and_can_commit(either_repo: SandboxRepo) -> None:
    either_repo.repo, main = either_repo.other, either_repo.repo
    git_dirs = [str(main / ".git"), str(main / ".git" / "worktrees" / "other")]

    ran = either_repo.run(
        f"echo 1 > src/auth/new.py && git add src/auth && git commit -q -m New; touch {main}/src/auth/x src/api/x",
        git_dirs=git_dirs,
    )

    assert ran.errors.count("Permission denied") == 2
    assert (
        subprocess.run(
            ["git", "-C", str(either_repo.other), "log", "-1", "--format=%s"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        == "New\n"
    )


def test_a_file_as_scope_can_be_replaced(either_repo: SandboxRepo) -> None:
    ran = either_repo.run("sed -i s/login/logout/ src/auth/login.py", patterns=["src/auth/login.py"], programs=["sed"])

    assert ran.code == 0
    assert "logout" in (either_repo.repo / "src/auth/login.py").read_text()


def test_the_clients_file_says_where_a_command_ended_even_in_a_place_that_is_not_granted(
    either_repo: SandboxRepo,
) -> None:
    either_repo.run("cd src/api")
    assert either_repo.tail.read_text() == f"{either_repo.repo}/src/api\n"
    either_repo.tail.unlink()

    either_repo.run("cd src/api; exit 3")

    assert either_repo.tail.read_text() == f"{either_repo.repo}\n"


def test_what_git_ignores_may_be_written_but_for_other_worktrees_in_it(either_repo: SandboxRepo) -> None:
    inner = either_repo.repo / "build" / "trees" / "inner"
    either_repo.git("worktree", "add", "--quiet", "--detach", str(inner))
    (either_repo.repo / "build" / "out").mkdir()
    either_repo.refresh_ignored()

    ran = either_repo.run("touch build/out/x; touch build/trees/inner/src/auth/x")

    assert (either_repo.repo / "build" / "out" / "x").exists()
    assert "Permission denied" in ran.errors
    assert not (inner / "src" / "auth" / "x").exists()

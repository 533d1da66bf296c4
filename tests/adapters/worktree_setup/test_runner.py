"""Steps as they are carried out on disk: what is brought in, what is said, and what a crash leaves."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.worktree_setup.runner import ENVIRONMENT, HostStepRunner
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Carried, Step, run
from mcp_server.domain.worktree import Occupied
from tests.adapters.git_repositories import git, git_repository

HIDDEN = {"packages": {"node_modules/a": {"version": "1.0.0"}}}
FALLBACK = ("sh", "-c", "mkdir -p node_modules && echo installed > node_modules/how")


@pytest.fixture
def source(root: Path) -> Path:
    made = git_repository(root / "repo")
    for path, text in {
        ".gitignore": "node_modules\n.env*\nsecrets/\n*.key\n",
        ".worktreeinclude": ".env*\nsecrets/\n!.env.local\n*.txt\n",
        "package.json": "{}",
        "package-lock.json": json.dumps({"packages": {"": {}, **HIDDEN["packages"]}}),
    }.items():
        (made / path).write_text(text)
    git(made, "add", ".")
    git(made, "commit", "--quiet", "--message", "project")
    for path, text in {
        "node_modules/a/index.js": "a",
        "node_modules/.prisma/client/index.js": "generated",
        "node_modules/.cache/big": "big",
        "node_modules/.package-lock.json": json.dumps(HIDDEN),
        ".env": "S=1",
        ".env.local": "L=1",
        "secrets/deep/one": "1",
        "x.key": "k",
        "notes.txt": "not ignored",
    }.items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_text(text)
    (made / "node_modules/.bin").mkdir()
    (made / "node_modules/.bin/a").symlink_to("../a/index.js")
    return made


@pytest.fixture
def tree(source: Path) -> Path:
    git(source, "worktree", "add", "--quiet", "-b", "one", str(source.parent / "one"))
    return source.parent / "one"


@pytest.fixture
def step_runner(source: Path, tree: Path) -> HostStepRunner:
    return HostStepRunner(str(source), str(tree), log=str(source.parent / "logs" / "one.log"))


def all_done(step_runner: HostStepRunner, wanted: WorktreeSettings | None = None) -> list[Carried]:
    done = [step_runner.carry_out(step) for step in step_runner.steps(wanted or WorktreeSettings())]
    assert all(carried.done for carried in done), done
    return done


def failed(step_runner: HostStepRunner, step: Step) -> str:
    carried = step_runner.carry_out(step)
    assert not carried.done
    return carried.words


def cloning(*, command: tuple[str, ...] = FALLBACK, marker: str = ".package-lock.json") -> Step:
    return Step("node_modules", "clone", "", ("node_modules",), command, marker)


def test_dependencies_are_shared_files_are_copied_and_caches_stay_away(
    step_runner: HostStepRunner, source: Path, tree: Path
) -> None:
    all_done(step_runner)
    assert (tree / "node_modules/a/index.js").read_text() == "a"
    assert (tree / "node_modules/.bin/a").readlink() == Path("../a/index.js")
    assert not (tree / "node_modules/.cache").exists()
    assert (tree / "node_modules/.package-lock.json").is_file()
    assert git(tree, "status", "--porcelain") == ""
    generated = tree / "node_modules/.prisma/client/index.js"
    generated.write_text("generated anew")
    assert (source / "node_modules/.prisma/client/index.js").read_text() == "generated"


def test_files_that_are_included_come_with_mode_and_time_and_are_ones_own(
    step_runner: HostStepRunner, source: Path, tree: Path
) -> None:
    (source / ".env").chmod(0o600)
    os.utime(source / ".env", (1_000_000, 1_000_000))
    (source / "secrets/link").symlink_to("/etc/hostname")

    all_done(step_runner)

    assert stat.S_IMODE((tree / ".env").stat().st_mode) == 0o600
    assert (tree / ".env").stat().st_mtime == 1_000_000
    assert (tree / "secrets/deep/one").read_text() == "1"
    assert not any((tree / name).exists() for name in (".env.local", "x.key", "notes.txt", "secrets/link"))
    (tree / ".env").write_text("S=2")
    assert (source / ".env").read_text() == "S=1"


def test_what_is_there_is_never_overwritten_and_settings_add_patterns(
    step_runner: HostStepRunner, source: Path, tree: Path
) -> None:
    (tree / ".env").write_text("mine")
    done = all_done(step_runner, WorktreeSettings(copy=("*.key",)))
    assert ((tree / ".env").read_text(), (tree / "x.key").read_text()) == ("mine", "k")
    assert done[0].words == "2 files copied"
    assert all_done(step_runner, WorktreeSettings(copy=("*.key",)))[0].words == "no files copied"
    assert (source / ".env").read_text() == "S=1"


def test_dependencies_that_nobody_ignores_are_nobodys_work(step_runner: HostStepRunner, tree: Path) -> None:
    made = run("sh", "-c", "mkdir -p sub/deps other && touch sub/deps/x other/x", makes="sub/deps")
    assert step_runner.carry_out(made).done
    assert git(tree, "status", "--porcelain") == "?? other/"


def test_nothing_is_copied_through_a_link_to_elsewhere(step_runner: HostStepRunner, tree: Path) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    (tree / "secrets").symlink_to(outside)
    all_done(step_runner)
    assert list(outside.iterdir()) == []


def test_a_link_leads_to_the_source(step_runner: HostStepRunner, source: Path, tree: Path) -> None:
    linked = WorktreeSettings(link=("node_modules", "data/big"))
    (source / "data" / "big").mkdir(parents=True)
    all_done(step_runner, linked)
    assert (tree / "data/big").readlink() == source / "data/big"
    assert (tree / "node_modules").readlink() == source / "node_modules"
    assert [carried.words for carried in all_done(step_runner, linked)][1:] == ["it is there", "it is there"]
    assert git(tree, "status", "--porcelain") == ""
    excluded = (source / ".git/info/exclude").read_text()
    assert ("/data/big\n" in excluded, "/node_modules\n" in excluded) == (True, False)
    assert "is not there" in failed(step_runner, Step("link x", "link", paths=("x",)))


def test_a_clone_that_was_broken_off_is_begun_anew(step_runner: HostStepRunner, tree: Path) -> None:
    (tree / "node_modules/half").mkdir(parents=True)
    assert "cloned from" in step_runner.carry_out(cloning()).words
    assert not (tree / "node_modules/half").exists()
    (tree / "node_modules/a/index.js").unlink()
    assert step_runner.carry_out(cloning()).words == "it is there"


def test_what_cannot_be_cloned_is_installed(step_runner: HostStepRunner, source: Path, tree: Path) -> None:
    (source / "node_modules/b").symlink_to(source / "packages/b")
    assert step_runner.carry_out(cloning()).words == "done"
    assert (tree / "node_modules/how").read_text() == "installed\n"
    assert not (tree / "node_modules/a").exists()
    assert "by an absolute path" in Path(step_runner.log).read_text()


def test_what_changes_while_it_is_cloned_is_installed(
    step_runner: HostStepRunner, source: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def changing(taken: str, *rest: str, **options: bool) -> None:
        link(taken, *rest, **options)  # type: ignore[arg-type]  # as the original takes it
        os.utime(source / "node_modules/.package-lock.json", (1, 1))

    monkeypatch.setattr(os, "link", changing)
    monkeypatch.setattr("mcp_server.adapters.worktree_setup.clone_folder._reflinked", lambda *_: False)
    assert step_runner.carry_out(cloning()).words == "done"
    assert (tree / "node_modules/how").exists()


def test_a_step_that_fails_says_its_last_lines_and_the_log_has_them_all(step_runner: HostStepRunner) -> None:
    words = failed(step_runner, run("sh", "-c", "seq 100; echo broken >&2; exit 7", name="setup"))
    assert words.startswith("`sh -c 'seq 100; echo broken >&2; exit 7'` ended with status 7: ")
    assert words.endswith("    100\n    broken")
    assert "\n50\n" not in words
    assert "\n50\n" in Path(step_runner.log).read_text()
    assert failed(step_runner, run("false")).endswith("it said nothing")


def test_a_tool_that_is_not_there_is_named(step_runner: HostStepRunner) -> None:
    words = failed(step_runner, run("no-such-tool", "install"))
    assert words == "no-such-tool is not installed, so `no-such-tool install` cannot run"


def test_steps_know_what_the_worktree_was_given_and_nothing_of_another(
    step_runner: HostStepRunner, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    step_runner.give({"PORT": "3001", "DB": "app_one"})
    step_runner.carry_out(run("sh", "-c", 'echo "$PORT $DB ${VIRTUAL_ENV-none} ${GIT_DIR-none} $PWD" > said'))
    assert (tree / "said").read_text() == f"3001 app_one none none {tree}\n"
    assert (tree / ENVIRONMENT).read_text().splitlines()[1:] == ["PORT=3001", "DB=app_one"]


def test_where_nothing_is_given_no_file_is_written(step_runner: HostStepRunner, tree: Path) -> None:
    step_runner.give({})
    assert not (tree / ENVIRONMENT).exists()


def test_a_program_that_outlives_a_killed_command_keeps_others_out(step_runner: HostStepRunner, tree: Path) -> None:
    lock = f"{step_runner.log}.lock"
    holds = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from mcp_server.adapters.worktree_setup.runner import HostStepRunner
from mcp_server.domain.setup_step import run
step_runner = HostStepRunner(None, {str(tree)!r}, log={step_runner.log!r})
with step_runner.locked():
    step_runner.carry_out(run("sh", "-c", "kill -9 $PPID; read line < pipe"))
"""
    os.mkfifo(tree / "pipe")
    killed = subprocess.run([sys.executable, "-c", holds], check=False)
    assert killed.returncode == -9
    with pytest.raises(Occupied, match="another process is working on it"), step_runner.locked():
        pass
    (tree / "pipe").write_text("go on\n")
    with process_lock(lock, patience=30):
        pass


def test_a_port_on_which_somebody_listens_is_not_free(step_runner: HostStepRunner) -> None:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(5)]
    ports = [listener.getsockname()[1] for listener in listeners]
    assert not any(step_runner.is_free(port) for port in ports)
    for listener in listeners:
        listener.close()
    assert any(step_runner.is_free(port) for port in ports), "somebody else may have taken one of them at once"


def test_the_main_checkout_lacks_nothing_of_its_own(source: Path) -> None:
    own = HostStepRunner(str(source), str(source), log=str(source.parent / "log"))
    assert [step.kind for step in own.steps(WorktreeSettings(copy=("x",), link=("y",)))] == ["run"]


def husky(root: Path, setting: str = ".husky/_") -> None:
    """Hooks as husky 9 installs them, or with the folder `.husky` as its earlier versions did."""
    for path, text in {
        ".husky/_/.gitignore": "*\n",
        ".husky/_/pre-commit": '#!/bin/sh\nsh "$(dirname "$0")/../pre-commit"\n',
        ".husky/_/husky.sh": "refuses=1\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / ".husky/_/pre-commit").chmod(0o755)
    git(root, "config", "core.hooksPath", setting)


@pytest.mark.parametrize("setting", [".husky/_", ".husky"])
def test_hooks_that_git_does_not_track_refuse_in_the_worktree_as_in_the_source(
    step_runner: HostStepRunner, source: Path, tree: Path, setting: str
) -> None:
    husky(source, setting)
    for root in (source, tree):
        (root / ".husky").mkdir(exist_ok=True)
        own = '#!/bin/sh\n. "$(dirname "$0")/_/husky.sh"\necho HOOK-RAN >&2; exit $refuses\n'
        (root / ".husky/pre-commit").write_text(own)
        (root / ".husky/pre-commit").chmod(0o755)
    assert all_done(step_runner)[0].step == "git hooks"
    for root in (source, tree):
        with pytest.raises(AssertionError, match="HOOK-RAN"):
            git(root, "commit", "--quiet", "--allow-empty", "--message=x")
    assert [carried.step for carried in all_done(step_runner)] == ["node_modules", "copy"][::-1], "they are there"


def test_a_folder_of_hooks_that_only_the_source_is_configured_for_is_configured(
    step_runner: HostStepRunner, source: Path, tree: Path
) -> None:
    git(source, "config", "extensions.worktreeConfig", "true")
    git(source, "config", "--worktree", "core.hooksPath", "hooks")
    (source / "hooks").mkdir()
    (source / "hooks/pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (source / "hooks/pre-commit").chmod(0o755)
    all_done(step_runner)
    assert git(tree, "config", "core.hooksPath") == "hooks"
    assert os.access(tree / "hooks/pre-commit", os.X_OK)


@pytest.mark.parametrize("where", ["shared", "absolute", "tracked", "none"])
def test_hooks_that_every_worktree_has_need_no_step(
    step_runner: HostStepRunner, source: Path, tree: Path, where: str
) -> None:
    folder = {"shared": ".git/hooks", "absolute": "shared-hooks", "tracked": "tracked", "none": "nowhere"}[where]
    for root in (source, tree) if where == "tracked" else (source,):
        if where != "none":
            (root / folder).mkdir(exist_ok=True)
            (root / folder / "pre-commit").write_text("#!/bin/sh\n")
        if where == "tracked":
            git(root, "add", folder)
    if where != "shared":
        git(source, "config", "core.hooksPath", str(source / folder) if where == "absolute" else folder)
    assert "git hooks" not in [step.name for step in step_runner.steps(WorktreeSettings())]


def test_scripts_of_the_project_run_after_a_clone_unless_npm_is_told_to_run_none(
    step_runner: HostStepRunner, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    step = Step("npm run prepare", "script", command=("sh", "-c", "touch prepared"))
    (tmp_path / ".npmrc").write_text("ignore-scripts = true\n")
    assert "ignore scripts" in step_runner.carry_out(step).words
    assert not (tree / "prepared").exists()
    (tmp_path / ".npmrc").write_text("#ignore-scripts=true\n")
    assert step_runner.carry_out(step).done
    assert (tree / "prepared").exists()
    failing = step_runner.carry_out(step._replace(command=("sh", "-c", "echo no; exit 3")))
    assert (failing.done, "status 3" in failing.words) == (False, True)

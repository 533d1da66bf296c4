"""What a supervised command may write beside what the kernel was told: all of it, and nothing else."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from mcp_server.sandbox import cleanup, record
from mcp_server.sandbox.supervisor import shell
from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo

pytestmark = pytest.mark.skipif(not (CAN_CONFINE and shell.can_supervise()), reason="this kernel supervises nobody")

IGNORED = [
    "echo 1 > new.log && cat new.log",
    "echo 1 > src/api/deep.log && rm src/api/deep.log",
    "true | tee some.log other.log",
    "mkdir -p build/a/b && echo 1 > build/a/b/c && mv build/a build/z && rm -r build",
    "mkdir node_modules && ln -s ../src node_modules/link && rm -rf node_modules",
    'python3 -c \'import sqlite3; c = sqlite3.connect("a.log"); c.execute("create table t(a)"); c.commit()\'',
    "echo 1 > a.log && mv a.log b.log && ln b.log c.log && chmod 600 c.log",
    "echo 1 > a.log && truncate -s 0 a.log && [ ! -s a.log ]",
    "echo 1 > a.log; cp -p a.log b.log; install -m 755 a.log c.log && [ -x c.log ]",
    "mkfifo pipe.log && rm pipe.log",
    'perl -e \'open(F, ">", "x.log") or die; print F 1; close F; rename("x.log", "y.log") or die\'',
    "cd src/api && echo 1 > ../../up.log",
    "umask 077; echo 1 > a.log; [ $(stat -c %a a.log) = 600 ]",
    "(set -C; echo 1 > a.log) && ! (set -C; echo 2 > a.log) 2>/dev/null",
    "echo 1 > a.log; echo 2 >> a.log; [ $(wc -l < a.log) = 2 ]",
    "sh -c 'exec 9<> a.log; echo 1 >&9'",
    "mkdir -p build/a && (cd build/a && seq 200 | xargs touch) && mv build/a node_modules && mv node_modules build/x",
]
REFUSED = [
    "echo 1 > new.txt",
    "echo 1 > a.log && mv a.log new.txt",
    "echo 1 > a.log && ln a.log new.txt",
    "mv README.md a.log",
    "ln README.md a.log && echo spoilt > a.log",
    "ln -s ../README.md src/auth/link.log; echo spoilt > src/auth/link.log",
    "ln -s README.md a.log && echo spoilt > a.log",
    "mkdir build && ln -s ../src build/api && echo spoilt > build/api/api/routes.py",
    "mkdir other",
    "echo 1 > README.md.tmp",
    'python3 -c \'import os; os.rename("src/api", "build")\'',
    "echo 1 > {other}/a.log",
    "echo 1 > ~/new.log",
    "mkdir ~/.unheard-of",
]


@pytest.mark.parametrize("command", IGNORED)
def test_what_git_ignores_is_written_at_the_first_try(own_repo: SandboxRepo, command: str) -> None:
    before = own_repo.outside_scope()

    ran = own_repo.run(command)

    assert (ran.code, ran.errors) == (0, "")
    kept = {path: text for path, text in own_repo.outside_scope().items() if not _is_ignored(path)}
    assert kept == before


@pytest.mark.parametrize("command", REFUSED)
def test_nothing_else_is_written(own_repo: SandboxRepo, command: str) -> None:
    before = own_repo.outside_scope()

    ran = own_repo.run(command.replace("{other}", str(own_repo.other)))

    assert "denied" in ran.errors or "cross-device" in ran.errors
    kept = {path: text for path, text in own_repo.outside_scope().items() if not _is_ignored(path)}
    assert kept == before


@pytest.mark.parametrize(
    ("patterns", "command"),
    [
        (["README.md"], "sed -i s/Shop/Store/ README.md"),
        (["README.md"], "perl -pi -e s/Shop/Store/ README.md"),
        (["README.md"], "cp README.md README.md.tmp && mv README.md.tmp README.md"),
        (["README.md"], "echo more >> README.md"),
        (["docs/new.md"], "mkdir docs && echo 1 > docs/new.md"),
        (["docs/*.md"], "mkdir docs && echo 1 > docs/a.md && mv docs/a.md docs/b.md"),
        (["src/**/*.md"], "mkdir -p src/deep/er && echo 1 > src/deep/er/a.md && sed -i s/1/2/ src/deep/er/a.md"),
        (["src/**", "!src/api/**"], "echo 1 > src/new.py && mkdir src/fresh && echo 1 > src/fresh/x"),
    ],
)
def test_a_scope_is_granted_as_it_is_written(own_repo: SandboxRepo, patterns: list[str], command: str) -> None:
    if "src/**/*.md" in patterns:
        (own_repo.repo / "src/deep/er").mkdir(parents=True)
    ran = own_repo.run(command, patterns=patterns)

    assert (ran.code, ran.errors) == (0, "")


@pytest.mark.parametrize(
    ("patterns", "command"),
    [
        (["README.md"], "echo 1 > Makefile"),
        (["README.md"], "echo 1 > sedAAAAAA"),
        (["README.md"], "rm -f package.json"),
        (["src/*.md"], "echo 1 > src/a.py"),
        (["src/**", "!src/api/**"], "echo 1 > src/api/routes.py"),
        (["src/**", "!src/api/**"], "mv src/api src/elsewhere"),
        (["src/auth"], "echo 1 > src/auth.tmp2"),
    ],
)
def test_nothing_beside_a_scope_is_granted(own_repo: SandboxRepo, patterns: list[str], command: str) -> None:
    before = own_repo.outside_scope()

    ran = own_repo.run(command, patterns=patterns)

    assert ran.code != 0
    assert own_repo.outside_scope() == before


def test_a_folder_that_ignores_itself_is_written(own_repo: SandboxRepo) -> None:
    folder = own_repo.repo / ".some-tool"
    folder.mkdir()
    (folder / ".gitignore").write_text("*\n")

    assert own_repo.run("mkdir .some-tool/deep && echo 1 > .some-tool/deep/x").code == 0


def test_a_tracked_file_in_an_ignored_folder_is_nobodys_to_write(own_repo: SandboxRepo) -> None:
    (own_repo.repo / "build").mkdir()
    (own_repo.repo / "build" / "kept.txt").write_text("tracked\n")
    own_repo.git("add", "--force", "build/kept.txt")

    ran = own_repo.run("echo 1 > build/new.txt; echo spoilt > build/kept.txt")

    assert (own_repo.repo / "build" / "kept.txt").read_text() == "tracked\n"
    assert (own_repo.repo / "build" / "new.txt").exists()
    assert "kept.txt: Permission denied" in ran.errors


def test_another_worktree_inside_an_ignored_folder_is_not_written(own_repo: SandboxRepo) -> None:
    inner = own_repo.repo / "build" / "inner"
    own_repo.git("worktree", "add", "--quiet", "--detach", str(inner))

    ran = own_repo.run(f"touch build/x; touch {inner}/a.log {inner}/src/auth/x")

    assert ran.errors.count("Permission denied") == 2
    assert (own_repo.repo / "build" / "x").exists()


def test_folders_of_programs_in_the_home_are_theirs_once_a_command_has_made_them(own_repo: SandboxRepo) -> None:
    (own_repo.home / ".config" / "theirs").mkdir(parents=True)

    made = own_repo.run("mkdir -p ~/.config/mine ~/.local/share/mine && touch ~/.config/mine/x ~/.local/share/mine/x")
    again = own_repo.run("touch ~/.config/mine/y && rm ~/.local/share/mine/x")
    foreign = own_repo.run("touch ~/.config/theirs/x")

    assert [(ran.code, ran.errors) for ran in (made, again)] == [(0, "")] * 2
    assert "denied" in foreign.errors


def test_two_agents_with_the_same_command_get_what_both_may_write(own_repo: SandboxRepo) -> None:
    command = "touch src/auth/x.py; touch src/api/x.py; touch both.log"
    for call, agent, patterns in (("t1", "a", ["src/auth/**"]), ("t2", "b", ["src/api/**"])):
        own_repo.record_call(command, call, agent=agent, patterns=patterns)

    ran = own_repo.start(command)

    assert ran.errors.count("Permission denied") == 2
    assert (own_repo.repo / "both.log").exists()


@pytest.mark.skipif(shutil.which("tar") is None, reason="there is no tar")
def test_an_archive_is_unpacked_into_a_new_ignored_folder(own_repo: SandboxRepo) -> None:
    ran = own_repo.run("mkdir build && tar cf build/a.tar src && tar xf build/a.tar -C build && ls build/src")

    assert (ran.code, ran.output) == (0, "api\nauth\n")


def _is_ignored(path: str) -> bool:
    parts: Any = path.split("/")
    return path.endswith(".log") or "build" in parts or "node_modules" in parts


def test_what_was_refused_is_noted_once_until_the_call_ends(own_repo: SandboxRepo) -> None:
    command = "echo 1 > new.txt; echo 2 > new.txt; echo 3 > src/api/other.py; echo 4 > a.log"
    own_repo.record_call(command)

    own_repo.start(command)

    noted = record.refused(own_repo.folder, "t1")
    assert noted == [str(own_repo.repo / "new.txt"), str(own_repo.repo / "src/api/other.py")]
    cleanup.forget(own_repo.folder, "t1")
    assert not (own_repo.state / record.RECORDS / "s1").exists()


GIT = [
    "git status --short",
    "echo 1 > src/auth/new.py && git add src/auth && git commit -q -m New && git log -1 --format=%s",
    "git commit -q --allow-empty -m Empty && git commit -q --amend --allow-empty -m Amended",
    "git branch fresh && git branch -m fresh renamed && git branch -D renamed",
    "git tag v1 && git tag -d v1",
    "git config user.nickname me && git config --unset user.nickname",
    "git gc -q",
    "git pack-refs --all && git update-ref refs/heads/x HEAD && git update-ref -d refs/heads/x",
    "git fetch -q . HEAD:refs/heads/copy",
    "git worktree add -q --detach $TMPDIR/tree && git worktree remove $TMPDIR/tree",
    "git stash list; echo 2 > src/auth/login.py && git stash push -q -- src/auth && git stash pop -q",
    "git notes add -m note HEAD && git notes remove HEAD",
    "git remote add origin . && git remote remove origin",
    "git bisect start && git bisect reset",
    "git reflog expire --expire=now --all",
    "git update-index --refresh; git read-tree HEAD",
]


@pytest.mark.parametrize("command", GIT)
def test_git_works_in_its_own_folder(own_repo: SandboxRepo, command: str) -> None:
    own_repo.environment["TMPDIR"] = str(own_repo.home / "tmp")
    (own_repo.home / "tmp").mkdir()

    ran = own_repo.run(command)

    assert (ran.code, "denied" in ran.errors) == (0, False), ran


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf .git/interlock",
        "echo off > .git/interlock/mode",
        "mv .git/interlock .git/elsewhere",
        'python3 -c \'open(".git/interlock/state.db", "w")\'',
        "ln -s interlock .git/linked; echo off > .git/linked/mode",
    ],
)
def test_interlocks_own_state_is_not_written(own_repo: SandboxRepo, command: str) -> None:
    (own_repo.state / "state.db").write_text("state")

    ran = own_repo.run(command)

    assert "denied" in ran.errors
    assert (own_repo.state / "state.db").read_text() == "state"
    assert not (own_repo.state / "mode").exists()

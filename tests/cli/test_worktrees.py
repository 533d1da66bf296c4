"""Worktrees at the command line: real tools, many at once, steps that fail, processes that are killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from mcp_server.adapters.host.process_lock import process_lock
from tests.adapters.git_repositories import git, git_repository
from tests.cli.test_commands import ROOT, Shell, interlock

__all__ = ["interlock"]

MANY = 8


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    return Shell(git_repository(Path(os.path.realpath(tmp_path)) / "shop"))


def needs(tool: str) -> None:
    if shutil.which(tool) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{tool} is not installed")
        pytest.skip(f"{tool} is not installed")


def settings(shop: Shell, text: str) -> None:
    (shop.directory / ".claude").mkdir(exist_ok=True)
    (shop.directory / ".claude" / "interlock.toml").write_text("[worktree]\n" + text)


def commit(shop: Shell, **files: str) -> None:
    for name, text in files.items():
        path = shop.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(shop.directory, "add", "--all")
    git(shop.directory, "commit", "--quiet", "--message", "files")


def added(shop: Shell, *words: str) -> dict[str, Any]:
    ran = shop("worktree", "add", *words, "--json")
    assert ran.code == 0, ran.err
    return ran.json


def tree_of(shop: Shell, name: str) -> Path:
    return shop.directory / ".claude" / "worktrees" / name


def with_npm(shop: Shell) -> None:
    """The repository needs a package, which its main checkout has installed; nothing is fetched from anywhere."""
    vendor = shop.directory / "vendor" / "greet"
    vendor.mkdir(parents=True)
    (vendor / "package.json").write_text('{"name": "greet", "version": "1.0.0", "main": "index.js"}')
    (vendor / "index.js").write_text('module.exports = "hello"\n')
    subprocess.run(["npm", "pack", "--silent", "./vendor/greet"], cwd=shop.directory, check=True, capture_output=True)
    shutil.rmtree(vendor)
    files = {
        ".gitignore": "node_modules/\n",
        "package.json": json.dumps(
            {
                "name": "shop",
                "version": "1.0.0",
                "private": True,
                "dependencies": {"greet": "file:greet-1.0.0.tgz"},
                "scripts": {"test": "node --test"},
            }
        ),
        "shop.test.js": 'require("node:test")("x", () => require("node:assert").equal(require("greet"), "hello"))\n',
    }
    for name, text in files.items():
        (shop.directory / name).write_text(text)
    subprocess.run(
        ["npm", "install", "--silent", "--offline", "--no-audit"], cwd=shop.directory, check=True, capture_output=True
    )
    commit(shop)


def passes(folder: Path, *command: str) -> None:
    """The tests pass in this checkout, and load nothing from another one."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tests_pass_at_once_in_a_worktree_with_npm(shop: Shell) -> None:
    needs("npm")
    with_npm(shop)
    settings(shop, 'place = "beside"\n')  # so that nothing is found in the main checkout above
    shared = added(shop, "shared")
    shutil.rmtree(shop.directory / "node_modules")
    installed = added(shop, "installed")

    for answer in (shared, installed):
        passes(Path(answer["path"]), "npm", "test")
        assert git(Path(answer["path"]), "status", "--porcelain") == ""
    assert shared["steps"][0]["words"] == f"cloned from {shop.directory}"
    assert installed["steps"][0]["step"].startswith("npm ci")


def wheel(folder: Path) -> str:
    """A package for Python in one file."""
    file = folder / "greet-1.0-py3-none-any.whl"
    info = "greet-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("greet.py", 'WORD = "hello"\n')
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: greet\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return file.name


def test_the_tests_pass_at_once_in_a_worktree_with_pip(shop: Shell) -> None:
    name = wheel(shop.directory)
    commit(shop, **{".gitignore": ".venv\n", "requirements.txt": f"./{name}\n", "check.py": "import greet, sys\n"})
    (shop.directory / ".venv").mkdir()
    merged_to = Path(os.path.realpath(sys.executable)).parent
    (shop.directory / ".venv" / "pyvenv.cfg").write_text(f"home = {merged_to}\n")

    tree = Path(added(shop, "one")["path"])

    passes(tree, ".venv/bin/python", "check.py")
    assert git(tree, "status", "--porcelain") == ""


def test_the_tests_pass_at_once_in_a_worktree_with_uv(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = Path(sys.executable).with_name("uv")
    monkeypatch.setenv("PATH", f"{uv.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("UV_PYTHON", sys.executable)
    name = wheel(shop.directory)
    project = (
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["greet"]\n'
        f'[tool.uv]\npackage = false\n[tool.uv.sources]\ngreet = {{path = "{name}"}}\n'
    )
    (shop.directory / "pyproject.toml").write_text(project)
    subprocess.run([uv, "lock", "--quiet", "--offline"], cwd=shop.directory, check=True)
    commit(shop, **{".gitignore": ".venv\n", "check.py": "import greet\n"})

    tree = Path(added(shop, "one")["path"])

    passes(tree, ".venv/bin/python", "check.py")
    assert git(tree, "status", "--porcelain") == ""


def test_many_at_once_get_a_worktree_each_with_a_port_of_its_own(shop: Shell) -> None:
    needs("npm")
    with_npm(shop)
    settings(shop, 'ports = {PORT = 3000}\nnames = {DB = "shop"}\n')
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda number: added(shop, f"w{number}"), range(MANY)))

    assert len({answer["path"] for answer in answers}) == MANY
    assert len({answer["ports"]["PORT"] for answer in answers}) == MANY
    assert {answer["names"]["DB"] for answer in answers} == {f"shop_w{number}" for number in range(MANY)}
    for answer in answers:
        tree = Path(answer["path"])
        passes(tree, "node", "-e", f"if (!require.resolve('greet').startsWith({answer['path']!r} + '/node_m')) throw 1")
        assert git(tree, "status", "--porcelain") == ""
        assert f"PORT={answer['ports']['PORT']}\n" in (tree / ".env.interlock").read_text()
    listed = shop("worktree", "list", "--json").json["worktrees"]
    assert sorted(part["state"] for part in listed) == ["ready"] * (MANY + 1)
    assert git(shop.directory, "status", "--porcelain", "--untracked-files=all") == "?? .claude/interlock.toml"


def test_the_answer_has_what_a_script_needs(shop: Shell) -> None:
    shop("plan", "-", stdin='{"tasks": [{"title": "Add login", "scope": ["src/**"]}]}')
    answer = added(shop, "T1")
    assert {name: answer[name] for name in ("name", "task", "branch", "base", "created")} == {
        "name": "T1",
        "task": "T1",
        "branch": "T1-add-login",
        "base": "main",
        "created": True,
    }
    assert answer["path"] == str(tree_of(shop, "T1-add-login"))
    assert shop("worktree", "add", "T1", "--json").json["created"] is False
    assert "Worktree T1 already there: " in shop("worktree", "add", "T1").out


def test_a_step_that_fails_ends_with_3_says_how_to_go_on_and_is_repeated(shop: Shell) -> None:
    ready = shop.directory / "ready"
    fails = f"test -e {ready} || {{ echo no database; exit 5; }}"
    settings(shop, f'setup = ["echo first >> steps", "{fails}", "echo last >> steps"]\n')

    failed = shop("worktree", "add", "one")

    assert failed.code == 3
    assert "✓ echo first" in failed.err
    for words in ("failed", "status 5", "no database", "one.log", "interlock worktree repair"):
        assert words in failed.out
    assert shop("worktree", "list", "--json").json["worktrees"][1]["state"] == "not set up yet"
    assert shop("worktree", "repair", "one").code == 3
    ready.touch()
    repeated = shop("worktree", "repair", "one", "--json")
    assert repeated.code == 0
    assert [step["done"] for step in repeated.json["worktrees"][0]["steps"]] == [True, True]
    assert (tree_of(shop, "one") / "steps").read_text() == "first\nlast\n"
    assert "All worktrees are in order." in shop("worktree", "repair").out


def test_a_command_killed_in_a_step_is_gone_on_with(shop: Shell) -> None:
    settings(shop, 'setup = ["echo x >> steps", "test -e ../killed || { touch ../killed; kill -9 $PPID; }"]\n')
    assert shop("worktree", "add", "one").code == -9
    answer = added(shop, "one")
    assert [step["done"] for step in answer["steps"]] == [True]
    assert (tree_of(shop, "one") / "steps").read_text() == "x\n"


def test_a_worktree_that_somebody_is_setting_up_is_left_to_them(shop: Shell) -> None:
    settings(shop, 'setup = ["false"]\n')
    assert shop("worktree", "add", "one").code == 3
    with process_lock(str(shop.directory / ".git/interlock/worktrees/one.log.lock"), patience=0):
        refused = shop("worktree", "repair", "one")
    assert (refused.code, "another process is working on it" in refused.err) == (1, True)


def test_two_who_make_the_same_worktree_at_once_both_have_it(shop: Shell) -> None:
    settings(shop, 'setup = ["echo begun > ../../../begun; read go < ../../../go; echo x >> steps"]\n')
    for name in ("begun", "go"):
        os.mkfifo(shop.directory / name)
    with ThreadPoolExecutor() as workers:
        first = workers.submit(shop, "worktree", "add", "one", "--json")
        assert (shop.directory / "begun").read_text() == "begun\n"
        with Popen(
            [sys.executable, "-I", str(ROOT / "mcp_server"), "worktree", "add", "one", "--json"],
            cwd=shop.directory,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
        ) as second:
            assert second.stderr is not None
            assert second.stderr.readline() == "Another process is setting up one; waiting for it\n"
            (shop.directory / "go").write_text("go\n")
            said, _ = second.communicate()
        assert (first.result().code, first.result().json["created"]) == (0, True)
    assert (second.returncode, json.loads(said)["created"], json.loads(said)["undone"]) == (0, False, [])
    assert (tree_of(shop, "one") / "steps").read_text() == "x\n"


def test_what_stands_in_the_way_is_refused_with_1_and_what_makes_no_sense_with_2(shop: Shell) -> None:
    git(shop.directory, "branch", "used")
    refused = shop("worktree", "add", "used", "--json")
    assert (refused.code, refused.json["made"]) == (1, False)
    assert "--branch used" in refused.json["reason"]
    for words in (("add", "x", "--base", "nowhere"), ("remove", "nowhere"), ("repair", "nowhere")):
        ran = shop("worktree", *words, "--json")
        assert (ran.code, set(ran.json)) == (2, {"error"}), "a program is answered in JSON whatever happens"
        assert ran.json["error"] in ran.err
    settings(shop, 'place = "elsewhere"\n')
    wrong = shop("worktree", "add", "x")
    assert (wrong.code, "worktree.place must be one of" in wrong.err) == (3, True)


def test_a_worktree_is_removed_when_nothing_is_lost_by_it(shop: Shell) -> None:
    answer = added(shop, "one")
    (Path(answer["path"]) / "new.txt").write_text("mine")
    refused = shop("worktree", "remove", "one", "--json")
    assert (refused.code, refused.json["removed"], "new.txt" in refused.json["reason"]) == (1, False, True)
    removed = shop("worktree", "remove", "one", "--force")
    assert (removed.code, "is gone" in removed.out) == (0, True)
    assert not Path(answer["path"]).exists()


def test_outside_git_and_before_the_first_commit_it_says_so(shop: Shell) -> None:
    plain = Shell(shop.directory.parent / "plain")
    plain.directory.mkdir()
    refused = plain("worktree", "add", "x")
    assert (refused.code, "not in a git repository" in refused.err) == (3, True)
    assert list(plain.directory.iterdir()) == []
    subprocess.run(["git", "init", "--quiet"], cwd=plain.directory, check=True)
    early = plain("worktree", "add", "x")
    assert (early.code, "no commit yet" in early.err) == (2, True)
    assert not (plain.directory / ".git" / "interlock").exists()


def test_the_worktree_that_one_stands_in_is_looked_after_whoever_made_it(shop: Shell) -> None:
    settings(shop, 'setup = ["echo ready > ready"]\n')
    shop("init")
    hand = shop.directory.parent / "hand"
    git(shop.directory, "worktree", "add", "--quiet", str(hand))
    answer = Shell(hand)("worktree", "repair", "--here", "--json")
    assert (answer.code, answer.json["worktrees"][0]["what"]) == (0, "adopted")
    assert (hand / "ready").exists()
    assert shop("worktree", "repair", "--here", "--json").json == {"worktrees": []}
    assert [agent["name"] for agent in shop("board", "--json").json["agents"]] == []


def test_submodules_come_with_it(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    library = git_repository(shop.directory.parent / "library")
    git(shop.directory, "submodule", "--quiet", "add", str(library), "libs/a")
    commit(shop)
    failed = shop("worktree", "add", "one")
    assert (failed.code, "submodules” failed" in failed.out) == (3, True)  # git takes no local ones unasked
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    assert shop("worktree", "repair").code == 0
    assert (tree_of(shop, "one") / "libs/a/README.md").read_text() == "hello\n"
    assert shop("worktree", "remove", "one").code == 0


def test_the_list_breaks_no_name_in_two_however_narrow_the_terminal(
    interlock: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = {"tasks": [{"title": "Add the login page with passkeys", "scope": ["src"], "id": "T1"}]}
    git(interlock.directory, "commit", "--quiet", "--allow-empty", "--message=first")
    assert interlock("plan", "-", stdin=json.dumps(plan)).code == 0
    assert interlock("worktree", "add", "T1").code == 0
    for width in ("60", "80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        shown = interlock("worktree", "list").out
        for name in ("T1-add-the-login-page-with-passkeys", ".claude/worktrees/T1-add-the-login-page-with-passkeys"):
            assert name in shown, width
        assert max(map(len, map(str.rstrip, shown.splitlines()))) <= int(width)


def test_a_task_that_does_not_exist_gets_no_worktree_where_nobody_can_be_asked(interlock: Shell) -> None:
    git(interlock.directory, "commit", "--quiet", "--allow-empty", "--message=first")
    assert interlock("init").code == 0
    said = interlock("worktree", "add", "T9")
    assert (said.code, "there is no task 'T9'" in said.out) == (1, True)
    assert interlock("worktree", "add", "T9", "--branch", "T9").code == 0
    assert interlock("worktree", "remove", " ").code == 2
    assert interlock("merge", " ").code == 2

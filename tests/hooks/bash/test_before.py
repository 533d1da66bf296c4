"""Before a Bash command: what it would write is compared with the scopes, and everything else passes in silence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks


@pytest.fixture
def at_work(hooks: Hooks, work: Work) -> Hooks:
    """A session that holds src/auth, while another holds src/billing."""
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    work.claim(work.agent("s2", "bob"), "src/billing/**")
    return hooks


@pytest.mark.parametrize(
    "command",
    [
        "ls -la src && cat src/billing/x.py | grep -n '>' || true",
        "git status --short; git diff HEAD -- src/billing",
        "echo done > /dev/null 2>&1",
        "echo x > src/auth/new.py && sed -i s/a/b/ src/auth/new.py",
        "mkdir -p src/auth/deep/er",
        "make",
    ],
)
def test_reading_and_writing_in_the_own_scope_passes_in_silence(at_work: Hooks, command: str) -> None:
    said = at_work.before(command)
    assert (said.output, said.stderr, said.code) == ("", "", 0)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("echo x > src/billing/new.py", "src/billing/new.py"),
        ("cd src && sed -i s/a/b/ billing/x.py", "src/billing/x.py"),
        ("bash -c 'touch src/billing/y'", "src/billing/y"),
        ("rm -rf src", "src/billing/x.py"),
    ],
)
def test_a_command_that_writes_in_the_scope_of_another_is_not_run(at_work: Hooks, command: str, path: str) -> None:
    (at_work.repo / "src" / "billing").mkdir()
    (at_work.repo / "src" / "billing" / "x.py").touch()
    said = at_work.before(command)
    assert said.decision == "deny"
    assert said.reason.startswith("This command was not run. " + path)
    assert 'is held by bob: task T2 "Work"' in said.reason


def test_a_command_that_writes_outside_the_scope_is_not_run(at_work: Hooks) -> None:
    said = at_work.before("tee README.md < /dev/null")
    assert said.decision == "deny"
    assert "README.md lies outside your scope: T1 covers src/auth/**" in said.reason


def test_without_a_claim_only_what_others_hold_is_refused(at_work: Hooks) -> None:
    at_work.session = "s3"
    assert at_work.before("echo x > README.md").output == ""
    assert "held by ada" in at_work.before("echo x > src/auth/x.py").reason


def test_what_git_ignores_may_be_written(at_work: Hooks, repo: Path) -> None:
    (repo / ".gitignore").write_text("build/\n*.log\n")
    assert at_work.before("mkdir -p build && echo x > build/out && echo y > debug.log").output == ""
    assert at_work.before("echo x > built").decision == "deny"


def test_git_over_the_whole_tree_is_not_run_while_others_work_there(at_work: Hooks, repo: Path, work: Work) -> None:
    _both_in(repo, work)
    said = at_work.before("git add -A && git commit -m x")
    assert said.decision == "deny"
    assert "in which bob (task T2) is working too" in said.reason
    assert ":/src/auth" in said.reason
    assert at_work.before("git add src/auth && git commit -m x").output == ""


def _both_in(repo: Path, work: Work) -> None:
    """Both sessions work in the main checkout."""
    with work.store.writing() as books:
        for session in ("s1", "s2"):
            agent = books.agents.find(session)
            assert agent is not None
            books.agents.seen(agent.id, worktree=str(repo))


def test_in_mode_warn_it_is_reported_and_passes(at_work: Hooks, repo: Path) -> None:
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text('mode = "warn"\n')
    said = at_work.before("echo x > README.md")
    assert said.decision is None
    assert "not blocked" in said.told
    assert "README.md lies outside your scope" in said.told


@pytest.mark.parametrize("setting", ['bash = "off"', 'mode = "off"'])
def test_nothing_is_checked_when_switched_off(at_work: Hooks, repo: Path, setting: str) -> None:
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(setting)
    assert at_work.before("echo x > README.md").output == ""


def test_in_a_repository_that_is_not_in_use_nothing_is_said(hooks: Hooks) -> None:
    assert hooks.before("rm -rf /").output == ""
    assert not (hooks.repo / ".git" / "interlock").exists()


def test_writes_from_elsewhere_into_the_project_are_judged_too(at_work: Hooks, tmp_path: Path) -> None:
    said = at_work.before(f"echo x > {at_work.repo}/README.md", cwd=str(tmp_path))
    assert "README.md lies outside your scope" in said.reason


def test_another_repository_in_use_has_its_own_claims(at_work: Hooks, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    (other / "lib").mkdir()
    there = Work(other)
    there.claim(there.agent("s9", "eve"), "lib/**")
    assert "held by eve" in at_work.before(f"echo x > {other}/lib/x").reason
    assert at_work.before(f"echo x > {other}/docs").output == "", "it has no claim there"


@pytest.mark.parametrize(
    "command",
    ["echo 'unbalanced", "\0", "", " ", "((((", "a" * 100_000, "echo " + "x* " * 10_000, "$(" * 5_000, "\ud800 > x"],
    ids=["quote", "nul", "empty", "blank", "brackets", "long", "globs", "deep", "surrogate"],
)
def test_every_text_gets_an_answer(at_work: Hooks, command: str) -> None:
    said = at_work.before(command)
    assert said.code == 0
    assert said.stderr == ""
    assert "could not decide" not in said.output


@pytest.mark.parametrize("arguments", [None, {}, {"command": 1}, {"command": ["ls"]}, []])
def test_a_call_without_a_command_is_refused_by_name(at_work: Hooks, arguments: object) -> None:
    [said] = at_work.bash("PreToolUse", "", tool_input=arguments).values()
    assert "has no text in 'command'" in said.reason


def test_an_unknown_agent_is_registered(hooks: Hooks, work: Work) -> None:
    hooks.before("touch x")
    with work.store.reading() as books:
        assert books.agents.find("s1") is not None
        assert books.commands.is_running("b1")


def test_the_worktree_itself_is_a_path_like_others(at_work: Hooks) -> None:
    said = at_work.before("chmod 700 .")
    assert said.decision == "deny"


def _git(repo: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=repo, check=True, capture_output=True
    )


def test_what_a_tool_only_may_touch_refuses_nothing(at_work: Hooks, repo: Path) -> None:
    (repo / "package.json").write_text("{}")
    (repo / "Cargo.toml").write_text('[package]\nname = "x"\n')
    for command in ("npm install", "cargo check", "uv sync", "mypy src", "mvn -o test"):
        assert at_work.before(command).output == "", command


def test_a_commit_of_what_another_has_staged_is_not_run(at_work: Hooks, repo: Path, work: Work) -> None:
    _both_in(repo, work)
    (repo / "src" / "billing").mkdir()
    for name in ("auth", "billing"):
        (repo / "src" / name / "x.py").write_text("x\n")
    _git(repo, "add", "src/auth")
    assert at_work.before("git add src/auth && git commit -m x").output == ""
    _git(repo, "add", "src/billing")
    said = at_work.before("git commit -m x")
    assert said.decision == "deny"
    for words in ("would commit src/billing/x.py, which bob (task T2) holds", "git commit -- :/src/auth"):
        assert words in said.reason
    assert at_work.before("git commit -m x -- src/auth").output == ""


def test_what_is_too_long_to_read_is_not_run(at_work: Hooks) -> None:
    said = at_work.before("touch src/auth/x;" * 20_000)
    assert said.decision == "deny"
    assert "Put it into a script file in your scope" in said.reason

"""Bash on the real client: a command writes only where its agent may, and everything else still works."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, spawn, tool
from tests.e2e.harness.turns import Turn, call, say, together
from tests.hooks.test_confine import commands, filled
from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo

TOGETHER = 9
"""This many calls are in one answer of the model; they still run one after the other."""
BRINGING = ("git switch ", "git merge ")

needs_landlock = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.fixture
def sandbox_repo(tmp_path: Path, client: ClaudeClient) -> SandboxRepo:
    """A repository with files that commands could damage, a second worktree, and a file in the home directory."""
    made = SandboxRepo(tmp_path / "git_workspace")
    for folder in (made.state, made.home):
        shutil.rmtree(folder)
    made.home = client.home
    (client.home / "notes.txt").write_text("mine\n")
    return made


def bash(*lines: str) -> list[Turn]:
    """The commands, several to a turn."""
    calls = [call("Bash", command=line, description="Try") for line in lines]
    return [together(*calls[start : start + TOGETHER]) for start in range(0, len(calls), TOGETHER)]


def outside(sandbox_repo: SandboxRepo, home: Path) -> dict[str, str]:
    """All that no command may change: in the repository, in the other worktree, in the home directory."""
    sandbox_repo.home = sandbox_repo.base / "none"  # what the client keeps in its home is its own
    kept = {path.name: path.read_text() for path in home.glob("*.txt")}
    return {**sandbox_repo.outside_scope(), **kept}


def runs(model: ScriptedModel, marker: str, *lines: str) -> Conversation:
    """An agent that claims src/auth and then runs commands."""
    return model.script(marker, plan("src/auth/**", "src/billing/**"), tool("claim_task"), *bash(*lines), say("Done."))


@needs_landlock
@pytest.mark.timeout(300)
def test_no_way_of_writing_outside_the_scope_gets_through(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    # Alone in a checkout, an agent may bring committed work to it.
    lines = [filled(line, sandbox_repo) for line in commands("outside.txt") if not line.startswith(BRINGING)]
    assert len(lines) >= 60
    before = outside(sandbox_repo, client.home)
    alpha = runs(model, "ALPHA", *lines)

    client.run("ALPHA begins", cwd=sandbox_repo.repo, plugin_dir=ROOT)

    assert len(alpha.results("Bash")) >= len(lines)
    assert outside(sandbox_repo, client.home) == before
    denied = [result.text for result in alpha.results("Bash") if "This command was not run" in result.text]
    assert any("src/api/routes.py lies outside your scope: T1 covers src/auth/**" in text for text in denied)
    assert "Interlock: the system refused a write." in alpha.shown


@needs_landlock
@pytest.mark.timeout(300)
def test_harmless_commands_still_work(client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo) -> None:
    lines = [line for line in commands("inside.txt") if shutil.which(line.split()[0]) or line[0] in "(f&d"]
    alpha = runs(model, "ALPHA", *lines, "pip --version && npm --version && touch ~/.npm/x ~/.cache/y")
    for cache in (".npm", ".cache"):
        (client.home / cache).mkdir(exist_ok=True)

    client.run("ALPHA begins", cwd=sandbox_repo.repo, plugin_dir=ROOT)

    failed = [
        (result.text, line) for result, line in zip(alpha.results("Bash"), lines, strict=False) if result.is_error
    ]
    assert failed == []
    for complaint in ("This command was not run", "the system refused a write", "changed what is not yours"):
        assert complaint not in alpha.shown
    assert sandbox_repo.git("log", "-1", "--format=%s").strip() == "More"


@needs_landlock
def test_subagents_are_confined_to_their_own_scopes(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    """What an interpreter does cannot be read, so only the kernel can tell the two apart."""

    def worker(marker: str, task: str, own: str, other: str) -> Conversation:
        script = "import pathlib, sys; [pathlib.Path(p).write_text('x') for p in sys.argv[1].split(',')]"
        return model.script(
            marker,
            tool("claim_task", task_id=task),
            *bash(f'python3 -c "{script}" $(echo {own})', f'python3 -c "{script}" $(echo {other})'),
            say("Done."),
        )

    lead = model.script(
        "LEAD", plan("src/auth/**", "src/api/**"), together(spawn("WORKERA goes"), spawn("WORKERB goes")), say("Done.")
    )
    worker("WORKERA", "T1", "src/auth/a", "src/api/a")
    worker("WORKERB", "T2", "src/api/b", "src/auth/b")

    client.run("LEAD begins", cwd=sandbox_repo.repo, plugin_dir=ROOT)

    assert lead.results("Agent")
    written = sorted(path.name for name in ("auth", "api") for path in (sandbox_repo.repo / "src" / name).glob("[ab]"))
    assert (written, (sandbox_repo.repo / "src/auth/a").exists()) == (["a", "b"], True)


def test_the_users_permission_rules_still_apply(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    (client.home / ".claude/settings.json").write_text(
        '{"permissions": {"allow": ["Bash(npm test *)", "mcp__plugin_interlock_interlock"], '
        '"deny": ["Bash(git push *)"]}}'
    )
    lines = (
        "npm test --silent",
        "touch src/auth/asked",
        "git push origin",
        "cat README.md",
        "npm test && touch src/auth/x",
    )
    turns = [turn for line in lines for turn in bash(line)]
    outside_scope = model.script("HELD", plan("src/auth/**"), tool("claim_task"), *turns, say("Done."))
    free = model.script("FREE", *turns, say("Done."))

    for marker, plugin in (("HELD", ROOT), ("FREE", None)):
        ask = ["--permission-mode", "default"]
        client.run(f"{marker} begins", cwd=sandbox_repo.repo, plugin_dir=plugin, args=ask)

    outcomes = [
        [(result.is_error, result.text) for result in side.results("Bash")][-len(lines) :]
        for side in (outside_scope, free)
    ]
    assert outside_scope.result(f"{TOOL}claim_task").structured["granted"]
    assert outcomes[0] == outcomes[1]
    assert [is_error for is_error, _ in outcomes[0]] == [False, True, True, False, True]
    assert not (sandbox_repo.repo / "src/auth/asked").exists()


def test_without_a_claim_commands_run_as_if_interlock_were_not_there(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        *bash("python3 -c \"open('README.md', 'w').write('mine')\"", "echo $INTERLOCK_CONFINED; echo x > ~/new.txt"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=sandbox_repo.repo, plugin_dir=ROOT)

    assert [result.is_error for result in alpha.results("Bash")[-2:]] == [False, False]
    assert (sandbox_repo.repo / "README.md").read_text() == "mine"
    assert (client.home / "new.txt").exists()

"""Roles on the real client: each agent has the tools of its role, and a reader writes nothing, whatever it tries."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from mcp_server.domain.assignment.roles import BUILT_IN, agent_tools
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import Step, Turn, call, say, together
from tests.e2e.test_bash import TOGETHER, bash, sandbox_repo
from tests.hooks.test_confine import commands, filled
from tests.sandbox.sandbox_repo import CAN_CONFINE, SandboxRepo

__all__ = ["sandbox_repo"]

NO_TOOL = "DeferredToolPlaceholder"
"""What the newer client declares in the place of tools that are only named for a later search."""
needs_landlock = pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


def start(marker: str, kind: str) -> Turn:
    return call("Agent", description=marker, prompt=f"{marker} goes", subagent_type=kind)


def own_tools() -> set[str]:
    """Interlock's tools, by the names that agents see."""
    return {TOOL + each["name"] for each in json.loads((ROOT / "mcp_server/tools/tools.json").read_text())["tools"]}


def in_role(model: ScriptedModel, marker: str, role: str, *steps: Step) -> Conversation:
    """A session that plans a task of this role, claims it, and goes on from there."""
    planned = tool("plan_tasks", tasks=[{"title": "Work", "scope": [], "id": marker, "role": role}])
    return model.script(marker, planned, tool("claim_task", task_id=marker), *steps, say("Done."))


def everything(repo: SandboxRepo, home: Path) -> dict[str, str]:
    """All files of the repository, those that git ignores too, its refs, and what is not its own elsewhere."""
    folders = [(repo.repo, "**/*"), (repo.other, "**/*"), (home, "*.txt")]
    found = {
        str(path): path.read_bytes().decode(errors="replace")
        for folder, pattern in folders
        for path in folder.glob(pattern)
        if path.is_file() and ".git" not in path.parts
    }
    return {**found, "refs": repo.git("for-each-ref"), "head": repo.git("rev-parse", "--symbolic-full-name", "HEAD")}


def test_a_plugin_agents_tools_are_those_of_its_role_and_a_reader_starts_no_writer(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    lead = model.script(
        "LEAD",
        plan("src/auth/**"),
        together(*(start(name.upper(), f"interlock:{name}") for name in BUILT_IN)),
        say("Done."),
    )
    agents = {
        name: model.script(
            name.upper(),
            together(
                start("EVIL", "interlock:writer"), call("Bash", command="echo x > README.md", description="Write")
            ),
            write(repo / f"src/auth/{name}.py"),
            say("Done."),
        )
        for name in BUILT_IN
    }
    model.script("EVIL", write(repo / "evil.py"), say("Done."))

    client.run("LEAD begins", cwd=repo, plugin_dir=ROOT)

    assert len(lead.results("Agent")) == len(BUILT_IN)
    for name, agent in agents.items():
        assert {*agent.requests[0].tools} - {NO_TOOL} == {*agent_tools(name), *own_tools()}
        assert "No such tool available" in agent.results("Agent")[0].text
    denied = {name: agent.results("Bash")[0].is_error for name, agent in agents.items()}
    assert denied == {"reader": True, "tester": True, "writer": False, "reviewer": True}
    assert "you were started as interlock:tester" in agents["tester"].results("Bash")[0].text
    assert [path.name for path in (repo / "src/auth").glob("*er.py")] == ["writer.py"]
    assert (repo / "README.md").read_text() == "x\n"
    assert not (repo / "evil.py").exists()


@needs_landlock
@pytest.mark.timeout(300)
def test_a_reader_that_is_a_whole_session_writes_nothing_and_starts_nobody(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    lines = [filled(line, sandbox_repo) for line in commands("outside.txt")]
    repo = sandbox_repo.repo
    sandbox_repo.home = sandbox_repo.base / "none"
    before = everything(sandbox_repo, client.home)
    tries = together(
        write(repo / "src/auth/mine.py"),
        call("Edit", file_path=str(repo / "README.md"), old_string="Shop", new_string="Spoilt"),
        start("EVIL", "interlock:writer"),
        start("EVIL", "general-purpose"),
    )
    reader = in_role(model, "READ", "reader", tries, *bash(*lines, "echo x > kept.txt; echo x > build/x; git log -1"))
    model.script("EVIL", write(repo / "evil.py"), say("Done."))

    client.run("READ begins", cwd=repo, plugin_dir=ROOT)

    assert len(reader.results("Bash")) >= len(lines)
    assert everything(sandbox_repo, client.home) == before
    for name in ("Write", "Agent"):
        assert reader.results(name)
        assert all("your task READ, whose role is reader" in result.text for result in reader.results(name))


READING = (
    "git log --oneline -2 | cat && git status --short && git diff HEAD | less && git show HEAD:README.md",
    "grep -rn login src | sort | uniq -c; find . -name '*.py' | xargs wc -l",
    "git show HEAD:README.md > $TMPDIR/before.md && diff $TMPDIR/before.md README.md && rm $TMPDIR/before.md",
    'python3 -c \'import json; print(json.load(open("package.json"))["name"])\'',
)
CHECKING = (
    *READING,
    "python3 -m pytest -q -W error tests",
    "npm test --silent",
    "make -s build/app && cat build/app && rm -r build",
    "mkdir -p node_modules/left && touch node_modules/left/x && rm -rf node_modules",
    "python3 -m ruff check --select E9 . || ! python3 -c 'import ruff'",
    "git fetch -q . && git stash list && git worktree list",
)


@needs_landlock
@pytest.mark.timeout(300)
def test_ordinary_work_goes_on_in_each_role(
    client: ClaudeClient, model: ScriptedModel, sandbox_repo: SandboxRepo
) -> None:
    sandbox_repo.home = sandbox_repo.base / "none"
    before = sandbox_repo.git("status", "--porcelain"), sandbox_repo.git("rev-parse", "HEAD")
    wanted = {"reader": READING, "tester": CHECKING, "reviewer": CHECKING}
    found = {}
    for role, lines in wanted.items():
        usable = [line for line in lines if shutil.which(line.split()[0])]
        assert len(usable) <= TOGETHER * 2
        agent = in_role(model, role.upper(), role, *bash(*usable))
        client.run(f"{role.upper()} begins", cwd=sandbox_repo.repo, plugin_dir=ROOT)
        shown = agent.results("Bash")[-len(usable) :]
        found[role] = [(line, result.text) for line, result in zip(usable, shown, strict=True) if result.is_error]
        assert "the system refused a write" not in agent.shown

    assert found == dict.fromkeys(wanted, [])
    assert (sandbox_repo.git("status", "--porcelain"), sandbox_repo.git("rev-parse", "HEAD")) == before


def test_a_session_is_offered_the_tasks_that_it_and_its_machine_can_do(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    planned = [
        {"title": "Drive the device", "scope": ["src/auth/**"], "id": "DEVICE", "capabilities": ["no-such-thing"]},
        {"title": "Answer fast", "scope": ["src/api/**"], "id": "FAST", "capabilities": ["fast", "git"]},
    ]
    alpha = model.script("ALPHA", tool("plan_tasks", tasks=planned), tool("claim_task"), tool("board"), say("Done."))
    beta = model.script("BETA", tool("claim_task", task_id="DEVICE"), say("Done."))

    client.export("INTERLOCK_CAPABILITIES", "fast")
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")
    client.run("BETA begins", cwd=repo, plugin_dir=ROOT, name="beta")

    assert alpha.result("claim_task").structured["task"]["id"] == "FAST"
    assert [agent["can"] for agent in alpha.result("board").structured["agents"]] == [["fast"]]
    refused = beta.result("claim_task").structured
    assert refused["reason"] == "role"
    assert "DEVICE needs no-such-thing, which neither this machine nor your session has" in refused["advice"]

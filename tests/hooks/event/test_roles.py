"""What the guard lets an agent do that is kept to a role."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.domain.assignment.roles import BUILT_IN, RoleSettings
from mcp_server.domain.settings import Settings
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said

OWN = """
[roles.docs]
tools = ["Read", "Edit", "mcp__docs__*"]
[roles.quiet]
deny = ["Bash", "WebSearch", "mcp__mail__*"]
"""
ROLES = (
    RoleSettings("docs", tools=("Read", "Edit", "mcp__docs__*")),
    RoleSettings("quiet", deny=("Bash", "WebSearch", "mcp__mail__*")),
)

STARTING = ["Agent", "Task", "Workflow"]


def settings(hooks: Hooks, text: str) -> None:
    file = hooks.repo / ".claude" / "interlock.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)


def holds(work: Work, role: str, *scope: str, session: str = "s1") -> None:
    """The session claims a new task of this role."""
    work.place = work.place._replace(settings=lambda: Settings(roles=ROLES))
    agent = work.agent(session)
    [task] = plan_tasks(work.place, agent, [Proposal("Work", scope, role=role)]).created
    assert isinstance(claim_task(work.place, agent, task), Claimed)


def starts(work: Work, kind: str) -> dict[str, str]:
    """A subagent of this type of the session; what its events say of it."""
    with work.store.writing() as books:
        recognise(books, Caller("s1", "a1", kind))
    return {"agent_id": "a1", "agent_type": kind}


def by_role(said: Said) -> bool:
    """Whether it is refused, because of the role, with what to do instead."""
    if said.decision != "deny":
        assert said.output == ""
        return False
    assert "role" in said.reason or "was started as" in said.reason or "were started as" in said.reason
    assert "plan_tasks" in said.reason
    assert len(said.reason) <= 600
    return True


@pytest.mark.parametrize(
    ("role", "tools"),
    [
        ("reader", "Edit NotebookEdit Write Monitor CronCreate EnterWorktree mcp__db__delete_row mcp__mail__send"),
        ("reviewer", "Edit NotebookEdit Write Monitor CronCreate EnterWorktree mcp__db__delete_row mcp__mail__send"),
        ("tester", "Edit NotebookEdit Write Monitor CronCreate EnterWorktree"),
        ("writer", ""),
        (
            "docs",
            "NotebookEdit Write Bash Monitor CronCreate EnterWorktree WebFetch WebSearch "
            "mcp__db__delete_row mcp__db__query_rows mcp__mail__send",
        ),
        ("quiet", "Bash WebSearch mcp__mail__send"),
    ],
)
def test_a_whole_session_has_the_tools_of_its_tasks_role_and_no_others(
    hooks: Hooks, work: Work, role: str, tools: str
) -> None:
    settings(hooks, OWN)
    holds(work, role, "src/auth/**")
    given = {"file_path": "src/auth/x.py", "notebook_path": "src/auth/x.ipynb", "command": "ls", "prompt": "Go"}
    given["script"] = "return 1"
    others = (
        "Edit Write NotebookEdit Bash Agent Task Workflow Monitor CronCreate EnterWorktree WebFetch WebSearch Skill"
    )
    asked = [*others.split(), "mcp__db__delete_row", "mcp__db__query_rows", "mcp__mail__send", "mcp__docs__search"]
    refused = [tool for tool in asked if by_role(hooks.tool("PreToolUse", tool, {} if "__" in tool else given))]
    assert sorted(refused) == sorted(tools.split() + (STARTING if role != "quiet" else []))


def test_the_plugins_agents_edit_nothing_of_their_parents_scope(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"), "src/auth/**")
    for kind in ("interlock:reader", "interlock:tester", "interlock:reviewer"):
        subagent = starts(work, kind)
        assert by_role(hooks.edit("src/auth/x.py", **subagent))
        assert by_role(hooks.before("echo x > src/auth/x.py", **subagent))
        assert not by_role(hooks.before("ls src", **subagent))
    assert not by_role(hooks.edit("src/auth/x.py", **starts(work, "interlock:writer")))
    assert not by_role(hooks.edit("src/auth/x.py"))


def test_a_subagent_that_was_never_seen_is_kept_to_what_it_was_started_as(hooks: Hooks, work: Work) -> None:
    work.agent("s1")
    unseen = {"agent_id": "a77", "agent_type": "interlock:reader"}
    assert by_role(hooks.edit("src/auth/x.py", **unseen))
    assert by_role(hooks.tool("PreToolUse", "Agent", {"prompt": "Go"}, **unseen))
    assert by_role(hooks.before("echo x > src/x.py", **unseen))


def test_an_edit_outside_the_repository_is_refused_to_a_reader_too(hooks: Hooks, work: Work, tmp_path: Path) -> None:
    holds(work, "reader")
    assert by_role(hooks.edit(tmp_path / "notes.md"))


@pytest.mark.parametrize(
    "command",
    [
        "git log -3 --stat | head -20",
        "git diff HEAD~1 -- src | less",
        "rg -n foo src && grep -rn bar . ; find . -name '*.py' | xargs wc -l",
        "sed -n 1,20p README.md; awk '{print $1}' README.md",
        "git show HEAD:README.md > /tmp/interlock-before.md",
        "git status --short; git blame README.md; git branch --list",
        "python3 -c 'print(1 + 1)'",
        "interlock board",
    ],
)
def test_ordinary_reading_runs_in_every_role(hooks: Hooks, work: Work, command: str) -> None:
    for role in BUILT_IN:
        holds(work, role, session=f"s-{role}")
        assert not by_role(hooks.before(command, session_id=f"s-{role}"))


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("python3 -m pytest -q", ""),
        ("npm test; cargo test; make check", ""),
        ("ruff check . && mypy src", ""),
        ("rm -rf build && mkdir build && touch build/x", "reader"),
        ("sed -i s/a/b/ src/auth/x.py", "reader tester reviewer"),
        ("git commit -qm x", "reader tester reviewer"),
        ("git add -A", "reader tester reviewer"),
        ("git checkout -- .", "reader tester reviewer"),
        ("git stash", "reader tester reviewer"),
        ("black src/auth && ruff format .", "reader tester reviewer"),
        ("cp README.md src/auth/x.py", "reader tester reviewer"),
    ],
)
def test_only_a_role_that_edits_writes_by_a_command_and_all_but_a_reader_write_what_git_ignores(
    hooks: Hooks, work: Work, command: str, refused: str
) -> None:
    for name, text in ((".gitignore", "build/\n"), ("README.md", "# Shop\n"), ("src/auth/x.py", "a = 1\n")):
        (hooks.repo / name).write_text(text)
    (Path(hooks.environment["CLAUDE_PLUGIN_DATA"]) / "kernel").write_text("landlock")
    found = []
    for role in ("reader", "tester", "reviewer"):
        holds(work, role, session=f"s-{role}")
        if by_role(hooks.before(command, session_id=f"s-{role}")):
            found.append(role)
    assert found == refused.split()


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        ("claude -p 'Write it' --permission-mode bypassPermissions", True),
        ("cd src && env X=1 timeout 60 claude --bg 'Write it'", True),
        ("interlock launch T9 --background", True),
        ("interlock restart T9 --launch", True),
        ("codex exec 'Write it'", True),
        ("claude --version && claude agents --json", False),
        ("interlock restart T9", False),
        ("interlock launch --help", False),
    ],
)
def test_no_command_starts_an_agent_in_a_role_that_may_not(
    hooks: Hooks, work: Work, command: str, refused: bool
) -> None:
    for role in BUILT_IN:
        holds(work, role, session=f"s-{role}")
        assert by_role(hooks.before(command, session_id=f"s-{role}")) == refused
    assert not by_role(hooks.before(command, session_id="another"))


def test_a_readers_command_that_nothing_confines_has_to_be_known(hooks: Hooks, work: Work) -> None:
    settings(hooks, 'bash = "check"\n')
    holds(work, "reader")
    assert by_role(hooks.before("python3 -m pytest -q"))
    settings(hooks, 'bash = "off"\n')
    assert by_role(hooks.before("echo x > src/auth/x.py"))
    assert not by_role(hooks.before("git log"))


def test_the_commands_of_a_skill_are_judged_like_all_others(hooks: Hooks, work: Work) -> None:
    holds(work, "reader")
    skill = {"hook_event_name": "PreSkillShellCommand"}
    assert "reader" in hooks.before("touch src/auth/x.py", **skill).output
    assert hooks.before("git log -1", **skill).output == ""


def test_several_claims_let_an_agent_do_what_any_of_them_does(hooks: Hooks, work: Work) -> None:
    holds(work, "reader")
    holds(work, "writer", "src/auth/**")
    assert not by_role(hooks.edit("src/auth/x.py"))
    assert by_role(hooks.tool("PreToolUse", "Agent", {"prompt": "Go"}))
    work.claim(work.agent("s1"), "docs/**")
    assert not by_role(hooks.tool("PreToolUse", "Agent", {"prompt": "Go"}))


def test_interlocks_own_tools_are_every_roles(hooks: Hooks, work: Work) -> None:
    holds(work, "reader")
    said = hooks.tool("PreToolUse", "mcp__plugin_interlock_interlock__update_task", {"task_id": "T1"})
    assert said.decision == "allow"


def test_a_lead_that_may_start_agents_starts_only_what_has_no_more_than_itself(hooks: Hooks, work: Work) -> None:
    roles = (RoleSettings("lead", tools=("Read", "Agent")),)
    settings(hooks, '[roles.lead]\ntools = ["Read", "Agent"]\n')
    work.place = work.place._replace(settings=lambda: Settings(roles=roles))
    [task] = plan_tasks(work.place, work.agent("s1"), [Proposal("Lead", (), role="lead")]).created
    assert isinstance(claim_task(work.place, work.agent("s1"), task), Claimed)
    for kind, refused in (("interlock:reader", False), ("interlock:writer", True), ("general-purpose", True)):
        said = hooks.tool("PreToolUse", "Agent", {"prompt": "Go", "subagent_type": kind})
        assert (said.decision == "deny") == refused
        assert not refused or 'subagent_type="interlock:reader"' in said.reason


def test_in_mode_warn_the_agent_is_told_and_the_call_passes(hooks: Hooks, work: Work) -> None:
    settings(hooks, 'mode = "warn"\n')
    holds(work, "reader")
    for said in (hooks.edit("src/auth/x.py"), hooks.tool("PreToolUse", "Agent", {"prompt": "Go"})):
        assert said.decision is None
        assert "whose role is reader" in said.output
    settings(hooks, 'mode = "off"\n')
    assert hooks.tool("PreToolUse", "Agent", {"prompt": "Go"}).output == ""


def test_a_task_without_a_scope_and_without_a_role_keeps_its_tools(hooks: Hooks, work: Work) -> None:
    work.claim(work.agent("s1"))
    assert not by_role(hooks.tool("PreToolUse", "Agent", {"prompt": "Go"}))
    assert not by_role(hooks.before("python3 -m pytest -q"))
    assert "covers nothing (reading only)" in hooks.edit("src/auth/x.py").reason

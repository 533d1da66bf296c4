"""Twelve loops are noticed at the third repeat and not before; twelve ordinary runs, and foreign errors, never."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mcp_server.core.tasks.update import update_task
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

CIRCLE = "you may be going in circles"
ERROR = "src/auth/login.py:3: error: Name 'x' is not defined"


class Session:
    """A session that holds src/auth and docs, and what it was told at each step."""

    def __init__(self, hooks: Hooks, work: Work, repo: Path) -> None:
        self.hooks, self.repo, self.work = hooks, repo, work
        self.told: list[str] = []
        self.agent = work.agent("s1", "ada")
        self.task = work.claim(self.agent, "src/auth", "docs", "*.md")
        for path in ("src/auth/login.py", "src/auth/more.py", "README.md"):
            (repo / path).write_text("a = 1\n")

    def fails(self, command: str, output: str = ERROR, code: int = 1) -> None:
        """A command fails."""
        self._ran("PostToolUseFailure", command, error=f"Exit code {code}\n{output}")

    def passes(self, command: str, output: str = "all is well") -> None:
        """A command ends with 0."""
        self._ran("PostToolUse", command, tool_response={"stdout": output, "stderr": ""})

    def edits(self, path: str, text: str) -> None:
        """A file is edited."""
        said = self.hooks.edits(self.repo / path, text)
        assert said.stderr == ""
        self.told.append(said.told)

    def writes_outside(self, path: str) -> None:
        """A write outside the scope is refused, and the batch ends."""
        assert self.hooks.edit(path).decision == "deny"
        self.told.append(self.hooks.send("PostToolBatch").told)

    def is_told(self, prompt: str) -> None:
        """A prompt is submitted."""
        self.told.append(self.hooks.send("UserPromptSubmit", prompt=prompt).told)

    def widens(self, *patterns: str) -> None:
        """The scope is widened."""
        update_task(self.work.place, self.agent, self.task, widen=patterns)

    def _ran(self, event: str, command: str, **fields: object) -> None:
        [said] = self.hooks.bash(event, command, **fields).values()
        assert said.stderr == ""
        self.told.append(said.told)


@pytest.fixture
def session(hooks: Hooks, work: Work, repo: Path) -> Session:
    return Session(hooks, work, repo)


Script = Callable[[Session], None]


def thrice(session: Session, between: Callable[[int], None]) -> None:
    """The same failure three times, with something between."""
    for number in range(3):
        session.fails("pytest -q")
        if number < 2:
            between(number)


def other_pipes(session: Session) -> None:
    session.fails("cd src && make 2>&1 | tail -20")
    session.fails("cd src && make")
    session.fails("cd src && make 2>&1 | head -50")


def hidden(session: Session) -> None:
    for _ in range(3):
        session.passes("pytest -q 2>&1 | tail -5", f"{ERROR}\nFAILED src/auth/login.py::test_x\n1 failed")


def durations(session: Session) -> None:
    for seconds in ("0.12", "3.4", "12.05"):
        session.fails("npm test", f"Error: timeout of 200ms exceeded after {seconds}s")


def back_and_forth(session: Session) -> None:
    for text in ("a = 2\n", "a = 1\n", "a = 2\n"):
        session.edits("src/auth/login.py", text)


def outside(session: Session) -> None:
    for path in ("lib/a.py", "lib/b.py", "lib/a.py"):
        session.writes_outside(path)


def corrected(session: Session) -> None:
    for prompt in ("No, use tabs", "that's not what I asked for", "you forgot the tests again"):
        session.is_told(prompt)


def several_programs(session: Session) -> None:
    for number in range(3):
        if number:
            session.fails(["ruff check .", "mypy ."][number - 1], "src/auth/more.py:1:1: error: unused")
        session.fails("python3 -m pytest tests/a.py", "ModuleNotFoundError: No module named 'requests'", 2)


LOOPS: dict[str, Script] = {
    "nothing between": lambda session: thrice(session, lambda _: None),
    "looking between": lambda session: thrice(
        session, lambda number: session.passes(["cat src/auth/login.py", "git diff"][number])
    ),
    "searching in vain between": lambda session: thrice(session, lambda _: session.fails("grep -rn foo src", "", 1)),
    "another output shown": other_pipes,
    "a failure that a pipe hides": hidden,
    "other durations": durations,
    "only a text for people edited": lambda session: thrice(
        session, lambda number: session.edits("README.md", f"{number}\n")
    ),
    "an edit that changes nothing": lambda session: thrice(
        session, lambda _: session.edits("src/auth/login.py", "a = 1\n")
    ),
    "another command fails between": several_programs,
    "a file back and forth": back_and_forth,
    "writes outside the scope": outside,
    "corrections by the user": corrected,
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_is_noticed_at_the_third_repeat(session: Session, loop: str) -> None:
    LOOPS[loop](session)
    noticed = [at for at, told in enumerate(session.told) if CIRCLE in told]
    assert noticed == [len(session.told) - 1], session.told


def red_green(session: Session) -> None:
    for number in range(4):
        session.fails("pytest -q")
        session.edits("src/auth/login.py", f"a = {number + 2}\n")
    session.passes("pytest -q")


def other_errors(session: Session) -> None:
    for line in range(5):
        session.fails("mypy src", f"src/auth/login.py:{line}: error: x")


def other_commands(session: Session) -> None:
    for command in ("pytest -q", "mypy .", "ruff check .", "make", "npm test"):
        session.fails(command)


def flaky(session: Session) -> None:
    for _ in range(3):
        session.fails("pytest -q")
        session.passes("pytest -q")


def edited_by_a_command(session: Session) -> None:
    thrice(
        session, lambda number: session.passes(["sed -i s/1/2/ src/auth/login.py", "git checkout -- src/auth"][number])
    )


def searches(session: Session) -> None:
    for _ in range(4):
        session.fails("grep -rn nothing src", "", 1)
        session.fails("diff a b", "1c1\n< error\n> fine", 1)


def stopped(session: Session) -> None:
    for _ in range(4):
        session.fails("npm start", "error: killed", 137)


def polled(session: Session) -> None:
    for _ in range(4):
        said = session.hooks.tool(
            "PostToolUse",
            "BashOutput",
            {"bash_id": "1"},
            tool_response={"stdout": ERROR, "command": "npm run dev", "exitCode": 1},
        )
        session.told.append(said.told)


def undone_once(session: Session) -> None:
    for text in ("a = 2\n", "a = 1\n", "a = 3\n", "a = 4\n"):
        session.edits("src/auth/login.py", text)
    session.edits("src/auth/more.py", "b\n")
    session.edits("src/auth/more.py", "a = 1\n")


def widened(session: Session) -> None:
    for path in ("lib/a.py", "lib/b.py"):
        session.writes_outside(path)
    session.widens("lib/a.py")
    for path in ("etc/a.py", "etc/b.py"):
        session.writes_outside(path)


def guided(session: Session) -> None:
    for prompt in ("No, use tabs", "undo that please", "now add a test", "no thanks", "Great, go on"):
        session.is_told(prompt)
    session.passes("git commit -qm work")
    for prompt in ("you forgot the docs", "that's wrong, I meant the other file"):
        session.is_told(prompt)


def machines(session: Session) -> None:
    for tag in ("task-notification", "monitor-event", "cross-session-message", "teammate-message"):
        session.is_told(f"<{tag} id=1>No, that's wrong. You forgot the tests.</{tag}>")


ORDINARY: dict[str, Script] = {
    name: script
    for name, script in (
        ("red, edit, red, edit, green", red_green),
        ("another error each time", other_errors),
        ("other commands with the same error", other_commands),
        ("red and green by turns", flaky),
        ("edited by a command", edited_by_a_command),
        ("searches that find nothing", searches),
        ("stopped commands", stopped),
        ("a command in the background looked at", polled),
        ("undone once", undone_once),
        ("outside the scope, then widened", widened),
        ("guided by the user, with a commit", guided),
        ("prompts of machines", machines),
    )
}


@pytest.mark.parametrize("run", ORDINARY)
def test_an_ordinary_run_is_not_noticed(session: Session, run: str) -> None:
    ORDINARY[run](session)
    assert not [told for told in session.told if "circles" in told]
    with session.work.store.reading() as books:
        assert not [event for event in books.events.recent(100) if event.kind == "off_track"]


def test_foreign_errors_are_never_noticed_and_break_no_row(session: Session) -> None:
    (session.repo / "src/billing").mkdir()
    (session.repo / "src/billing/api.py").write_text("x\n")
    session.work.claim(session.work.agent("s2", "bob"), "src/billing/**")
    session.fails("make")
    session.fails("make")
    for _ in range(4):
        session.fails("mypy .", "src/billing/api.py:3: error: Name 'x' is not defined")
    assert not [told for told in session.told if "circles" in told]
    assert "bob" in session.told[-1]
    session.fails("make")
    assert CIRCLE in session.told[-1]


def test_at_the_next_sign_it_is_asked_to_stop_and_the_person_is_notified(session: Session) -> None:
    for _ in range(4):
        session.fails("pytest -q")
    assert 'status="released"' in session.told[-1]
    with session.work.store.reading() as books:
        [event] = [event for event in books.events.recent(100) if event.kind == "off_track"]
    assert (event.agent, event.subject) == ("ada", session.task)


def test_without_a_claim_or_with_the_guard_off_nothing_is_looked_at(hooks: Hooks, work: Work, repo: Path) -> None:
    work.agent("s1", "ada")
    for _ in range(4):
        [said] = hooks.bash("PostToolUseFailure", "pytest -q", error=f"Exit code 1\n{ERROR}").values()
        assert "circles" not in said.told
        hooks.send("UserPromptSubmit", prompt="no, that's wrong")
    work.claim(work.agent("s1"), "src/auth")
    (repo / ".claude").mkdir()
    (repo / ".claude/interlock.toml").write_text('mode = "off"\n')
    for _ in range(4):
        [said] = hooks.bash("PostToolUseFailure", "pytest -q", error=f"Exit code 1\n{ERROR}").values()
        said = hooks.send("UserPromptSubmit", prompt="no, that's wrong")
        assert said.told == ""


def test_a_subagent_under_its_parents_claim_is_watched_by_itself(session: Session) -> None:
    for _ in range(2):
        session.fails("pytest -q")
    session.work.agent("s1", "ada", subagent="c1")
    for number in range(3):
        [said] = session.hooks.bash(
            "PostToolUseFailure", "pytest -q", error=f"Exit code 1\n{ERROR}", agent_id="c1", agent_type="worker"
        ).values()
        assert (CIRCLE in said.told) is (number == 2)


def test_a_task_that_takes_far_more_tokens_than_others_is_told_so_now_and_then(session: Session) -> None:
    with closing(sqlite3.connect(session.work.file)) as state:
        for number in range(3):
            state.execute(
                "INSERT INTO task (id, title, scope, anchors, resources, priority, status, waiting, ready, changed_at) "
                "VALUES (?, 'Done', '', '', '[]', 0, 'done', 0, 0, ?)",
                (f"D{number}", number),
            )
            _spent(state, session.agent, f"D{number}", 1_000)
        _spent(state, session.agent, session.task, 3_001)
        state.commit()
        assert session.hooks.send("PostToolBatch").told == "", "it was looked at just now"
        state.execute("UPDATE agent SET seen_at = seen_at - 3600")
        state.commit()
    said = session.hooks.send("PostToolBatch").told
    assert "3,001 tokens were spent on this task, more than 3 times the 1,000 of others of its tier" in said


def _spent(state: sqlite3.Connection, agent: int, task: str, tokens: int) -> None:
    state.execute(
        "INSERT INTO usage (agent, task, model, day, responses, output) VALUES (?, ?, 'm', '2026-01-31', 1, ?)",
        (agent, task, tokens),
    )

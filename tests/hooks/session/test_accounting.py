"""What hooks count of a session's transcripts, and that a failure to count disturbs none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said
from tests.transcripts import append, noise, response, summary, totals, write


class Session:
    """Session s1, whose agent ada holds T1, its helper a1, and what is counted of both."""

    def __init__(self, hooks: Hooks, work: Work, folder: Path) -> None:
        self.hooks, self.work = hooks, work
        self.file = folder / "projects" / "s1.jsonl"
        self.helpers = folder / "projects" / "s1" / "subagents" / "agent-a1.jsonl"
        work.claim(work.agent("s1", "ada"), "src/auth/**")
        work.agent("s1", subagent="a1")

    def send(self, name: str, **fields: object) -> Said:
        """An event with the session's transcript."""
        said = self.hooks.send(name, **{"transcript_path": str(self.file), **fields})
        assert said.code == 0
        return said

    def spent(self) -> dict[str, tuple[int, int]]:
        """By agent: the responses, and the tokens that were put into them."""
        with self.work.store.reading() as books:
            parts = books.usage.parts()
        names = dict.fromkeys(part.agent for part in parts)
        sums = {name: [part.usage for part in parts if part.agent == name] for name in names}
        return {
            name: (sum(one.responses for one in all_), sum(one.input for one in all_)) for name, all_ in sums.items()
        }

    def doubts(self) -> list[tuple[str, bool]]:
        with self.work.store.reading() as books:
            return [(doubt.agent, doubt.gone) for doubt in books.usage.doubts(0)]


@pytest.fixture
def session(hooks: Hooks, work: Work, tmp_path: Path) -> Session:
    return Session(hooks, work, tmp_path)


def test_each_step_counts_what_is_new_for_its_agent_and_the_task_it_works_on(session: Session) -> None:
    now = {"at": ""}
    write(session.file, noise(), response("m1", (10, 0, 0, 0), **now), response("m1", (10, 0, 0, 0), **now))
    write(session.helpers, response("m2", (5, 0, 0, 0), **now))
    helper = {"agent_id": "a1", "agent_type": "worker"}

    session.send("PostToolBatch", tool_calls=[])
    session.send("PostToolBatch", tool_calls=[], **helper)
    session.send("PreToolUse", tool_name="Edit", tool_input={"file_path": "src/auth/x.py"}, tool_use_id="t1")
    append(session.file, response("m3", (20, 0, 0, 0), **now))
    assert session.spent() == {"ada": (1, 10), "ada/worker-1": (1, 5)}

    session.send("Stop", stop_hook_active=True)
    append(session.helpers, response("m4", (7, 0, 0, 0), **now))
    session.send("SubagentStop", **helper, agent_transcript_path=str(session.helpers))

    assert session.spent() == {"ada": (2, 30), "ada/worker-1": (2, 12)}
    with session.work.store.reading() as books:
        assert books.usage.on_task("T1") == 42


def test_a_sessions_end_counts_all_that_is_left_and_what_the_client_counted_beside(session: Session) -> None:
    now = {"at": ""}
    write(session.file, *(response(f"m{number}", (1, 0, 0, 0), **now) for number in range(3)), noise("x" * 3_000_000))
    session.send("PostToolBatch", tool_calls=[])
    append(session.file, summary(), response("late", (1, 0, 0, 0), **now), noise("x" * 3_000_000))
    append(session.file, response("last", (1, 0, 0, 0), **now), totals(claude_opus_5_5=(110, 0, 0, 0)))
    write(session.helpers, response("h1", (5, 0, 0, 0), **now))
    write(session.helpers.parent / "workflows/wf_1/agent-w1.jsonl", response("w1", (1, 0, 0, 0), **now))
    assert session.spent() == {"ada": (3, 3)}

    session.send("SessionEnd", reason="other")

    assert session.spent() == {"ada/worker-1": (1, 5), "ada": (6, 105)}
    assert session.doubts() == []


def test_a_session_that_is_cleared_is_counted_to_its_end_too(session: Session) -> None:
    write(session.file, response("m1", (1, 0, 0, 0), at=""))

    session.send("SessionEnd", reason="clear")

    assert session.spent() == {"ada": (1, 1)}


def test_a_huge_transcript_is_read_a_part_at_each_step(session: Session) -> None:
    lines = (
        each for number in range(6) for each in (response(f"m{number}", (1, 0, 0, 0), at=""), noise("x" * 700_000))
    )
    write(session.file, *lines)

    counts = []
    for _ in range(8):
        session.send("PostToolBatch", tool_calls=[])
        counts.append(session.spent()["ada"][0])

    assert counts[0] < 3
    assert counts == sorted(counts)
    assert counts[-1] == 6


def test_an_agent_of_the_clients_own_that_never_started_is_not_missed(session: Session) -> None:
    session.send("SubagentStop", agent_id="b2", agent_type="", agent_transcript_path=str(session.file) + ".b2")

    assert session.doubts() == []


def test_a_turn_that_ends_without_a_transcript_is_in_doubt_until_there_is_one(session: Session) -> None:
    session.send("PostToolBatch", tool_calls=[])
    assert session.doubts() == []
    session.send("Stop", stop_hook_active=True)
    assert session.doubts() == [("ada", True)]
    write(session.file, response("m1", at=""))
    session.send("Stop", stop_hook_active=True)

    assert session.doubts() == []


@pytest.mark.parametrize("event", ["PostToolBatch", "Stop", "SubagentStop", "SessionEnd"])
def test_what_cannot_be_read_disturbs_no_hook(session: Session, event: str) -> None:
    session.file.mkdir(parents=True)
    session.helpers.mkdir(parents=True)
    with session.work.store.writing() as books:
        helper = books.agents.find("s1/a1")
        assert helper is not None
        books.inbox.post(None, helper.id, "the news", "")
    fields = {"agent_id": "a1", "agent_type": "worker"} if event in ("PostToolBatch", "SubagentStop") else {}

    said = session.send(event, tool_calls=[], stop_hook_active=False, **fields)

    assert "what was spent was not counted" in said.stderr
    if event == "PostToolBatch":
        assert "the news" in said.told
    if event == "Stop":
        assert said.json["decision"] == "block"
    if event == "SessionEnd":
        with session.work.store.reading() as books:
            ada = books.agents.find("s1")
            assert ada is not None
            assert ada.ended_at is not None


def test_without_a_transcript_or_an_agent_nothing_is_counted(session: Session) -> None:
    session.hooks.send("PostToolBatch", tool_calls=[])
    write(session.file, response("m1", at=""))
    session.hooks.session = "unknown"
    session.send("PostToolBatch", tool_calls=[])
    session.send("SessionEnd", reason="other")

    assert session.spent() == {}


def test_settings_that_make_no_sense_keep_nothing_from_being_counted(session: Session) -> None:
    file = session.hooks.repo / ".claude" / "interlock.toml"
    file.parent.mkdir()
    file.write_text("[budget]\nday_tokens = 'many'\n")
    write(session.file, response("m1", (1, 0, 0, 0), at=""))

    session.send("PostToolBatch", tool_calls=[])

    assert session.spent() == {"ada": (1, 1)}

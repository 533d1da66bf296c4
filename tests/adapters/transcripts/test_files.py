"""Where the transcripts of a session's subagents are."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.transcripts.files import of_subagent, of_subagents
from tests.transcripts import write


def test_a_subagents_transcript_is_beside_its_sessions_and_one_of_a_workflow_in_the_folder_of_its_run(
    tmp_path: Path,
) -> None:
    session = str(tmp_path / "s1.jsonl")
    usual = write(tmp_path / "s1/subagents/agent-a1.jsonl")
    write(tmp_path / "s1/subagents/agent-a1.meta.json")
    inside = write(tmp_path / "s1/subagents/workflows/wf_1/agent-b2.jsonl")
    write(tmp_path / "s1/subagents/workflows/wf_1/journal.jsonl")

    assert of_subagent(session, "a1") == str(usual)
    assert of_subagent(session, "b2") == str(inside)
    assert of_subagent(session, "c3") == str(tmp_path / "s1/subagents/agent-c3.jsonl")
    assert list(of_subagents(session)) == [("a1", str(usual)), ("b2", str(inside))]


def test_a_session_may_have_none(tmp_path: Path) -> None:
    assert list(of_subagents(str(tmp_path / "s1.jsonl"))) == []

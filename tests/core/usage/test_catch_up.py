"""What is left of transcripts is read to the end, and after a session that was killed when somebody asks."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.transcripts.reader import AT_ONCE
from mcp_server.core.usage.catch_up import LATELY, catch_up, count_rest
from mcp_server.domain.usage.sums import whole
from tests.transcripts import append, noise, response, totals, write
from tests.workspace import Workspace


def responses(workspace: Workspace, agent: int) -> int:
    with workspace.store.reading() as books:
        return whole(books.usage.parts(agent=agent)).responses


def test_a_long_transcript_is_read_to_its_end_and_its_totals_are_handed_on(
    workspace: Workspace, tmp_path: Path
) -> None:
    ada = workspace.agent("ada")
    lines = (line for number in range(60) for line in (response(f"m{number}"), noise("x" * 200_000)))
    file = str(write(tmp_path / "s1.jsonl", totals(opus=(1, 2, 3, 4)), *lines))

    last = count_rest(workspace.store, AT_ONCE, file, file, agent=ada)

    assert last is not None
    assert (responses(workspace, ada), last.place.left, last.totals) == (60, 0, {"opus": (1, 2, 3, 4)})
    assert count_rest(workspace.store, AT_ONCE, file, file, agent=ada) is None


def test_a_line_that_is_never_whole_ends_the_reading(workspace: Workspace, tmp_path: Path) -> None:
    ada = workspace.agent("ada")
    file = str(write(tmp_path / "s1.jsonl", response("m1"), response("m2")[:50]))

    count_rest(workspace.store, AT_ONCE, file, file, agent=ada)

    assert responses(workspace, ada) == 1
    with workspace.store.reading() as books:
        assert [doubt.left for doubt in books.usage.doubts(0)] == [50]


def test_a_transcript_that_is_gone_is_recorded_if_there_was_one(workspace: Workspace, tmp_path: Path) -> None:
    ada = workspace.agent("ada")
    file = write(tmp_path / "s1.jsonl", response("m1"))
    for path in (str(file), str(tmp_path / "never.jsonl")):
        count_rest(workspace.store, AT_ONCE, path, path, agent=ada)
    file.unlink()

    count_rest(workspace.store, AT_ONCE, str(file), str(file), agent=ada)

    with workspace.store.reading() as books:
        assert [(doubt.agent, doubt.gone) for doubt in books.usage.doubts(0)] == [("ada", True)]
        assert books.usage.place(str(tmp_path / "never.jsonl")) is None
    assert responses(workspace, ada) == 1


def test_what_was_written_after_the_last_step_is_read_when_somebody_asks_but_not_forever(
    workspace: Workspace, tmp_path: Path
) -> None:
    ada = workspace.agent("ada")
    file = write(tmp_path / "s1.jsonl", response("m1"))
    count_rest(workspace.store, AT_ONCE, str(file), str(file), agent=ada)
    append(file, response("m2"))
    catch_up(workspace.store, AT_ONCE)
    assert responses(workspace, ada) == 2

    append(file, response("m3"))
    workspace.clock.advance(LATELY + 1)
    catch_up(workspace.store, AT_ONCE)

    assert responses(workspace, ada) == 2

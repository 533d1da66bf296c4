"""What is read of a transcript: whole lines from where it was left, whatever has become of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.adapters.transcripts.reader import has_grown, read
from mcp_server.domain.usage.response import Passage, Place
from tests.transcripts import append, line, noise, response, summary, totals, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "session.jsonl"


def passage(file: Path, known: Place | None = None, most: int = 1 << 20) -> Passage:
    """What is read of a file that is there."""
    found = read(str(file), known, most)
    assert found is not None
    return found


def ids(found: Passage) -> list[str]:
    return [each.id for each in found.responses]


def test_responses_are_read_with_their_tokens_model_and_time_and_other_lines_are_passed_over(file: Path) -> None:
    write(file, noise(), response("m1", (1, 2, 3, 4)), line(type="api-request-blob", data="x" * 1000), "\n", noise())

    found = passage(file)

    [one] = found.responses
    assert (one.id, one.model, one.at, one.tokens) == (
        "m1",
        "claude-opus-5-5",
        "2027-01-15T08:00:00.000Z",
        (1, 2, 3, 4),
    )
    assert (found.unreadable, found.rewritten, found.place.left) == (0, False, 0)


def test_it_is_read_on_from_where_it_was_left_and_only_to_the_last_whole_line(file: Path) -> None:
    whole = response("m2")
    write(file, response("m1"), whole[:30])
    first = passage(file)
    append(file, whole[30:])

    second = passage(file, first.place)

    assert (ids(first), ids(second)) == (["m1"], ["m2"])
    assert first.place.waits
    assert not second.rewritten


def test_much_is_read_in_parts_and_a_line_longer_than_a_part_as_a_whole(file: Path) -> None:
    write(file, *(response(f"m{number}", note="x" * 3000) for number in range(20)))
    found, place = [], None
    while has_grown(str(file), place):
        part = passage(file, place, 10_000 if place is None else 500)
        assert len(part.responses) <= 10
        found += ids(part)
        place = part.place

    assert found == [f"m{number}" for number in range(20)]


def test_a_file_that_has_not_changed_is_not_read_again_even_if_its_last_line_is_not_whole(file: Path) -> None:
    write(file, response("m1"), "{")
    place = passage(file).place

    assert has_grown(str(file), None)
    assert not has_grown(str(file), place)
    append(file, "}\n")
    assert has_grown(str(file), place)


@pytest.mark.parametrize("change", ["cut", "replaced", "another in its place"])
def test_a_file_that_is_not_what_it_was_is_read_from_its_beginning(file: Path, change: str) -> None:
    write(file, noise(), response("m1"))
    place = passage(file).place
    if change == "cut":
        write(file, response("m2")[:-1] + "\n")
    elif change == "replaced":
        write(file.with_name("new"), noise(), response("m1"), response("m2")).replace(file)
    else:
        write(file, noise("x" * 1000), response("m2"))

    found = passage(file, place)

    assert found.rewritten
    assert ids(found)[-1] == "m2"


def test_there_may_be_no_file(file: Path) -> None:
    assert read(str(file), None) is None
    assert has_grown(str(file), Place(1, 2, 3))


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"assistant","message":{"id":"m1","model":"m","usage":',
        '{"type":"assistant","usage":{}}',
        line(type="assistant", message={"model": "m", "usage": {"input_tokens": 1}}),
        line(type="assistant", message={"id": 7, "model": "m", "usage": {"input_tokens": 1}}).strip(),
        line(type="assistant", message={"id": "m1", "usage": {"input_tokens": 1}}).strip(),
        line(type="assistant", message={"id": "m1", "model": "m", "usage": {"tokens": 1}}).strip(),
        line(type="assistant", message={"id": "m1", "model": "m", "usage": {"input_tokens": -1}}).strip(),
        line(type="assistant", message={"id": "m1", "model": "m", "usage": {"input_tokens": 1e99}}).strip(),
        line(type="assistant", message={"id": "m1", "model": "m", "usage": {"input_tokens": 10**30}}).strip(),
        line(type="assistant", message={"id": "m1", "model": "m", "usage": {"input_tokens": True}}).strip(),
    ],
)
def test_a_response_that_is_not_understood_is_counted_as_that_and_the_others_as_ever(file: Path, text: str) -> None:
    write(file, response("before"), text.strip() + "\n", response("after"))

    found = passage(file)

    assert (ids(found), found.unreadable) == (["before", "after"], 1)


@pytest.mark.parametrize(
    "text",
    [
        noise('{"type":"assistant","usage":{"input_tokens":1}}'),
        line(type="user", toolUseResult={"usage": {"input_tokens": 5}, "agentType": "assistant"}),
        response("m1", model="<synthetic>"),
        "\0\0\0\n",
        "\n",
    ],
)
def test_what_only_looks_like_a_response_is_none(file: Path, text: str) -> None:
    write(file, text)

    found = passage(file)

    assert (ids(found), found.unreadable) == ([], 0)


def test_a_copy_without_tokens_says_that_it_was_counted_elsewhere(file: Path) -> None:
    write(file, response("m1", (0, 0, 0, 0)))

    assert (ids(passage(file)), passage(file).copies) == ([], ["m1"])


def test_what_the_client_says_of_summaries_and_totals_is_read_too(file: Path) -> None:
    write(
        file, summary(), noise('"compact_boundary"'), totals(claude_opus=(1, 2, 3, 4)), totals(claude_opus=(5, 6, 7, 8))
    )

    found = passage(file)

    assert (found.compacted, found.totals) == (1, {"claude-opus": (5, 6, 7, 8)})


@settings(max_examples=40)
@given(st.lists(st.integers(1, 400), max_size=20), st.integers(1, 40))
def test_any_split_gives_the_same_responses(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], most: int
) -> None:
    lines = [
        response(f"m{number // 2}", (number, 1, 1, 1)) if number % 3 else noise("é" * number) for number in range(12)
    ]
    data = "".join(lines).encode()
    file = tmp_path_factory.mktemp("split") / "t.jsonl"
    place, found, written = None, [], 0
    for size in [*sizes, len(data)]:
        written = min(len(data), written + size)
        file.write_bytes(data[:written])
        while has_grown(str(file), place):
            part = passage(file, place, most)
            place = part.place
            found += [(each.id, each.tokens) for each in part.responses]

    assert found == [(f"m{number // 2}", (number, 1, 1, 1)) for number in range(12) if number % 3]

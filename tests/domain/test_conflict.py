"""Where two changes of one text meet, and how a place is named."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.domain.conflict import Conflict, Hunk, meeting, place


def hunk(start: int, lost: int, *text: str) -> Hunk:
    return Hunk(start, lost, start + 1, tuple(line.encode() for line in text))


def test_changes_that_overlap_or_touch_meet_and_others_do_not() -> None:
    assert meeting([hunk(3, 2, "a")], [hunk(4, 1, "b")]) == (((4, 4),), ((5, 5),))
    assert meeting([hunk(3, 1, "a")], [hunk(4, 1, "b")]) == (((4, 4),), ((5, 5),))
    assert meeting([hunk(3, 1, "a")], [hunk(5, 1, "b")]) == ((), ())


def test_the_same_change_on_both_sides_is_none() -> None:
    assert meeting([hunk(3, 1, "a")], [hunk(3, 1, "a")]) == ((), ())
    assert meeting([hunk(3, 1, "a")], [hunk(3, 1, "b")]) == (((4, 4),), ((4, 4),))


def test_places_side_by_side_are_one() -> None:
    ours = [hunk(0, 2, "a", "b"), hunk(2, 1, "c")]
    assert meeting(ours, [hunk(0, 9)])[0] == ((1, 3),)


def test_a_place_is_named_with_a_few_of_its_lines() -> None:
    assert place("x", ()) == "x"
    assert place("x", ((3, 3),)) == "x, line 3"
    assert place("x", ((3, 5), (9, 9))) == "x, lines 3-5, 9"
    assert place("x", tuple((n, n) for n in range(1, 12, 2))) == "x, lines 1, 3, 5 and 3 more"
    assert len(place("x" * 1000, ())) <= 160


def test_what_git_has_a_new_word_for_is_said_in_its_word() -> None:
    assert Conflict("x", "sideways rename", (), (), "").reason == "git calls it sideways rename"


def hunks(origin: list[str], changed: list[str]) -> list[Hunk]:
    blocks = difflib.SequenceMatcher(None, origin, changed, autojunk=False).get_opcodes()
    return [
        Hunk(a, b - a, c + 1, tuple(line.encode() for line in changed[c:d]))
        for tag, a, b, c, d in blocks
        if tag != "equal"
    ]


@settings(max_examples=40)
@given(st.data())
def test_where_nothing_meets_git_merges(tmp_path_factory: object, data: st.DataObject) -> None:
    origin = [f"line {number}" for number in range(12)]

    def changed(name: str) -> list[str]:
        lines = list(origin)
        for at in data.draw(st.sets(st.integers(0, 11), max_size=3)):
            lines[at] = f"{name} {at}"
        return lines

    ours, theirs = changed("a"), changed("b")
    met = meeting(hunks(origin, ours), hunks(origin, theirs))
    assert bool(met[0]) == bool(met[1])
    folder = Path(str(tmp_path_factory.mktemp("merge")))  # type: ignore[attr-defined]
    for name, lines in (("ours", ours), ("origin", origin), ("theirs", theirs)):
        (folder / name).write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "origin", "theirs"], cwd=folder, capture_output=True, check=False
    )
    assert bool(met[0]) == (done.returncode > 0)

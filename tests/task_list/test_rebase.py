"""What a person changed in an old list, done to the latest one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.task_list.rebase import rebased

OLD = "# L\n- [ ] **T1** a\n- [ ] **T2** b (priority: 1)\nwords\n- [ ] new\nEnd."
LATEST = "# L\n- [~] **T1** a — @ada\nothers' words\n- [ ] **T2** b (priority: 1)\nwords\n- [ ] **T3** new\nEnd."


@pytest.mark.parametrize(
    ("mine", "result"),
    [
        (("** a", "** z"), ("** a", "** z")),
        (("[ ] **T1", "[x] **T1"), ("[~] **T1", "[x] **T1")),
        (("words", "other words"), ("words\n- [ ] **T3", "other words\n- [ ] **T3")),
        (("- [ ] **T2** b (priority: 1)\n", ""), ("- [ ] **T2** b (priority: 1)\n", "")),
        (("(priority: 1)", "(priority: 2)"), ("(priority: 1)", "(priority: 2)")),
        (("[ ] new", "[x] new"), ("[ ] **T3** new", "[x] **T3** new")),
        (("words\n", "words\nmine\n"), ("words\n- [ ] **T3", "words\nmine\n- [ ] **T3")),
        (("End.", "End.\nmine"), ("End.", "End.\nmine")),
    ],
)
def test_one_change_is_done_to_the_latest(mine: tuple[str, str], result: tuple[str, str]) -> None:
    done = rebased(OLD.encode(), LATEST.encode(), OLD.replace(*mine).encode()).decode()
    assert done == LATEST.replace(*result)


def test_a_task_that_both_moved_is_there_once_and_says_what_both_say() -> None:
    moved = "- [ ] **T1** z\n# L\n- [ ] **T2** b (priority: 1)\nwords\n- [ ] new\nEnd."
    latest = "# L\nwords\n- [ ] **T2** b (priority: 1)\n- [~] **T1** a — @ada\n- [ ] new\nEnd."
    assert rebased(OLD.encode(), latest.encode(), moved.encode()).decode().count("- [~] **T1** z — @ada\n") == 1


LINES = st.lists(st.sampled_from([f"line {number}" for number in range(12)]), unique=True).map(
    lambda found: "".join(line + "\n" for line in found).encode()
)


@given(LINES, LINES)
def test_without_a_change_of_ones_own_the_latest_stays_as_it_is(old: bytes, latest: bytes) -> None:
    assert rebased(old, latest, old) == latest


@given(LINES, LINES)
def test_done_to_what_one_started_from_it_is_ones_own_text(old: bytes, mine: bytes) -> None:
    assert rebased(old, old, mine) == mine


@given(LINES, LINES, LINES)
def test_what_either_added_is_there_once(old: bytes, latest: bytes, mine: bytes) -> None:
    done = rebased(old, latest, mine).split(b"\n")
    added = (set(latest.split(b"\n")) | set(mine.split(b"\n"))) - set(old.split(b"\n")) - {b""}
    assert {line: done.count(line) for line in added} == dict.fromkeys(added, 1)

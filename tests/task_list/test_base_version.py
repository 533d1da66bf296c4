"""From which version a saved list descends."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.task_list.base_version import distance, origin

TODO = b"# L\n- [ ] **T1** a\n- [ ] **T2** b\n"
CLAIMED = b"# L\n- [~] **T1** a \xe2\x80\x94 @ada\n- [ ] **T2** b\n"


class Version(NamedTuple):
    """A version."""

    text: bytes
    ours: bool


def test_changes_are_counted_piece_by_piece() -> None:
    assert distance(TODO, TODO) == 0
    assert distance(TODO, TODO.replace(b" a", b" z")) == 1
    assert distance(TODO, CLAIMED) == 2
    assert distance(TODO, TODO.replace(b"- [ ] **T2** b\n", b"")) == 1
    assert distance(TODO, TODO.replace(b"# L", b"# M")) == 2
    assert distance(TODO, b"# L\n- [ ] **T2** b\n- [ ] **T1** a\n") == 0


def test_a_list_saved_late_descends_from_what_its_writer_read() -> None:
    versions = [Version(CLAIMED, True), Version(TODO, False)]
    assert origin(TODO.replace(b" b", b" z"), versions) == versions[1]
    assert origin(CLAIMED.replace(b" b", b" z"), versions) == versions[0]


def test_one_change_taken_back_is_a_change_to_the_latest() -> None:
    ticked = TODO.replace(b"[ ] **T2", b"[x] **T2")
    assert origin(TODO, [Version(ticked, True), Version(TODO, False)]) == Version(ticked, True)


def test_where_only_people_wrote_since_the_latest_counts() -> None:
    done = TODO.replace(b"[ ]", b"[x]")
    assert origin(TODO, [Version(done, False), Version(TODO, True)]) == Version(done, False)


def test_an_old_list_put_back_whole_is_old() -> None:
    done = CLAIMED.replace(b"[ ]", b"[x]")
    assert origin(TODO, [Version(done, True), Version(TODO, True)]) == Version(TODO, True)


def test_without_versions_there_is_no_origin() -> None:
    assert origin(TODO, []) is None

"""A text file that people edit: what stands there is kept when it is replaced, and what no text is is left alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mcp_server.adapters.text_files import stable_read, swap
from mcp_server.adapters.text_files.edited_file import EditedFile, within
from mcp_server.adapters.text_files.stable_read import MOST_BYTES, Unfit


class Desk:
    """A file that may be there, and the folder beside it for what is displaced."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repo"
        self.state = folder / "state"
        self.root.mkdir()
        self.state.mkdir()
        self.path = self.root / "TEXT.md"
        self.file = EditedFile(str(self.path), str(self.state / "before"), lasting=True)

    def says(self) -> bytes | None:
        """What is read."""
        look = self.file.read()
        return None if look is None else look.content

    def save(self, text: bytes) -> None:
        """As an editor does: by rename."""
        draft = self.root / "draft"
        draft.write_bytes(text)
        draft.replace(self.path)

    def everything(self) -> dict[str, bytes]:
        """All files."""
        return {entry.name: entry.read_bytes() for entry in (*self.root.iterdir(), *self.state.iterdir())}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(params=["exchange", "two renames"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "two renames":
        monkeypatch.setattr(swap, "_swap", lambda: None)


def test_a_file_is_made_once(desk: Desk) -> None:
    assert (desk.says(), desk.file.signature(), desk.file.late()) == (None, None, None)
    assert desk.file.make(b"mine")
    assert not desk.file.make(b"other")
    assert desk.says() == b"mine"
    assert desk.everything() == {"TEXT.md": b"mine"}


def test_a_file_is_made_where_there_are_no_second_names(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    assert desk.file.make(b"mine")
    assert not desk.file.make(b"other")
    assert desk.everything() == {"TEXT.md": b"mine"}


@pytest.mark.usefixtures("each_way")
def test_what_is_placed_has_the_mode_that_was_there_and_what_was_displaced_is_in_hand(desk: Desk) -> None:
    desk.path.write_bytes(b"saved in between")
    desk.path.chmod(0o640)
    replaced = desk.file.place(b"new\r\n")

    assert replaced.content == b"saved in between"
    assert (replaced.placed, replaced.displaced) == (desk.file.signature(), desk.file.kept_signature())
    assert stat.S_IMODE(desk.path.stat().st_mode) == 0o640
    assert desk.everything() == {"TEXT.md": b"new\r\n", "before": b"saved in between"}


def test_on_another_file_system_than_the_state_nothing_is_left_beside_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.path.write_bytes(b"old")
    aside = str(desk.root / ".TEXT.md.new")
    monkeypatch.setattr(EditedFile, "_draft", lambda _self: aside)
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if Path(source).parent != Path(target).parent:
            raise OSError(18, "Invalid cross-device link")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    assert desk.file.place(b"new").content == b"old"
    assert desk.everything() == {"TEXT.md": b"new"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_its_owner_stays_its_owner(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    os.chown(desk.path, 1234, 4321)
    desk.file.place(b"new")
    assert (desk.path.stat().st_uid, desk.path.stat().st_gid) == (1234, 4321)


def test_whoever_may_not_give_it_to_its_owner_leaves_it_to_its_group(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.path.write_bytes(b"old")
    made, given = os.stat, []

    def of_another(descriptor: int) -> os.stat_result:
        status = list(made(descriptor))
        status[4] += 1
        return os.stat_result(status)

    def give(_descriptor: int, owner: int, group: int) -> None:
        given.append((owner, group))
        if owner != -1:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fstat", of_another)
    monkeypatch.setattr(os, "fchown", give)
    desk.file.place(b"new")
    assert given == [(desk.path.stat().st_uid, desk.path.stat().st_gid), (-1, desk.path.stat().st_gid)]
    assert desk.says() == b"new"


def test_its_signature_changes_with_every_change(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    seen = [desk.file.signature(), desk.file.place(b"new").placed]
    desk.path.write_bytes(b"own")
    seen.append(desk.file.signature())
    desk.save(b"ren")
    seen.append(desk.file.signature())
    assert len(set(seen)) == 4


def test_what_an_editor_writes_too_late_is_seen_in_what_was_displaced_until_that_is_forgotten(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    with desk.path.open("r+b") as editor:
        replaced = desk.file.place(b"new")
        assert desk.file.late() == b"old"
        editor.write(b"late words")
    assert desk.file.kept_signature() != replaced.displaced
    assert desk.file.late() == b"late words"
    desk.file.forget()
    assert desk.file.late() is None


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        ("link", "is a symbolic link"),
        ("folder", "is no ordinary file"),
        ("pipe", "is no ordinary file"),
        ("huge", "has 10,000,001 bytes"),
        ("binary", "is binary"),
        ("read-only", "is read-only"),
        ("odd", "is odd"),
    ],
)
def test_what_no_text_is_is_left_alone_and_stands_there_again_when_it_came_in_the_last_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, harm: str, why: str
) -> None:
    def accept(content: bytes) -> None:
        if content == b"odd":
            raise Unfit("is odd")

    def come() -> None:
        desk.path.unlink()
        if harm == "link":
            desk.path.symlink_to("elsewhere.md")
        elif harm == "folder":
            desk.path.mkdir()
        elif harm == "pipe":
            os.mkfifo(desk.path)
        else:
            desk.path.write_bytes({"binary": "- a".encode("utf-16"), "odd": b"odd"}.get(harm, b"a"))
            os.truncate(desk.path, MOST_BYTES + 1 if harm == "huge" else desk.path.stat().st_size)
            desk.path.chmod(0o444 if harm == "read-only" else 0o644)

    exchange = swap.exchange

    def in_the_last_moment(draft: str, path: str) -> None:
        monkeypatch.undo()
        come()
        exchange(draft, path)

    file = EditedFile(str(desk.path), str(desk.state / "before"), accept)
    desk.path.write_bytes(b"old")
    monkeypatch.setattr(swap, "exchange", in_the_last_moment)
    with pytest.raises(Unfit, match=why):
        file.place(b"new")
    with pytest.raises(Unfit, match=why):
        file.read()
    assert [entry.name for entry in (*desk.root.iterdir(), *desk.state.iterdir())] == ["TEXT.md"]


def test_what_is_saved_while_something_is_put_back_stands_there_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.path.write_bytes(b"old")
    exchange, saves = swap.exchange, iter([b"a\0b", b"second", b"third"])

    def each_time(draft: str, path: str) -> None:
        if (text := next(saves, None)) is not None:
            desk.save(text)
        exchange(draft, path)

    monkeypatch.setattr(swap, "exchange", each_time)
    with pytest.raises(Unfit, match="is binary"):
        desk.file.place(b"new")
    assert desk.everything() == {"TEXT.md": b"third"}


def test_a_file_that_is_gone_or_a_disk_that_takes_no_writes_is_said_in_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(Unfit, match="can't be written: No such file"):
        desk.file.place(b"new")
    desk.path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unfit, match="can't be written: No space left"):
        desk.file.place(b"new")
    assert desk.everything() == {"TEXT.md": b"old"}
    desk.path.unlink()
    with pytest.raises(Unfit, match="can't be made: No space left"):
        desk.file.make(b"new")
    assert desk.everything() == {}


def test_a_file_that_is_written_all_the_time_is_left_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.path.write_bytes(b"old")
    content = stable_read._content

    def disturbed(path: str) -> bytes:
        desk.save(content(path) + b".")
        return content(path)

    monkeypatch.setattr(stable_read, "_content", disturbed)
    with pytest.raises(Unfit, match="all the time"):
        desk.file.read()


def test_a_path_of_the_settings_is_inside_the_repository_or_refused(desk: Desk) -> None:
    (desk.root / "docs").mkdir()
    assert within(str(desk.root), "docs/../docs/PLAN.md") == str(desk.root / "docs/PLAN.md")
    outside = desk.root.parent / "repository beside it"
    outside.mkdir()
    (desk.root / "out").symlink_to(outside)
    for said in ("../TEXT.md", "/etc/TEXT.md", "out/TEXT.md"):
        with pytest.raises(Unfit, match="outside the repository"):
            within(str(desk.root), said)

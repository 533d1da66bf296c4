"""The page as a file: nothing that a person has put there is harmed, and what cannot be used is said in words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mcp_server.adapters import exchanging, page_file
from mcp_server.adapters.page_file import LARGEST, MindFile
from mcp_server.core import minding
from mcp_server.shared_mind.page import version_line
from mcp_server.shared_mind.trouble import PageTrouble
from mcp_server.shared_mind.wording import blank_page
from tests.worlds import World


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    (tmp_path / "repo").mkdir()
    return tmp_path / "repo"


@pytest.fixture
def page(root: Path) -> Path:
    return root / "SHARED_MIND.md"


def mind(root: Path, configured: str | None = None) -> MindFile:
    return MindFile(str(root), str(root.parent / "state"), lambda: configured)


def trouble(file: MindFile) -> str:
    with pytest.raises(PageTrouble) as caught:
        file.read()
    return str(caught.value)


def test_it_is_not_there_until_somebody_makes_it(root: Path, page: Path) -> None:
    file = mind(root)
    assert file.read() is None
    assert not file.is_wanted()
    assert file.create("one")
    assert not file.create("two")
    assert page.read_text() == file.read() == "one"


def test_the_settings_may_name_another_file_in_the_repository(root: Path) -> None:
    (root / "docs").mkdir()
    file = mind(root, "docs/MIND.md")
    assert file.is_wanted()
    assert (file.read(), file.replace("one")) == (None, True)
    assert (root / "docs/MIND.md").read_text() == "one"
    assert "outside" in trouble(mind(root, "../MIND.md"))


def test_mode_and_byte_order_mark_are_kept_and_no_draft_is_left(root: Path, page: Path) -> None:
    page.write_bytes(b"\xef\xbb\xbfone\r\n")
    page.chmod(0o640)
    file = mind(root)
    assert file.read() == "one\r\n"
    assert file.replace("one\r\ntwo\r\n")
    assert page.read_bytes() == b"\xef\xbb\xbfone\r\ntwo\r\n"
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert [entry.name for entry in root.iterdir()] == ["SHARED_MIND.md"]


def test_what_a_person_saved_meanwhile_is_not_overwritten(root: Path, page: Path) -> None:
    page.write_text("one")
    file = mind(root)
    file.read()
    page.write_text("other")
    assert not file.replace("two")
    assert page.read_text() == file.read() == "other"
    draft = root / "draft"
    draft.write_text("third")
    draft.replace(page)
    assert not file.replace("two")
    assert (file.read(), file.replace("two")) == ("third", True)


def test_a_page_that_a_person_makes_meanwhile_is_not_overwritten(root: Path, page: Path) -> None:
    file = mind(root)
    assert file.read() is None
    page.write_text("theirs")
    assert not file.replace("ours")
    assert page.read_text() == "theirs"


def test_what_an_editor_writes_into_the_old_file_too_late_is_read_next(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text("one")
    file = mind(root)
    file.read()
    exchange = exchanging.exchange

    def late(source: str, target: str) -> None:
        monkeypatch.undo()
        with page.open("r+") as editor:
            exchange(source, target)
            editor.write("late, and longer")

    monkeypatch.setattr(exchanging, "exchange", late)
    assert not file.replace("two")
    assert page.read_text() == file.read() == "late, and longer"
    assert file.replace("late, and longer, and two")
    assert page.read_text() == "late, and longer, and two"


def test_what_a_person_saves_in_the_last_moment_is_read_next(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text("one")
    file = mind(root)
    file.read()
    exchange = exchanging.exchange

    def just_before(source: str, target: str) -> None:
        monkeypatch.undo()
        saved = root / "saved"
        saved.write_text("saved")
        saved.replace(page)
        exchange(source, target)

    monkeypatch.setattr(exchanging, "exchange", just_before)
    assert not file.replace("two")
    assert (file.read(), file.replace("saved, and two")) == ("saved", True)
    assert [(entry.name, entry.read_text()) for entry in root.iterdir()] == [("SHARED_MIND.md", "saved, and two")]


def save(page: Path, text: str) -> None:
    """As an editor does: by rename."""
    saved = page.with_suffix(".saved")
    saved.write_text(text)
    saved.replace(page)


@pytest.mark.parametrize("put_back_first", [True, False])
@pytest.mark.parametrize("line", ["- pat knows 1.", "pat knows 1.", "> pat knows 1."])
def test_whoever_goes_on_from_what_stood_there_for_a_moment_takes_nothing_away_from_what_was_saved_in_it(
    world: World, root: Path, page: Path, monkeypatch: pytest.MonkeyPatch, line: str, put_back_first: bool
) -> None:
    place = world.place._replace(page=mind(root))
    page.write_text(blank_page())
    ada = world.agent("ada")
    minding.write_state(place, ada, "learning", "one")
    exchange = exchanging.exchange
    moment: list[str] = []

    def with_another(more: str, text: str) -> str:
        return text.replace("## Learned\n", f"## Learned\n\n{more}\n", 1)

    def between(source: str, target: str) -> None:
        monkeypatch.undo()
        save(page, with_another(line, page.read_text()))
        exchange(source, target)
        moment.append(page.read_text())
        if not put_back_first:
            save(page, with_another("> pat knows 2.", moment[0]))

    monkeypatch.setattr(exchanging, "exchange", between)
    minding.write_state(place, ada, "learning", "two")
    assert "pat knows 1." not in moment[0]
    if put_back_first:
        save(page, with_another("> pat knows 2.", moment[0]))
    assert minding.sync(place) is None
    stands = page.read_text()
    assert [stands.count(words) for words in ("pat knows 1.", "pat knows 2.", "- one", "- two")] == [1, 1, 1, 1]
    save(page, "".join(text for text in stands.splitlines(keepends=True) if "pat knows 1." not in text))
    assert minding.sync(place) is None
    assert "pat knows 1." not in page.read_text(), "what a person deletes afterwards stays away"
    assert [entry.name for entry in root.iterdir()] == ["SHARED_MIND.md"]


def test_what_is_saved_while_another_save_is_put_back_stands_there_afterwards(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text("one")
    file = mind(root)
    file.read()
    exchange = exchanging.exchange
    saves = iter(["first", "second", "third"])

    def each_time(source: str, target: str) -> None:
        if (text := next(saves, None)) is not None:
            save(page, text)
        exchange(source, target)

    monkeypatch.setattr(exchanging, "exchange", each_time)
    assert not file.replace("two")
    assert file.read() == page.read_text() == "third"
    assert [entry.name for entry in root.iterdir()] == ["SHARED_MIND.md"]


def test_a_page_that_is_taken_away_while_a_save_is_put_back_does_not_take_the_save_with_it(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped = "# Shared mind\n\n{}" + version_line(2) + "\n"
    page.write_text("# Shared mind\n")
    file = mind(root)
    file.read()
    exchange = exchanging.exchange

    def gone(source: str, target: str) -> None:
        monkeypatch.undo()
        save(page, "# Shared mind\n\n> saved\n")
        exchange(source, target)
        page.unlink()

    monkeypatch.setattr(exchanging, "exchange", gone)
    assert not file.replace(stamped.format(""))
    page.write_text(stamped.format("> more\n\n"))
    assert "> saved\n" in (mind(root).read() or "")


def test_a_memory_of_such_moments_that_cannot_be_read_is_none(root: Path, page: Path) -> None:
    (root.parent / "state" / page_file.OVERTAKEN).write_text("[[1]]")
    page.write_text("one")
    assert mind(root).read() == "one"


def test_a_page_that_cannot_be_used_is_left_alone_and_said_in_words(root: Path, page: Path) -> None:
    page.write_bytes(b"a\0b")
    assert "not text" in trouble(mind(root))
    page.write_bytes(b"caf\xe9")
    assert "not UTF-8" in trouble(mind(root))
    page.write_bytes(b"a" * (LARGEST + 1))
    assert "10,000,000" in trouble(mind(root))
    page.write_text("a")
    page.chmod(0o444)
    assert "read-only" in trouble(mind(root))
    page.unlink()
    (root / "real.md").write_text("a")
    page.symlink_to("real.md")
    assert "symbolic link" in trouble(mind(root))
    page.unlink()
    os.mkfifo(page)
    assert "no ordinary file" in trouble(mind(root))
    page.unlink()
    page.mkdir()
    assert "no ordinary file" in trouble(mind(root))


def test_a_disk_that_takes_no_writes_is_said_in_words_and_leaves_the_page(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text("one")
    file = mind(root)
    file.read()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PageTrouble, match="No space left"):
        file.replace("two")
    assert [(entry.name, entry.read_text()) for entry in root.iterdir()] == [("SHARED_MIND.md", "one")]


def test_an_archive_grows_and_takes_the_same_only_once_after_a_crash_between(root: Path) -> None:
    file = mind(root)
    file.archive("2026-11", "## Learned\n\n- one\n")
    file.archive("2026-11", "## Learned\n\n- two\n")
    file.archive("2026-11", "## Learned\n\n- two\n")
    assert (root / "SHARED_MIND.2026-11.md").read_text() == (
        "# Shared mind, 2026-11\n\n## Learned\n\n- one\n\n## Learned\n\n- two\n"
    )


def test_a_lock_that_another_process_keeps_is_said_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_file, "LOCK_SECONDS", 0.0)
    with mind(root).alone(), pytest.raises(PageTrouble, match="another process"), mind(root).alone():
        raise AssertionError("two at once")


@pytest.mark.parametrize("harm", ["link", "read-only", "huge", "binary", "folder", "gone"])
def test_whatever_happens_to_the_page_the_state_is_not_harmed(world: World, root: Path, page: Path, harm: str) -> None:
    place = world.place._replace(page=mind(root))
    page.write_text(blank_page())
    ada = world.agent("ada")
    minding.write_state(place, ada, "learning", "one")
    good = page.read_bytes()
    page.unlink()
    if harm == "link":
        page.symlink_to("elsewhere.md")
    elif harm == "folder":
        page.mkdir()
    elif harm != "gone":
        page.write_bytes({"read-only": good, "huge": b"a" * (LARGEST + 1), "binary": b"\0"}[harm])
        page.chmod(0o444 if harm == "read-only" else 0o644)
    minded = minding.write_state(place, ada, "next", "two")
    assert minded.trouble is not None
    assert minded.trouble.startswith("SHARED_MIND.md ")
    assert [entry.text for entry in minding.read_state(place).entries] == ["one", "two"]
    if page.is_dir():
        page.rmdir()
    page.unlink(missing_ok=True)
    page.write_bytes(good)
    assert minding.sync(place) is None
    assert (page.read_text().count("- one\n"), page.read_text().count("- two\n")) == (1, 1)

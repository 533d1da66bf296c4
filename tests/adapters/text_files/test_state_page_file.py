"""The page as a file: nothing that a person has put there is harmed, and what cannot be used is said in words."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_server.adapters.text_files import page_lock, swap
from mcp_server.adapters.text_files.stable_read import MOST_BYTES
from mcp_server.adapters.text_files.state_page_file import StatePageFile
from mcp_server.core.shared_state import sync
from mcp_server.state_page.errors import PageTrouble
from mcp_server.state_page.page import version_line
from mcp_server.state_page.wording import blank_page
from tests.workspace import Workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    (tmp_path / "repo").mkdir()
    return tmp_path / "repo"


@pytest.fixture
def page(root: Path) -> Path:
    return root / "SHARED_MIND.md"


def state_page(root: Path, configured: str | None = None) -> StatePageFile:
    return StatePageFile(str(root), str(root.parent / "state"), lambda: configured)


def save(page: Path, text: str) -> None:
    """As an editor does: by rename."""
    saved = page.with_suffix(".saved")
    saved.write_text(text)
    saved.replace(page)


def trouble(file: StatePageFile) -> str:
    with pytest.raises(PageTrouble) as caught:
        file.read()
    return str(caught.value)


def test_it_is_not_there_until_somebody_makes_it(root: Path, page: Path) -> None:
    file = state_page(root)
    assert file.read() is None
    assert not file.is_wanted()
    assert file.create("one")
    assert not file.create("two")
    assert page.read_text() == file.read() == "one"


def test_the_settings_may_name_another_file_in_the_repository(root: Path) -> None:
    (root / "docs").mkdir()
    file = state_page(root, "docs/MIND.md")
    assert file.is_wanted()
    assert (file.read(), file.replace("one")) == (None, True)
    assert (root / "docs/MIND.md").read_text() == "one"
    assert "outside" in trouble(state_page(root, "../MIND.md"))


def test_mode_and_byte_order_mark_are_kept_and_no_draft_is_left(root: Path, page: Path) -> None:
    page.write_bytes(b"\xef\xbb\xbfone\r\n")
    page.chmod(0o640)
    file = state_page(root)
    assert file.read() == "one\r\n"
    assert file.replace("one\r\ntwo\r\n")
    assert page.read_bytes() == b"\xef\xbb\xbfone\r\ntwo\r\n"
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert [entry.name for entry in root.iterdir()] == ["SHARED_MIND.md"]


def test_what_a_person_saved_meanwhile_is_not_overwritten(root: Path, page: Path) -> None:
    page.write_text("one")
    file = state_page(root)
    file.read()
    page.write_text("other")
    assert not file.replace("two")
    assert page.read_text() == file.read() == "other"
    save(page, "third")
    assert not file.replace("two")
    assert (file.read(), file.replace("two")) == ("third", True)


def test_a_page_that_a_person_makes_meanwhile_is_not_overwritten(root: Path, page: Path) -> None:
    file = state_page(root)
    assert file.read() is None
    page.write_text("theirs")
    assert not file.replace("ours")
    assert page.read_text() == "theirs"


@pytest.mark.parametrize("taken_in_first", [True, False])
@pytest.mark.parametrize("line", ["- pat knows 1.", "pat knows 1.", "> pat knows 1."])
def test_whoever_goes_on_from_what_stood_there_for_a_moment_takes_nothing_away_from_what_was_saved_in_it(
    workspace: Workspace, root: Path, page: Path, monkeypatch: pytest.MonkeyPatch, line: str, taken_in_first: bool
) -> None:
    place = workspace.place._replace(page=state_page(root))
    page.write_text(blank_page())
    ada = workspace.agent("ada")
    sync.write_state(place, ada, "learning", "one")
    exchange = swap.exchange
    moment: list[str] = []

    def with_another(more: str, text: str) -> str:
        return text.replace("## Learned\n", f"## Learned\n\n{more}\n", 1)

    def between(source: str, target: str) -> None:
        monkeypatch.undo()
        save(page, with_another(line, page.read_text()))
        exchange(source, target)
        moment.append(page.read_text())
        if not taken_in_first:
            save(page, with_another("> pat knows 2.", moment[0]))

    monkeypatch.setattr(swap, "exchange", between)
    sync.write_state(place, ada, "learning", "two")
    assert "pat knows 1." not in moment[0]
    if taken_in_first:
        save(page, with_another("> pat knows 2.", moment[0]))
    assert sync.sync_page(place) is None
    stands = page.read_text()
    assert [stands.count(words) for words in ("pat knows 1.", "pat knows 2.", "- one", "- two")] == [1, 1, 1, 1]
    save(page, "".join(text for text in stands.splitlines(keepends=True) if "pat knows 1." not in text))
    assert sync.sync_page(place) is None
    assert "pat knows 1." not in page.read_text(), "what a person deletes afterwards stays away"
    assert [entry.name for entry in root.iterdir()] == ["SHARED_MIND.md"]


def test_a_page_that_is_taken_away_while_a_save_is_taken_in_does_not_take_the_save_with_it(
    root: Path, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamped = "# Shared mind\n\n{}" + version_line(2) + "\n"
    page.write_text("# Shared mind\n")
    file = state_page(root)
    file.read()
    exchange = swap.exchange

    def gone(source: str, target: str) -> None:
        monkeypatch.undo()
        save(page, "# Shared mind\n\n> saved\n")
        exchange(source, target)
        page.unlink()

    monkeypatch.setattr(swap, "exchange", gone)
    assert not file.replace(stamped.format(""))
    page.write_text(stamped.format("> more\n\n"))
    assert "> saved\n" in (state_page(root).read() or "")


@pytest.fixture
def last_moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Something happens just before Interlock's next exchange."""
    exchange = swap.exchange

    def comes(act: Callable[[], object]) -> None:
        def exchanged(source: str, target: str) -> None:
            monkeypatch.setattr(swap, "exchange", exchange)
            act()
            exchange(source, target)

        monkeypatch.setattr(swap, "exchange", exchanged)

    return comes


def test_what_is_changed_and_deleted_in_the_last_moment_is_changed_and_deleted(
    workspace: Workspace, root: Path, page: Path, last_moment: Callable[[Callable[[], object]], None]
) -> None:
    place = workspace.place._replace(page=state_page(root))
    page.write_text(blank_page().replace("## Learned\n", "## Learned\n\n> old words\n\n> more\n"))
    sync.write_state(place, workspace.agent("ada"), "learning", "one")
    edited = page.read_text().replace("> old words\n\n> more\n", "> new words\n")
    last_moment(lambda: save(page, edited))
    sync.write_state(place, workspace.agent("ada"), "learning", "two")
    stands = page.read_text()
    wanted = {"old words": 0, "> more": 0, "new words": 1, "- one": 1, "- two": 1, "<!-- Interlock": 1}
    assert {words: stands.count(words) for words in wanted} == wanted


def test_what_is_only_half_written_in_the_last_moment_is_taken_in_when_it_is_whole(
    workspace: Workspace, root: Path, page: Path, last_moment: Callable[[Callable[[], object]], None]
) -> None:
    place = workspace.place._replace(page=state_page(root))
    page.write_text(blank_page())
    sync.write_state(place, workspace.agent("ada"), "learning", "one")
    whole = page.read_text().replace("## Learned\n", "## Learned\n\n- pat knows that it rains\n")
    half = whole.index(" it rains")
    with page.open("r+") as editor:

        def begun() -> None:
            editor.truncate()
            editor.write(whole[:half])
            editor.flush()

        last_moment(begun)
        sync.write_state(place, workspace.agent("ada"), "learning", "two")
        assert "pat knows" not in page.read_text()
        editor.write(whole[half:])
    assert sync.sync_page(place) is None
    assert [page.read_text().count(words) for words in ("- pat knows", " it rains", "- one", "- two")] == [1] * 4
    assert len(sync.read_state(place).entries) == 3


@pytest.mark.parametrize(("saved", "why"), [(b"caf\xe9", "is not UTF-8"), (b"<<<<<<< a\n>>>>>>> b\n", "holds a merge")])
def test_what_cannot_be_taken_in_stands_there_again_and_is_said_in_words(
    root: Path, page: Path, last_moment: Callable[[Callable[[], object]], None], saved: bytes, why: str
) -> None:
    page.write_text("one")
    file = state_page(root)
    file.read()
    last_moment(lambda: page.write_bytes(saved))
    with pytest.raises(PageTrouble, match=f"SHARED_MIND.md {why}"):
        file.replace("two")
    assert page.read_bytes() == saved
    assert why in trouble(file)


def test_an_archive_grows_and_takes_the_same_only_once_after_a_crash_between(root: Path) -> None:
    file = state_page(root)
    file.archive("2026-11", "## Learned\n\n- one\n")
    file.archive("2026-11", "## Learned\n\n- two\n")
    file.archive("2026-11", "## Learned\n\n- two\n")
    assert (root / "SHARED_MIND.2026-11.md").read_text() == (
        "# Shared mind, 2026-11\n\n## Learned\n\n- one\n\n## Learned\n\n- two\n"
    )


def test_what_is_saved_into_an_archive_in_the_last_moment_is_not_lost(
    root: Path, last_moment: Callable[[Callable[[], object]], None]
) -> None:
    file, archive = state_page(root), root / "SHARED_MIND.2026-11.md"
    file.archive("2026-11", "- one\n")
    before = archive.read_text()
    last_moment(lambda: save(archive, before + "- pat\n"))
    file.archive("2026-11", "- two\n")
    assert [archive.read_text().count(f"- {words}\n") for words in ("one", "pat", "two")] == [1, 1, 1]


def test_a_lock_that_another_process_keeps_is_said_in_words(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_lock, "PATIENCE", 0.0)
    with state_page(root).locked(), pytest.raises(PageTrouble, match="another process"), state_page(root).locked():
        raise AssertionError("two at once")


@pytest.mark.parametrize("harm", ["link", "read-only", "huge", "binary", "folder", "gone"])
def test_whatever_happens_to_the_page_the_state_is_not_harmed(
    workspace: Workspace, root: Path, page: Path, harm: str
) -> None:
    place = workspace.place._replace(page=state_page(root))
    page.write_text(blank_page())
    ada = workspace.agent("ada")
    sync.write_state(place, ada, "learning", "one")
    good = page.read_bytes()
    page.unlink()
    if harm == "link":
        page.symlink_to("elsewhere.md")
    elif harm == "folder":
        page.mkdir()
    elif harm != "gone":
        page.write_bytes({"read-only": good, "huge": b"a" * (MOST_BYTES + 1), "binary": b"\0"}[harm])
        page.chmod(0o444 if harm == "read-only" else 0o644)
    shared_state = sync.write_state(place, ada, "next", "two")
    assert shared_state.trouble is not None
    assert shared_state.trouble.startswith("SHARED_MIND.md ")
    assert [entry.text for entry in sync.read_state(place).entries] == ["one", "two"]
    if page.is_dir():
        page.rmdir()
    page.unlink(missing_ok=True)
    page.write_bytes(good)
    assert sync.sync_page(place) is None
    assert (page.read_text().count("- one\n"), page.read_text().count("- two\n")) == (1, 1)

"""Hand-overs as files: each becomes one message, moves on when it was read and done, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.coordination import LARGEST, CoordinationFolder
from mcp_server.core import handing, sharing, updating
from mcp_server.core.handing import Imported
from mcp_server.domain.refusal import Misuse
from tests.worlds import World, task


class Office:
    """A world with a folder of hand-overs, and a job that looks after it."""

    def __init__(self, world: World, root: Path) -> None:
        self.world = world
        self.root = root / "coordination"
        (root / "locks").mkdir()
        self.folder = CoordinationFolder(self.root, root / "locks")
        self.cron = world.agent("cron")

    def put(self, file: str, text: str) -> None:
        """A file that somebody puts there."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def take_in(self) -> Imported:
        """One run of the job."""
        return handing.take_in(self.world.place, self.cron, self.folder)

    def files(self) -> list[str]:
        """All that lies there."""
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def office(world: World, tmp_path: Path) -> Office:
    return Office(world, tmp_path)


def test_a_file_becomes_a_message_and_is_completed_when_it_was_read(office: Office) -> None:
    ada = office.world.agent("ada")
    office.put("for_ada/login.md", "TASK: Fix login\nFROM: nightly\nCONTEXT: it breaks\n")
    assert office.take_in() == Imported(("for_ada/login.md",), (), ())
    assert office.files() == ["in_progress/ada--login.md"]
    assert office.take_in() == Imported((), (), ())
    (message,) = sharing.read_messages(office.world.place, ada)
    assert (message.sender, message.subject) == ("cron", "Fix login")
    assert message.body == "TASK: Fix login\nFROM: nightly\nCONTEXT: it breaks\n"
    assert office.take_in().completed == ("completed/ada--login.md",)
    assert office.files() == ["completed/ada--login.md"]
    assert (office.root / "completed/ada--login.md").read_text().startswith("TASK: Fix login\nFROM")


def test_it_is_completed_only_when_its_task_is_done_as_well(office: Office) -> None:
    office.world.plan(task("A", "src"))
    ada = office.world.agent("ada")
    office.put("for_ada/a.md", "TASK: A: rebase first\nFROM: ada\n")
    office.put("for_A/b.txt", "TASK: mind the gap\nPRIORITY: urgent\n")
    assert len(office.take_in().imported) == 2
    office.world.claimed(ada, "A")
    messages = sharing.read_messages(office.world.place, ada)
    assert {message.subject for message in messages} == {"A: rebase first", "URGENT: mind the gap"}
    assert office.take_in().completed == ()
    updating.update_task(office.world.place, ada, "A", status="done")
    assert len(office.take_in().completed) == 2


def test_a_file_for_nobody_goes_to_the_holder_of_the_task_that_it_names(office: Office) -> None:
    office.world.plan(task("A", "src"))
    office.put("for_backend/a.md", "TASK: [A] rebase\n")
    assert office.take_in().imported == ("for_backend/a.md",)
    ada = office.world.agent("ada")
    office.world.claimed(ada, "A")
    assert [message.recipient for message in office.world.inbox(ada)] == ["A"]


def test_what_cannot_be_taken_in_stays_with_a_reason(office: Office) -> None:
    office.world.agent("ada")
    office.put("for_nobody/a.md", "TASK: x\n")
    office.put("for_ada/none.md", "hello\n")
    office.put("for_ada/huge.md", "TASK: " + "x" * LARGEST)
    (office.root / "for_ada/bytes.md").write_bytes(b"TASK: \xff\n")
    (office.root / "for_ada/link.md").symlink_to("none.md")
    for passed_over in ("for_ada/.draft.md", "for_ada/picture.png", "other/a.md"):
        office.put(passed_over, "TASK: x\n")
    before = office.files()
    done = office.take_in()
    assert done.imported == ()
    assert {left.file: left.why for left in done.left} == {
        "for_ada/bytes.md": "it is not UTF-8",
        "for_ada/huge.md": "it has more than 100,000 bytes",
        "for_ada/link.md": "it is no ordinary file",
        "for_ada/none.md": "it has no TASK: line",
        "for_nobody/a.md": "there is no agent and no task 'nobody'; present: ada; "
        "`all` reaches everybody, board lists tasks",
    }
    assert office.files() == before


def test_nothing_is_overwritten_and_the_same_file_again_is_another_hand_over(office: Office) -> None:
    ada = office.world.agent("ada")
    for number in range(3):
        office.put("for_ada/nightly.md", "TASK: check the backups\n")
        assert office.take_in().imported == ("for_ada/nightly.md",)
        if number == 1:
            sharing.read_messages(office.world.place, ada)
    assert sorted(office.files()) == [
        "completed/ada--nightly-2.md", "completed/ada--nightly.md", "in_progress/ada--nightly-3.md",
    ]  # fmt: skip


def test_a_job_that_was_ended_before_it_moved_the_file_sends_nothing_twice(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = office.world.agent("ada")
    office.put("for_ada/a.md", "TASK: x\n")

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(office.folder, "move", ended)
    with pytest.raises(KeyboardInterrupt):
        office.take_in()
    monkeypatch.undo()
    assert office.files() == ["for_ada/a.md"]
    office.take_in()
    assert office.files() == ["in_progress/ada--a.md"]
    assert [message.times for message in office.world.inbox(ada)] == [1]


def test_a_job_that_was_ended_after_it_moved_the_file_finds_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = office.world.agent("ada")
    office.put("for_ada/a.md", "TASK: x\n")
    move = office.folder.move

    def ended(*words: str) -> None:
        move(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(office.folder, "move", ended)
    with pytest.raises(KeyboardInterrupt):
        office.take_in()
    monkeypatch.undo()
    sharing.read_messages(office.world.place, ada)
    assert office.take_in().completed == ("completed/ada--a.md",)


def test_unread_messages_are_given_out_once_to_those_who_are_not_claude_code(office: Office) -> None:
    world = office.world
    assert handing.give_out(world.place, office.folder, "codex") == ()
    ada = world.agent("ada")
    sharing.send_message(world.place, ada, "codex", "URGENT: Stop the server", "port 80\nis needed")
    (office.root / "for_codex").mkdir(parents=True)
    (office.root / "for_ada").mkdir()
    (written,) = handing.give_out(world.place, office.folder)
    assert written.startswith("for_codex/")
    assert written.endswith("-urgent-stop-the-server.md")
    assert (office.root / written).read_text() == (
        "TASK: URGENT: Stop the server\nPRIORITY: urgent\nFROM: ada\nCONTEXT:\n  port 80\n  is needed\n"
    )
    assert handing.give_out(world.place, office.folder) == ()
    assert office.take_in() == Imported((), (), ()), "what was given out is not taken in again"
    (office.root / written).unlink()
    office.take_in()
    with world.store.reading() as books:
        assert books.handovers.open() == []


def test_a_claude_code_session_is_shown_its_messages_and_gets_no_files(office: Office) -> None:
    office.world.agent("ada")
    with pytest.raises(Misuse, match="ada is a Claude Code session"):
        handing.give_out(office.world.place, office.folder, "ada")


def test_a_file_system_without_hard_links_moves_files_too(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("mcp_server.adapters.coordination.os.link", no_links)
    office.world.agent("ada")
    office.put("for_ada/a.md", "TASK: x\n")
    office.take_in()
    assert office.files() == ["in_progress/ada--a.md"]

"""Hand-overs as files: each becomes one message, moves on when it was read and done, and nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.text_files.arrived_text import LARGEST
from mcp_server.adapters.text_files.handover_folder import FileHandovers
from mcp_server.core.shared_state import handovers, write
from mcp_server.core.shared_state.handovers import Imported
from mcp_server.core.tasks import update
from mcp_server.domain.errors import Misuse
from tests.workspace import Workspace, task


class HandoverWorkspace:
    """A workspace with a folder of hand-overs, and an agent that imports them."""

    def __init__(self, workspace: Workspace, root: Path) -> None:
        self.workspace = workspace
        self.root = root / "coordination"
        (root / "locks").mkdir()
        self.folder = FileHandovers(self.root, root / "locks")
        self.cron = workspace.agent("cron")

    def put(self, file: str, text: str) -> None:
        """A file that somebody puts there."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def take_in(self) -> Imported:
        """One run of the job."""
        return handovers.import_files(self.workspace.place, self.cron, self.folder)

    def files(self) -> list[str]:
        """All that lies there."""
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def handovers_of(workspace: Workspace, tmp_path: Path) -> HandoverWorkspace:
    return HandoverWorkspace(workspace, tmp_path)


def test_a_file_becomes_a_message_and_is_completed_when_it_was_read(handovers_of: HandoverWorkspace) -> None:
    ada = handovers_of.workspace.agent("ada")
    handovers_of.put("for_ada/login.md", "TASK: Fix login\nFROM: nightly\nCONTEXT: it breaks\n")
    assert handovers_of.take_in() == Imported(("for_ada/login.md",), (), ())
    assert handovers_of.files() == ["in_progress/ada--login.md"]
    assert handovers_of.take_in() == Imported((), (), ())
    (message,) = write.read_messages(handovers_of.workspace.place, ada)
    assert (message.sender, message.subject) == ("cron", "Fix login")
    assert message.body == "TASK: Fix login\nFROM: nightly\nCONTEXT: it breaks\n"
    assert handovers_of.take_in().completed == ("completed/ada--login.md",)
    assert handovers_of.files() == ["completed/ada--login.md"]
    assert (handovers_of.root / "completed/ada--login.md").read_text().startswith("TASK: Fix login\nFROM")


def test_it_is_completed_only_when_its_task_is_done_as_well(handovers_of: HandoverWorkspace) -> None:
    handovers_of.workspace.plan(task("A", "src"))
    ada = handovers_of.workspace.agent("ada")
    handovers_of.put("for_ada/a.md", "TASK: A: rebase first\nFROM: ada\n")
    handovers_of.put("for_A/b.txt", "TASK: mind the gap\nPRIORITY: urgent\n")
    assert len(handovers_of.take_in().imported) == 2
    handovers_of.workspace.claimed(ada, "A")
    messages = write.read_messages(handovers_of.workspace.place, ada)
    assert {message.subject for message in messages} == {"A: rebase first", "URGENT: mind the gap"}
    assert handovers_of.take_in().completed == ()
    update.update_task(handovers_of.workspace.place, ada, "A", status="done")
    assert len(handovers_of.take_in().completed) == 2


def test_a_file_for_nobody_goes_to_the_holder_of_the_task_that_it_names(handovers_of: HandoverWorkspace) -> None:
    handovers_of.workspace.plan(task("A", "src"))
    handovers_of.put("for_backend/a.md", "TASK: [A] rebase\n")
    assert handovers_of.take_in().imported == ("for_backend/a.md",)
    ada = handovers_of.workspace.agent("ada")
    handovers_of.workspace.claimed(ada, "A")
    assert [message.recipient for message in handovers_of.workspace.inbox(ada)] == ["A"]


def test_a_file_that_cannot_be_imported_stays_and_the_reason_is_given(handovers_of: HandoverWorkspace) -> None:
    handovers_of.workspace.agent("ada")
    handovers_of.put("for_nobody/a.md", "TASK: x\n")
    handovers_of.put("for_ada/none.md", "hello\n")
    handovers_of.put("for_ada/huge.md", "TASK: " + "x" * LARGEST)
    (handovers_of.root / "for_ada/bytes.md").write_bytes(b"TASK: \xff\n")
    (handovers_of.root / "for_ada/link.md").symlink_to("none.md")
    for passed_over in ("for_ada/.draft.md", "for_ada/picture.png", "other/a.md"):
        handovers_of.put(passed_over, "TASK: x\n")
    before = handovers_of.files()
    done = handovers_of.take_in()
    assert done.imported == ()
    assert {left.file: left.why for left in done.left} == {
        "for_ada/bytes.md": "it is not UTF-8",
        "for_ada/huge.md": "it has more than 100,000 bytes",
        "for_ada/link.md": "it is no ordinary file",
        "for_ada/none.md": "it has no TASK: line",
        "for_nobody/a.md": "there is no agent and no task 'nobody'; present: ada; "
        "`all` reaches everybody, board lists the tasks",
    }
    assert handovers_of.files() == before


def test_nothing_is_overwritten_and_the_same_file_again_is_another_hand_over(handovers_of: HandoverWorkspace) -> None:
    ada = handovers_of.workspace.agent("ada")
    for number in range(3):
        handovers_of.put("for_ada/nightly.md", "TASK: check the backups\n")
        assert handovers_of.take_in().imported == ("for_ada/nightly.md",)
        if number == 1:
            write.read_messages(handovers_of.workspace.place, ada)
    assert sorted(handovers_of.files()) == [
        "completed/ada--nightly-2.md",
        "completed/ada--nightly.md",
        "in_progress/ada--nightly-3.md",
    ]


def test_a_job_that_was_ended_before_it_moved_the_file_sends_nothing_twice(
    handovers_of: HandoverWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = handovers_of.workspace.agent("ada")
    handovers_of.put("for_ada/a.md", "TASK: x\n")

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(handovers_of.folder, "move", ended)
    with pytest.raises(KeyboardInterrupt):
        handovers_of.take_in()
    monkeypatch.undo()
    assert handovers_of.files() == ["for_ada/a.md"]
    handovers_of.take_in()
    assert handovers_of.files() == ["in_progress/ada--a.md"]
    assert [message.times for message in handovers_of.workspace.inbox(ada)] == [1]


def test_a_job_that_was_ended_after_it_moved_the_file_finds_it_again(
    handovers_of: HandoverWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = handovers_of.workspace.agent("ada")
    handovers_of.put("for_ada/a.md", "TASK: x\n")
    move = handovers_of.folder.move

    def ended(*words: str) -> None:
        move(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(handovers_of.folder, "move", ended)
    with pytest.raises(KeyboardInterrupt):
        handovers_of.take_in()
    monkeypatch.undo()
    write.read_messages(handovers_of.workspace.place, ada)
    assert handovers_of.take_in().completed == ("completed/ada--a.md",)


def test_unread_messages_are_exported_once_for_readers_other_than_claude_code(handovers_of: HandoverWorkspace) -> None:
    workspace = handovers_of.workspace
    assert handovers.export_messages(workspace.place, handovers_of.folder, "codex") == ()
    ada = workspace.agent("ada")
    write.send_message(workspace.place, ada, "codex", "URGENT: Stop the server", "port 80\nis needed")
    (handovers_of.root / "for_codex").mkdir(parents=True)
    (handovers_of.root / "for_ada").mkdir()
    (written,) = handovers.export_messages(workspace.place, handovers_of.folder)
    assert written.startswith("for_codex/")
    assert written.endswith("-urgent-stop-the-server.md")
    assert (handovers_of.root / written).read_text() == (
        "TASK: URGENT: Stop the server\nPRIORITY: urgent\nFROM: ada\nCONTEXT:\n  port 80\n  is needed\n"
    )
    assert handovers.export_messages(workspace.place, handovers_of.folder) == ()
    assert handovers_of.take_in() == Imported((), (), ()), "what was given out is not taken in again"
    (handovers_of.root / written).unlink()
    handovers_of.take_in()
    with workspace.store.reading() as books:
        assert books.handovers.open() == []


def test_a_claude_code_session_is_shown_its_messages_and_gets_no_files(handovers_of: HandoverWorkspace) -> None:
    handovers_of.workspace.agent("ada")
    with pytest.raises(Misuse, match="ada is a Claude Code session"):
        handovers.export_messages(handovers_of.workspace.place, handovers_of.folder, "ada")


def test_a_file_system_without_hard_links_moves_files_too(
    handovers_of: HandoverWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("mcp_server.adapters.text_files.handover_folder.os.link", no_links)
    handovers_of.workspace.agent("ada")
    handovers_of.put("for_ada/a.md", "TASK: x\n")
    handovers_of.take_in()
    assert handovers_of.files() == ["in_progress/ada--a.md"]

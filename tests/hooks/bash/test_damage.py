"""After a Bash command both sides are notified of damage, and lost edits can be restored."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_server.sandbox import landlock, record
from tests.hooks.bash.conftest import git
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said

needs_landlock = pytest.mark.skipif(not landlock.can_confine(), reason="this kernel has no Landlock")


def ran(hooks: Hooks, what: Callable[[], object], command: str = "frob something") -> Said:
    """A command runs and does `what`; returns what is told after it."""
    assert hooks.before(command).output == ""
    what()
    return hooks.bash("PostToolUse", command, tool_response={"stdout": "", "stderr": ""})["post_bash"]


def confined_as(hooks: Hooks, how: str) -> None:
    """The shell of the command that runs was confined."""
    folder = record.folder(str(hooks.repo / ".git" / "interlock"), hooks.session)
    for call in record.calls(folder):
        record.note_confined(folder, call, how)


def inbox(work: Work, session: str) -> list[tuple[str, str]]:
    with work.store.reading() as books:
        agent = books.agents.find(session)
        assert agent is not None
        return [(delivery.subject, delivery.body) for delivery in books.inbox.unseen(agent.id, 10)]


def edited_by_tool(hooks: Hooks, session: str, path: Path, text: str) -> None:
    Hooks(hooks.repo, Path(hooks.environment["HOME"]), session=session).edits(path, text, "Write")


def test_a_change_in_the_own_scope_is_recorded_in_the_journal_in_silence(
    committed: Hooks, work: Work, repo: Path
) -> None:
    said = ran(committed, lambda: (repo / "src/auth/x.py").write_text("mine\n"))
    assert (said.output, said.stderr) == ("", "")
    with work.store.reading() as books:
        assert [editor.name for editor in books.journal.editors("src/auth/x.py")] == ["ada"]
        assert books.journal.editors("src/billing/x.py") == []


def test_both_agents_are_notified_of_a_change_in_the_scope_of_another(committed: Hooks, work: Work, repo: Path) -> None:
    said = ran(committed, lambda: (repo / "src/billing/x.py").write_text("gone\n"))
    assert "src/billing/x.py is held by bob" in said.told
    assert "git restore -- :/src/billing/x.py (ask its holder first)" in said.told
    [(subject, body)] = inbox(work, "s2")
    assert subject == "ada changed your src/billing/x.py with a command"
    assert "`frob something` changed it; nothing was restored." in body
    assert "git restore -- :/src/billing/x.py" in body
    assert (repo / "src/billing/x.py").read_text() == "gone\n"


def test_lost_uncommitted_edits_can_be_restored(committed: Hooks, work: Work, repo: Path) -> None:
    file = repo / "src/billing/x.py"
    edited_by_tool(committed, "s2", file, "hours of work\n")
    said = ran(committed, lambda: git(repo, "checkout", "--", "src/billing/x.py"))
    assert "src/billing/x.py is held by bob" in said.told
    [(_, body)] = inbox(work, "s2")
    command = body.partition("This restores your version: ")[2]
    subprocess.run(["sh", "-c", command], cwd=repo / "src", check=True)
    assert file.read_text() == "hours of work\n"


def test_a_deleted_file_is_noticed(committed: Hooks, work: Work, repo: Path) -> None:
    said = ran(committed, (repo / "src/billing/y.py").unlink)
    assert "src/billing/y.py is held by bob" in said.told
    assert len(inbox(work, "s2")) == 1


def test_a_change_of_the_mode_alone_is_noticed(committed: Hooks, work: Work, repo: Path) -> None:
    said = ran(committed, lambda: (repo / "src/billing/y.py").chmod(0o755))
    assert "src/billing/y.py is held by bob" in said.told
    assert len(inbox(work, "s2")) == 1


def test_a_change_outside_the_scope_is_reported_with_the_command_that_restores_it(committed: Hooks, repo: Path) -> None:
    said = ran(committed, lambda: (repo / "README.md").write_text("changed\n"))
    assert "README.md lies outside your scope; this restores what was there: git restore -- :/README.md." in (said.told)


def test_an_edit_of_the_owner_meanwhile_is_not_blamed_on_the_command(committed: Hooks, work: Work, repo: Path) -> None:
    file = repo / "src/billing/x.py"
    assert ran(committed, lambda: edited_by_tool(committed, "s2", file, "bob's own\n")).output == ""
    assert inbox(work, "s2") == []


def test_nor_is_one_whose_step_has_not_ended(committed: Hooks, work: Work, repo: Path) -> None:
    file = repo / "src/billing/x.py"
    bob = Hooks(repo, Path(committed.environment["HOME"]), session="s2")
    assert bob.edit(file).output == ""

    assert ran(committed, lambda: file.write_text("bob's own\n")).output == ""

    assert inbox(work, "s2") == []
    assert not list((repo / ".git/interlock").glob("copies/**/x.py")), "the command may have changed it too"


def test_what_a_simultaneous_command_of_the_owner_may_have_done_is_not_blamed_on_another(
    committed: Hooks, work: Work, repo: Path
) -> None:
    bob = Hooks(repo, Path(committed.environment["HOME"]), session="s2")

    def both() -> None:
        assert bob.before("frob other", tool_use_id="b2").output == ""
        (repo / "src/billing/x.py").write_text("whose?\n")

    assert ran(committed, both).output == ""
    assert inbox(work, "s2") == []


def test_what_git_ignores_is_not_examined(committed: Hooks, repo: Path) -> None:
    def build() -> None:
        (repo / "build").mkdir()
        (repo / "build" / "out").write_text("x")

    assert ran(committed, build).output == ""


def test_nothing_is_examined_after_a_command_that_only_reads(committed: Hooks, repo: Path) -> None:
    assert committed.before("cat README.md").output == ""
    (repo / "README.md").write_text("by somebody else\n")
    assert committed.bash("PostToolUse", "cat README.md", tool_response={"stdout": ""})["post_bash"].output == ""


def test_a_failed_command_is_examined_too(committed: Hooks, repo: Path) -> None:
    assert committed.before("frob x").output == ""
    (repo / "README.md").write_text("half done\n")
    said = committed.bash("PostToolUseFailure", "frob x", error="Exit code 2\nmake: *** Error")["post_bash"]
    assert "README.md lies outside your scope" in said.told
    assert said.json["hookSpecificOutput"]["hookEventName"] == "PostToolUseFailure"


def test_invalid_events_are_ignored(committed: Hooks) -> None:
    for fields in ({"tool_use_id": 1}, {"tool_use_id": ""}, {"cwd": "/nowhere"}, {"session_id": ""}):
        said = committed.bash("PostToolUse", "x", **fields)["post_bash"]
        assert (said.output, said.code) == ("", 0)
        assert "Traceback" not in said.stderr


@needs_landlock
def test_a_change_that_the_kernel_cannot_have_allowed_is_not_blamed_on_the_command(
    confined: Hooks, work: Work, repo: Path
) -> None:
    def by_a_person() -> None:
        confined_as(confined, record.ALONE)
        (repo / "src/billing/x.py").write_text("by a person\n")

    def of_the_mode() -> None:
        confined_as(confined, record.ALONE)
        (repo / "src/billing/y.py").chmod(0o755)

    assert ran(confined, by_a_person).output == ""
    assert inbox(work, "s2") == []
    assert "src/billing/y.py is held by bob" in ran(confined, of_the_mode).told, "the kernel does not confine modes"


@needs_landlock
@pytest.mark.parametrize(("how", "is_found"), [(record.ALONE, True), (record.SUPERVISED, False)])
def test_changes_beside_a_scope_are_found_where_the_kernel_grants_too_much(
    confined: Hooks, work: Work, repo: Path, how: str, is_found: bool
) -> None:
    work.claim(work.agent("s1"), "docs/*.md")
    (repo / "docs").mkdir()

    def beside_the_scope() -> None:
        confined_as(confined, how)
        (repo / "docs/two.txt").write_text("beside the scope\n")

    assert ("docs/two.txt lies outside your scope" in ran(confined, beside_the_scope).told) is is_found


@needs_landlock
def test_a_command_that_was_not_confined_is_examined_and_the_agent_is_told(
    confined: Hooks, work: Work, repo: Path
) -> None:
    said = ran(confined, lambda: (repo / "src/billing/x.py").write_text("gone\n"))

    assert "the kernel did not confine this command to your scope, although it can" in said.told
    assert "src/billing/x.py is held by bob" in said.told
    assert len(inbox(work, "s2")) == 1


@needs_landlock
def test_a_note_that_the_kernel_cannot_confine_is_not_believed(confined: Hooks) -> None:
    (Path(confined.environment["CLAUDE_PLUGIN_DATA"]) / "kernel").write_text("none")

    assert confined.before("frob").output == ""

    assert record.calls(record.folder(str(confined.repo / ".git" / "interlock"), confined.session))

"""The page of the shared state and hand-overs as files, as a person at the command line uses them."""

from __future__ import annotations

from tests.cli.test_commands import Shell, interlock, planned

__all__ = ["interlock", "planned"]


def test_init_makes_the_page_only_when_it_is_asked_to(interlock: Shell) -> None:
    page = interlock.directory / "SHARED_MIND.md"
    assert interlock("init").code == 0
    interlock("state", "half way", "--as", "ada")
    assert not page.exists()
    assert interlock("init", "--mind").code == 0
    assert "- **ada**: half way\n" in page.read_text()
    assert interlock("init", "--mind").code == 0


def test_what_a_person_writes_on_the_page_is_shown_and_a_page_that_cannot_be_used_is_said(planned: Shell) -> None:
    planned("init", "--mind")
    page = planned.directory / "SHARED_MIND.md"
    page.write_text(page.read_text().replace("## Learned\n", "## Learned\n- rivers rise\n"))
    shown = planned("state", "--json")
    assert [(entry["author"], entry["text"]) for entry in shown.json["entries"]] == [("a person", "rivers rise")]
    page.unlink()
    page.symlink_to("elsewhere")
    written = planned("state", "x", "--as", "ada", "--json")
    assert written.code == 0
    assert "symbolic link" in written.json["notice"]
    assert "symbolic link" in planned("state").err


def test_the_settings_may_name_the_page(planned: Shell) -> None:
    folder = planned.directory / ".claude"
    folder.mkdir()
    (folder / "interlock.toml").write_text('state_file = "MIND.md"\n')
    planned("state", "half way", "--as", "ada")
    assert "half way" in (planned.directory / "MIND.md").read_text()


def test_a_claim_against_what_was_observed_is_marked(planned: Shell) -> None:
    planned("claim", "T1", "--as", "ada")
    file = planned.directory / "src/auth/a.py"
    file.parent.mkdir(parents=True)
    file.write_text("")
    written = planned("state", "T1 is done", "--as", "ada", "--json")
    assert written.json["entry"]["unconfirmed"] == "1 file in its scope not committed"
    assert "unconfirmed" in planned("state").out
    assert "unconfirmed" not in planned("state", "at work", "--as", "ada", "--json").json["entry"]


def test_hand_overs_come_and_go_as_files(planned: Shell) -> None:
    folder = planned.directory / "coordination" / "for_T1"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("TASK: look\nPRIORITY: urgent\n")
    assert planned("inbox", "import", "--as", "cron", "--json").json == {
        "imported": ["for_T1/a.md"],
        "completed": [],
        "left": [],
    }
    (folder / "b.md").write_text("hello")
    left = planned("inbox", "import", "--as", "cron")
    assert (left.code, "for_T1/b.md not imported: it has no TASK: line" in left.out) == (1, True)
    planned("claim", "T1", "--as", "ada")
    assert "URGENT: look" in planned("message", "--as", "ada").out

    planned("message", "ada", "Stop the server", "port 80", "--as", "ben")
    (planned.directory / "handed" / "for_ada").mkdir(parents=True)
    (written,) = planned("inbox", "export", "--dir", "handed", "--json").json["written"]
    assert (planned.directory / "handed" / written).read_text() == (
        "TASK: Stop the server\nPRIORITY: normal\nFROM: ben\nCONTEXT: port 80\n"
    )


def test_a_message_says_who_has_it_and_what_asks_for_nothing_is_refused(planned: Shell) -> None:
    planned("message", "--as", "ada")
    for _ in range(2):
        assert planned("message", "ada", "look at T1", "--as", "ben", "--json").json["delivered_to"] == ["ada"]
    assert "(sent 2 times)" in planned("message", "--as", "ada").out
    refused = planned("message", "ada", "done", "--as", "ben")
    assert (refused.code, "nothing was sent" in refused.err) == (2, True)


def test_hand_overs_put_a_repository_into_use_only_where_there_are_any(interlock: Shell) -> None:
    assert interlock("inbox", "import").code == interlock("inbox", "export").code == 1
    assert not (interlock.directory / ".git/interlock").exists()


def test_a_reader_that_cannot_have_its_name_is_refused(planned: Shell) -> None:
    refused = planned("inbox", "export", "../evil")
    assert (refused.code, "'../evil' is not a valid name" in refused.err) == (2, True)
    assert "evil" not in planned("board").out

"""People and agents write the same page in any order, and neither loses anything."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.shared_state import sync
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Policy
from mcp_server.domain.messages import PERSON, Entry, EntryKind
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.settings import Settings
from mcp_server.state_page import merge, wording
from mcp_server.state_page.errors import PageTrouble
from mcp_server.state_page.page import in_conflict, read_page
from tests.workspace import FakeCheckout, FakeClock, FakeProcesses, Workspace


class Paper:
    """A page and its archives without a disk."""

    name = "SHARED_MIND.md"
    folder = "/repository"

    def __init__(self, text: str | None) -> None:
        self.text = text
        self.archives: dict[str, str] = {}
        self.wanted = False
        self.writes = 0
        self.fails: Exception | None = None
        self.meanwhile: list[str] = []

    def locked(self) -> AbstractContextManager[object]:
        """Nobody else is there."""
        return nullcontext()

    def read(self) -> str | None:
        """The text of the page."""
        return self.text

    def is_wanted(self) -> bool:
        """Whether it is to be made."""
        return self.wanted

    def replace(self, text: str) -> bool:
        """Write, unless a person was faster, or something fails."""
        if self.fails is not None:
            raise self.fails
        if self.meanwhile:
            self.text = self.meanwhile.pop(0)
            return False
        self.writes += 1
        self.text = text
        return True

    def archive(self, month: str, text: str) -> None:
        """Add to an archive."""
        self.archives[month] = self.archives.get(month, "") + text


class Desk:
    """A workspace with a page, and agents that write to it."""

    def __init__(self, workspace: Workspace, text: str | None = None) -> None:
        self.workspace = workspace
        self.paper = Paper(wording.blank_page() if text is None else text)
        self.place = workspace.place._replace(page=self.paper)

    @property
    def page(self) -> str:
        """The text of the page."""
        assert self.paper.text is not None
        return self.paper.text

    def write(self, name: str, kind: EntryKind, text: str) -> Entry:
        """An agent writes, without trouble."""
        shared_state = sync.write_state(self.place, self.workspace.agent(name), kind, text)
        assert shared_state.trouble is None
        return shared_state.entries[0]

    def edit(self, old: str, new: str) -> None:
        """A person changes the page."""
        assert self.page.count(old) == 1
        self.paper.text = self.page.replace(old, new)

    def texts(self, author: str | None = None) -> list[tuple[EntryKind, str]]:
        """The entries of one author, or of all."""
        shared_state = sync.read_state(self.place, 0.0)
        return [(entry.kind, entry.text) for entry in shared_state.entries if author is None or entry.author == author]


@pytest.fixture
def desk(workspace: Workspace) -> Desk:
    return Desk(workspace)


def test_entries_of_agents_are_in_their_section_with_what_was_observed(desk: Desk) -> None:
    desk.workspace.checkout.changed = ["a.py", "b.py"]
    desk.write("ada", "status", "On the parser.\n\nHalf way.")
    desk.write("ben", "learning", "The API is slow")
    desk.write("ada", "next", "A key for staging")
    assert desk.page.split("## Active state")[1] == (
        "\n\n- **ada**: On the parser.\n\n  Half way.\n"
        "  *— ada, 2027-01-15 08:00 UTC, commit 0123456789ab, 2 files uncommitted*\n"
        "\n## Needed next\n\n- A key for staging\n"
        "  *— ada, 2027-01-15 08:00 UTC, commit 0123456789ab, 2 files uncommitted*\n"
        "\n## Learned\n\n- The API is slow\n"
        "  *— ben, 2027-01-15 08:00 UTC, commit 0123456789ab, 2 files uncommitted*\n"
        "\n<!-- Interlock 3: the version that a change goes back to; leave this line in -->\n"
    )


def test_an_agents_section_is_replaced_by_its_author_alone(desk: Desk) -> None:
    desk.write("ada", "status", "one")
    desk.write("ben", "status", "two")
    desk.write("ada", "status", "three")
    assert "one" not in desk.page
    assert desk.page.index("**ada**: three") < desk.page.index("**ben**: two")


def test_what_nobody_changed_is_not_written_again(desk: Desk) -> None:
    desk.write("ada", "learning", "one")
    writes = desk.paper.writes
    assert sync.sync_page(desk.place) is None
    desk.texts()
    assert desk.paper.writes == writes


def test_a_persons_lines_become_entries_of_a_person_and_stay_as_they_are(desk: Desk) -> None:
    desk.edit("## Learned\n", "## Learned\n\n* Rivers rise   \n  in spring\n\nA paragraph,\nin two lines\n")
    desk.edit("## Needed next\n", "## Needed next\n1. ask **Kim**\n")
    desk.edit("## Active state\n", "## Active state\nPat is away\n")
    assert desk.texts(PERSON) == [
        ("status", "Pat is away"),
        ("next", "ask **Kim**"),
        ("learning", "Rivers rise\nin spring"),
        ("learning", "A paragraph,\nin two lines"),
    ]
    assert "\n\n* Rivers rise   \n  in spring\n\nA paragraph,\nin two lines\n" in desk.page
    assert len(desk.texts(PERSON)) == 4, "once is enough"


def test_a_persons_entry_shows_what_was_observed(desk: Desk) -> None:
    desk.workspace.checkout.changed = ["a", "b"]
    desk.edit("## Learned\n", "## Learned\n- x\n")
    (entry,) = sync.read_state(desk.place).entries
    assert (entry.author, entry.revision, entry.uncommitted) == (PERSON, "0123456789ab", 2)
    assert desk.workspace.checkout.asked[-1] == "/repository"
    with desk.workspace.store.reading() as books:
        assert [agent.name for agent in books.agents.present()] == []


def test_the_same_words_outside_the_sections_are_another_block(workspace: Workspace) -> None:
    desk = Desk(workspace, "- rivers rise\n\n## Learned\n- rivers rise\n")
    for _ in range(2):
        assert desk.texts() == [("learning", "rivers rise")]
    desk.edit("- rivers rise\n\n## ", "## ")
    assert desk.texts() == [("learning", "rivers rise")]


def test_a_bullet_without_words_is_no_entry(workspace: Workspace) -> None:
    desk = Desk(workspace, "## Learned\n- \n\n\u00a0\n")
    assert desk.texts() == []


def test_what_is_free_text_stays_free_text(desk: Desk) -> None:
    free = (
        "\n> said\n\n| a | b |\n| - | - |\n\n```\n- code\n## Learned\n```\n\n"
        "<!-- a\n- hidden\n-->\n### A heading\n\n---\n"
    )
    desk.edit("## Learned\n", f"## Learned\n{free}")
    desk.paper.text = "- before all\n\n" + desk.page
    desk.write("ada", "learning", "one")
    assert desk.texts(PERSON) == []
    assert free in desk.page


def test_a_persons_change_of_an_agents_status_is_kept_as_theirs_and_the_agent_is_notified(desk: Desk) -> None:
    ada = desk.workspace.agent("ada")
    desk.write("ada", "status", "On the parser")
    desk.edit("On the parser", "Stop, take the lexer")
    assert ("status", "ada: Stop, take the lexer") in desk.texts(PERSON)
    assert desk.texts("ada") == [("status", "On the parser")]
    assert "- **ada**: Stop, take the lexer\n  *— changed by a person, seen 2027-01-15 08:00 UTC*\n" in desk.page
    assert "- **ada**: On the parser\n  *— ada" in desk.page
    assert [message.subject for message in desk.workspace.inbox(ada)] == [
        "a person changed your state on the shared page"
    ]
    desk.write("ada", "status", "On the lexer")
    assert "Stop, take the lexer" in desk.page
    assert "On the parser" not in desk.page


def test_a_learning_that_a_person_changes_is_theirs_and_the_other_is_not_lost(desk: Desk) -> None:
    desk.write("ada", "learning", "The disk is slow")
    desk.edit("The disk is slow", "The disk is slow on Mondays")
    assert desk.texts() == [("learning", "The disk is slow"), ("learning", "The disk is slow on Mondays")]
    assert desk.page.count("The disk is slow") == 1


def test_an_entry_that_a_person_removes_is_hidden_until_they_restore_it(desk: Desk) -> None:
    desk.write("ada", "next", "A key")
    desk.write("ada", "learning", "Slow")
    before = desk.page
    desk.paper.text = "".join(
        line
        for line in before.splitlines(keepends=True)
        if "A key" not in line and "Slow" not in line and "*—" not in line
    )
    assert desk.texts() == [("learning", "Slow")], "what was learned stays known"
    assert "Slow" not in desk.page
    version = next(line for line in desk.page.splitlines() if "<!-- Interlock" in line)
    desk.paper.text = "\n".join(version if "<!-- Interlock" in line else line for line in before.splitlines())
    assert desk.texts() == [("next", "A key"), ("learning", "Slow")]


def test_a_page_saved_from_an_older_one_gets_back_what_it_lacks(desk: Desk) -> None:
    desk.write("ada", "learning", "one")
    older = desk.page
    desk.write("ada", "status", "at work")
    desk.write("ben", "next", "two")
    desk.paper.text = older.replace("## Learned\n", "## Learned\n- mine\n")
    assert sorted(desk.texts()) == [("learning", "mine"), ("learning", "one"), ("next", "two"), ("status", "at work")]
    for text in ("- mine\n", "- one\n", "- two\n", "**ada**: at work\n"):
        assert desk.page.count(text) == 1


def test_a_page_without_its_version_gets_back_what_it_lacks(desk: Desk) -> None:
    desk.write("ada", "next", "one")
    desk.paper.text = "# Ours\n"
    assert desk.texts() == [("next", "one")]
    assert desk.page.startswith("# Ours\n\n## Needed next\n\n- one\n")


def test_an_incomplete_page_removes_nothing(desk: Desk) -> None:
    desk.write("ada", "next", "one")
    desk.write("ada", "status", "two")
    whole = desk.page
    for length in range(len(whole)):
        desk.paper.text = whole[:length]
        sync.sync_page(desk.place)
        desk.paper.text = whole
        assert {("next", "one"), ("status", "two")} <= set(desk.texts())


def test_a_page_that_changes_while_it_is_written_loses_nothing(desk: Desk) -> None:
    desk.write("ada", "status", "one")
    changed = desk.page.replace("one", "other").replace("## Learned\n", "## Learned\n- mine\n")
    desk.paper.meanwhile = [changed, changed]
    desk.write("ben", "learning", "two")
    assert desk.texts(PERSON) == [("status", "ada: other"), ("learning", "mine")]
    for text in ("**ada**: one", "**ada**: other", "- mine", "- two"):
        assert desk.page.count(text) == 1


def test_a_page_that_keeps_changing_is_left_to_the_next_call(desk: Desk) -> None:
    desk.paper.meanwhile = [desk.page] * 100
    shared_state = sync.write_state(desk.place, desk.workspace.agent("ada"), "learning", "one")
    assert shared_state.trouble is not None
    assert "keeps changing" in shared_state.trouble
    desk.paper.meanwhile = []
    assert desk.texts() == [("learning", "one")]
    assert desk.page.count("- one\n") == 1


def test_a_page_that_cannot_be_written_harms_nothing_and_is_made_up_for_later(desk: Desk) -> None:
    desk.paper.fails = PageTrouble("the disk is full")
    shared_state = sync.write_state(desk.place, desk.workspace.agent("ada"), "learning", "one")
    assert (shared_state.entries[0].text, shared_state.trouble) == ("one", "the disk is full.")
    desk.paper.fails = None
    assert sync.sync_page(desk.place) is None
    assert desk.page.count("- one\n") == 1


def test_a_missing_page_is_reported_once_and_written_again_only_on_request(desk: Desk) -> None:
    desk.write("ada", "learning", "one")
    before = desk.page
    desk.paper.text = None
    assert "SHARED_MIND.md is gone" in (sync.sync_page(desk.place) or "")
    assert sync.sync_page(desk.place) is None
    desk.write("ada", "next", "two")
    assert desk.paper.text is None
    for page in (wording.blank_page(), before, "# Ours\n"):
        desk.paper.text = page
        assert desk.texts() == [("learning", "one"), ("next", "two")]
        assert desk.page.count("- one\n") == desk.page.count("- two\n") == 1


def test_a_page_that_the_settings_name_is_made(desk: Desk) -> None:
    desk.paper.text, desk.paper.wanted = None, True
    assert desk.texts() == []
    assert desk.paper.text == wording.blank_page()


def test_an_empty_page_is_filled_when_it_is_new_and_left_alone_when_it_was_not(desk: Desk) -> None:
    desk.paper.text = "\n"
    desk.write("ada", "learning", "one")
    assert desk.page.startswith("# Shared mind\n")
    desk.paper.text = ""
    assert "is empty" in (sync.sync_page(desk.place) or "")
    assert desk.paper.text == ""


def test_a_merge_that_is_not_resolved_is_left_alone(desk: Desk) -> None:
    desk.write("ada", "learning", "one")
    desk.paper.text = f"<<<<<<< ours\n{desk.page}=======\n>>>>>>> theirs\n"
    before = desk.page
    assert in_conflict(before)
    assert "merge" in (sync.sync_page(desk.place) or "")
    assert desk.page == before


def test_older_learnings_move_to_the_archive_of_their_month(desk: Desk) -> None:
    most = merge.MOST["learning"]
    ada = desk.workspace.agent("ada")
    with desk.workspace.store.writing() as books:
        for number in range(most):
            books.shared.write(ada, "learning", f"early {number}.", None, None)
    desk.workspace.clock.advance(31 * 86_400)
    desk.edit("## Learned\n", "## Learned\n- a person's own\n")
    sync.sync_page(desk.place)
    assert desk.paper.archives == {}
    for number in range(merge.SLACK + 1):
        desk.write("ada", "learning", f"late {number}.")
    archive = desk.paper.archives["2027-01"]
    for number in range(most):
        assert (archive.count(f"early {number}."), desk.page.count(f"early {number}.")) in ((1, 0), (0, 1))
    assert archive.count("\n- ") > merge.SLACK
    assert "- a person's own\n" in desk.page
    assert len(desk.texts()) == most + merge.SLACK + 2, "all can be read"
    assert desk.paper.writes < most + 2 * merge.SLACK


def test_archived_entries_do_not_come_back_with_an_older_page(desk: Desk) -> None:
    most = merge.MOST["next"]
    for number in range(most + merge.SLACK):
        desk.write("ada", "next", f"n{number}.")
    older = desk.page
    desk.write("ada", "next", "last.")
    assert "n0." in desk.paper.archives["2027-01"]
    desk.paper.text = older
    sync.sync_page(desk.place)
    assert "n0." not in desk.page
    assert desk.page.count("- last.\n") == 1


def test_a_page_with_windows_line_ends_keeps_them(workspace: Workspace) -> None:
    desk = Desk(workspace, "# Ours\r\n\r\n## Next\r\n- a   \r\n\r\n## Lessons learned\r\n")
    desk.write("ada", "learning", "one\ntwo")
    desk.write("ada", "next", "three")
    assert desk.page.replace("\r\n", "").count("\n") == 0
    assert desk.page.startswith("# Ours\r\n\r\n## Next\r\n- a   \r\n- three\r\n")


TEXTS = st.text(st.sampled_from("ab -*#`>|\n\t<!=~1.[]_é\u2028\x0b\r"), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)
KINDS = st.sampled_from(["status", "next", "learning"])


def place_of(paper: Paper) -> tuple[Workplace, FakeClock]:
    clock = FakeClock()
    store = SqliteStore(None, clock=clock, policy=lambda: Policy("enforce", "allow", parse([])))
    return Workplace(store, FakeProcesses(), FakeCheckout(), Settings, page=paper), clock


def arrive(place: Workplace, name: str) -> int:
    with place.store.writing() as books:
        return recognise(books, Caller(name, title=name)).id


@settings(max_examples=300)
@given(st.lists(st.tuples(KINDS, TEXTS), min_size=1, max_size=6))
def test_whatever_agents_write_is_recognised_as_theirs(written: list[tuple[EntryKind, str]]) -> None:
    paper = Paper(wording.blank_page())
    place, _ = place_of(paper)
    for number, (kind, text) in enumerate(written):
        sync.write_state(place, arrive(place, f"agent{number}"), kind, text)
    writes = paper.writes
    entries = sync.read_state(place).entries
    assert [(entry.kind, entry.text) for entry in entries] == written
    assert paper.writes == writes
    assert paper.text is not None
    assert len(read_page(paper.text).blocks) == len(written) + 1, "one each, and the introduction"


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab -*#`>|\n\t<!=~1.\r"), max_size=80), st.integers(0, 3), KINDS, TEXTS)
def test_a_page_of_a_persons_keeps_every_line_whatever_is_added(
    text: str, at: int, kind: EntryKind, written: str
) -> None:
    sections = ["# Ours\n", "## Active state\n", "## Needed next\n", "## Learned\n"]
    mine = "".join(sections[: at + 1]) + text + "\n" + "".join(sections[at + 1 :])
    paper = Paper(mine)
    place, _ = place_of(paper)
    sync.write_state(place, arrive(place, "ada"), kind, written)
    assert paper.text is not None
    left = iter(read_page(paper.text).lines)
    assert all(any(line == other for other in left) for line in read_page(mine).lines), (
        "every line, in order, as it was"
    )
    settled = paper.text
    assert sync.sync_page(place) is None
    assert paper.text == settled


class Writing(RuleBasedStateMachine):
    """People insert, delete, and save older pages, while agents write."""

    @initialize()
    def begin(self) -> None:
        """A blank page."""
        self.paper = Paper(wording.blank_page())
        self.place, self.clock = place_of(self.paper)
        self.agents = {name: arrive(self.place, name) for name in ("ada", "ben")}
        self.mine: list[str] = []
        self.learned: list[str] = []
        self.statuses: dict[str, str] = {}
        self.older = self.paper.text or ""
        self.older_mine: list[str] = []
        self.count = 0

    def lines(self) -> list[str]:
        """The page's lines."""
        return list(read_page(self.paper.text or "").lines)

    @rule(name=st.sampled_from(["ada", "ben"]), kind=st.sampled_from(["status", "learning"]))
    def an_agent_writes(self, name: str, kind: EntryKind) -> None:
        """Something new."""
        self.count += 1
        text = f"written {self.count}."
        shared_state = sync.write_state(self.place, self.agents[name], kind, text)
        assert shared_state.trouble is None
        if kind == "status":
            self.statuses[name] = text
        else:
            self.learned.append(text)

    @rule(
        at=st.integers(0, 60),
        form=st.sampled_from(
            ["- {}", "{}", "# {}", "### {}", "> {}", "  {}", "    {}", "```{}", "{}\n\n", "\n{}", "1. {}"]
        ),
    )
    def a_person_inserts(self, at: int, form: str) -> None:
        """A line anywhere, also in the middle of what an agent wrote."""
        self.count += 1
        lines = self.lines()
        words = f"mine {self.count}."
        at = min(at, len(lines))
        lines[at:at] = [form.format(words) + "\n"]
        self.mine.append(words)
        self.paper.text = "".join(lines)

    @precondition(lambda self: self.mine)
    @rule(which=st.integers(0, 100))
    def a_person_deletes_their_own(self, which: int) -> None:
        """A line that they wrote before."""
        words = self.mine.pop(which % len(self.mine))
        self.older_mine = [mine for mine in self.older_mine if mine != words]
        self.older = "".join(line for line in read_page(self.older).lines if words not in line)
        self.paper.text = "".join(line for line in self.lines() if words not in line)

    @rule()
    def a_person_opens_an_editor(self) -> None:
        """And sees the page as it is now."""
        self.older, self.older_mine = self.paper.text or "", list(self.mine)

    @rule()
    def a_person_saves_what_they_opened(self) -> None:
        """Saves an old reading over all that was written since."""
        self.paper.text, self.mine = self.older, list(self.older_mine)

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        """By days."""
        self.clock.advance(days * 86_400)

    @invariant()
    def nothing_is_lost(self) -> None:
        """After every step all is there, and nothing twice."""
        shared_state = sync.read_state(self.place, 0.0)
        assert shared_state.trouble is None
        page = self.paper.text or ""
        for words in self.mine:
            assert words in page
        said = [entry.text for entry in shared_state.entries if entry.author != PERSON]
        for words in self.learned:
            assert said.count(words) == 1
        for name, words in self.statuses.items():
            assert said.count(words) == 1
            assert page.count(f"- **{name}**: {words}\n  *— {name}, ") == 1
        settled = self.paper.text
        sync.sync_page(self.place)
        assert self.paper.text == settled


Writing.TestCase.settings = settings(max_examples=60, stateful_step_count=12)
test_people_and_agents_write_in_any_order = Writing.TestCase

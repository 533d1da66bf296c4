"""Whatever people and agents do in whatever order, the list and the tasks agree after a sync, and no word is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mcp_server.core.tasks import claim, update
from mcp_server.task_list.document import Document, Row
from tests.core.task_list.workspace import TaskListWorkspace
from tests.workspace import task

MARKS = {"todo": " ", "in_progress": "~", "done": "x", "blocked": "!"}
PICK = st.integers(0, 1_000)


class OneList(RuleBasedStateMachine):
    """A person who reads and saves, now and then late, three agents, and a model of what must not be lost."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.workspace = TaskListWorkspace("sqlite", Path(self.folder.name))
        self.agents = [self.workspace.agent(name) for name in ("ada", "ben", "cy")]
        self.reading = b""
        self.words: list[str] = []
        self.ticked: set[str] = set()
        self.deleted: set[str] = set()
        self.titles: dict[str, str] = {}
        self.holds: dict[int, str] = {}
        self.count = 0
        self.synced = False

    @initialize()
    def begin(self) -> None:
        """A list to begin with."""
        self.workspace.listed("# List\n\n- [ ] one (scope: a)\n- [ ] two (scope: b)\n- [ ] three (after: T1)\n\nEnd.\n")
        self.reads()

    @rule()
    def reads(self) -> None:
        """The person reads the list."""
        assert self.workspace.paper.content is not None
        self.reading = self.workspace.paper.content

    @rule(pick=PICK)
    def writes_words(self, pick: int) -> None:
        """The person writes a line of text."""
        self.words.append(f"Word {self.number()}.")
        lines = self.reading.decode().split("\n")
        lines.insert(1 + pick % (len(lines) - 1), self.words[-1])
        self.saves("\n".join(lines).encode())

    @rule(pick=PICK)
    def adds(self, pick: int) -> None:
        """The person writes a task down."""
        number = self.number()
        lines = self.reading.decode().split("\n")
        lines.insert(1 + pick % (len(lines) - 1), f"- [ ] Thing {number} (scope: src/{number}/**)")
        self.saves("\n".join(lines).encode())

    @rule(pick=PICK)
    def ticks(self, pick: int) -> None:
        """The person ticks a task off that nobody has done yet.

        To tick in an old reading what is done by now leaves the very bytes that a person may leave who takes something
        else back in the latest list; that is what it is taken for.
        """
        row = self.one(pick)
        if row is not None and row.item.id is not None and row.item.id not in self.ticked and row.item.mark != "x":
            self.ticked.add(row.item.id)
            self.saves(Document(self.reading).changed({row.at: row.item.marked("x")}))

    @rule(pick=PICK)
    def rewords(self, pick: int) -> None:
        """The person says a task in other words."""
        row = self.one(pick)
        if row is not None and row.item.id is not None:
            title = f"Thing {self.number()} in other words"
            self.titles[row.item.id] = title
            self.saves(Document(self.reading).changed({row.at: row.item._replace(title=title)}))

    @rule(pick=PICK)
    def deletes(self, pick: int) -> None:
        """The person deletes a task."""
        row = self.one(pick)
        if row is not None and row.item.id is not None:
            self.deleted.add(row.item.id)
            lines = self.reading.decode().split("\n")
            del lines[row.at]
            self.saves("\n".join(lines).encode())

    @rule(who=st.integers(0, 2))
    def claims(self, who: int) -> None:
        """An agent claims what is ready."""
        self.synced = False
        if who not in self.holds:
            outcome = claim.claim_task(self.workspace.place, self.agents[who])
            if isinstance(outcome, claim.Claimed):
                self.holds[who] = outcome.task.id

    @rule(who=st.integers(0, 2), status=st.sampled_from(["done", "released", "blocked"]))
    def ends(self, who: int, status: Any) -> None:
        """An agent ends its claim, if it has one."""
        self.synced = False
        if who in self.holds and self.workspace.leases(self.agents[who]):
            update.update_task(self.workspace.place, self.agents[who], self.holds[who], status=status, note="why")
            self.ticked |= {self.holds[who]} if status == "done" else set()
            del self.holds[who]

    @rule()
    def plans(self) -> None:
        """An agent plans another task."""
        number = self.number()
        self.workspace.plan(task(f"P{number}", f"lib/{number}"))

    @rule(late=st.booleans())
    def syncs(self, late: bool) -> None:
        """Somebody calls; now and then the person saves in that very moment."""
        if late and self.workspace.paper.content is not None:
            self.words.append(f"Word {self.number()}.")
            self.workspace.paper.saved_meanwhile = [self.workspace.paper.content + f"{self.words[-1]}\n".encode()]
        self.sync()

    @precondition(lambda self: self.synced)
    @invariant()
    def agree(self) -> None:
        """The list shows what is, and nothing was lost on the way."""
        rows = Document(self.workspace.paper.content or b"").rows
        shown = {row.item.id: row.item for row in rows}
        ids = {f"T{n}" for n in range(1, 200)} | {f"P{n}" for n in range(200)}
        with self.workspace.store.reading() as books:
            tasks = {found.id: found for found in books.tasks.among(ids)}
        lines = self.workspace.paper.text.split("\n")
        assert None not in shown
        assert len(shown) == len(rows)
        assert {key: item.mark for key, item in shown.items()} == {key: MARKS[tasks[key or ""].status] for key in shown}
        assert tasks.keys() - shown.keys() <= self.deleted
        assert [word for word in self.words if lines.count(word) != 1] == []
        assert {tasks[key].status for key in self.ticked} <= {"done", *(["dropped"] if self.deleted else [])}
        for who, task_id in self.holds.items():
            assert tasks[task_id].status == "done" or task_id in [
                lease.task for lease in self.workspace.leases(self.agents[who])
            ]
        for key, title in self.titles.items():
            assert key not in shown or shown[key].title == title == tasks[key].title

    def saves(self, content: bytes) -> None:
        """The person saves what was made of the last reading, and somebody calls before it is read again."""
        self.workspace.paper.save(content.decode())
        self.sync()
        self.reads()

    def sync(self) -> None:
        """Bring list and tasks together, twice: the second time there is nothing left to do."""
        self.workspace.sync()
        if self.workspace.paper.saved_meanwhile:  # nothing was written, so there was no such moment
            self.workspace.paper.saved_meanwhile = []
            self.words.pop()
        before = self.workspace.paper.content
        self.workspace.sync()
        assert self.workspace.paper.content == before
        self.synced = True

    def number(self) -> int:
        """A number that was not used before."""
        self.count += 1
        self.synced = False
        return self.count

    def one(self, pick: int) -> Row | None:
        """One of the tasks in the last reading."""
        self.synced = False
        rows = Document(self.reading).rows
        return rows[pick % len(rows)] if rows else None

    def teardown(self) -> None:
        """Clean up."""
        self.workspace.close()
        self.folder.cleanup()


TestOneList = OneList.TestCase
TestOneList.settings = settings(max_examples=60, stateful_step_count=30)

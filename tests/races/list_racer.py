"""A process that works on one task list with others: an agent, a person in an editor, or somebody who only reads.

    python -m tests.races.list_racer PART STATE_FILE NAME [OPTION …]

It prints `ready`, waits for a line on its input, and ends with one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from mcp_server.adapters.text_files.task_list_file import TaskListFile
from mcp_server.core.task_list import sync
from mcp_server.core.tasks import claim, update
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import NotHolder
from mcp_server.task_list.document import Document, Row
from mcp_server.task_list.item import DONE
from tests.races.racer import enter, finish, wait_for_the_word

START_TIME, END = "# The list", "That was the list."
LOOKS = 1_000
"""How often a person looks whether the list was changed meanwhile before going on with an edit of the old one."""


def enter_with_list(file: Path) -> Workplace:
    """Open the state, with the list in the folder above it."""
    root = str(file.parents[1])
    return enter(file)._replace(task_file=TaskListFile(lambda: "TASKS.md", root, str(file.parent)))


def agent(file: Path, name: str, seed: str) -> dict[str, list[str]]:
    """Claim, finish, release and note until the person is through; what was finished, and what was lost."""
    place, random = enter_with_list(file), Random(int(seed))  # noqa: S311  chance, no secret
    me = finish(place, name)
    wait_for_the_word()
    done: list[str] = []
    lost: list[str] = []
    tokens: list[str] = []
    while not (file.parent / "over").exists():
        sync.sync_task_list(place, me)
        claimed = claim.claim_task(place, me)
        sync.sync_task_list(place, me)
        if isinstance(claimed, Refused):
            continue
        task_id = claimed.task.id
        tokens.append(f"{task_id} {claimed.token}")
        if not _holds(place, me, task_id):
            lost.append(task_id)
        status: update.Move = random.choice(("done", "done", "released"))
        try:
            update.update_task(place, me, task_id, status=status, note="as far as I got")
            done += [task_id] if status == "done" else []
        except NotHolder as error:
            lost += [] if ", now done," in str(error) else [str(error)]
        sync.sync_task_list(place, me)
    return {"done": done, "lost": lost, "tokens": tokens}


def person(file: Path, _name: str, seed: str, times: str) -> dict[str, object]:
    """Edit the list at random, each time from what was read a moment before, and save by rename."""
    random, editor = Random(int(seed)), Editor(Random(int(seed) + 1))  # noqa: S311  chance, no secret
    path, draft = file.parents[1] / "TASKS.md", file.parents[1] / ".TASKS.md.swp"
    wait_for_the_word()
    for _ in range(int(times)):
        content = path.read_bytes()
        edited = content
        while edited == content:
            edited = editor.edit(content)
        if random.random() < 0.5:
            _until_changed(path)  # others write between the reading and the saving
        draft.write_bytes(edited)
        draft.replace(path)
    (file.parent / "over").touch()
    return vars(editor) | {"random": None}


def reader(file: Path, _name: str) -> dict[str, list[str]]:
    """Read the list again and again; what was torn."""
    path, torn = file.parents[1] / "TASKS.md", []
    wait_for_the_word()
    while not (file.parent / "over").exists():
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = "no file"
        if not (text.startswith(START_TIME) and text.rstrip().endswith(END)) or not Document(text.encode()).rows:
            torn.append(text)
    return {"torn": torn}


class Editor:
    """A person's edits, and what must come of them."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.texts: list[str] = []
        self.titles: list[str] = []
        self.ticked: list[str] = []
        self.deleted: list[str] = []
        self.reworded: dict[str, str] = {}

    def edit(self, content: bytes) -> bytes:
        """The list with one edit in it, all its other bytes as they were."""
        lines, rows = content.decode().split("\n"), Document(content).rows
        edits: list[Callable[[list[str], tuple[Row, ...]], None]] = [
            self.write,
            self.add,
            self.tick,
            self.reword,
            self.move,
            self.delete,
        ]
        weights = (20, 20 if len(rows) < 60 else 5, 10, 20, 15, 15)
        self.random.choices(edits, weights)[0](lines, rows)
        return "\n".join(lines).encode()

    def write(self, lines: list[str], _rows: tuple[Row, ...]) -> None:
        """Write a line of free text."""
        self.texts.append(f"Thought {len(self.texts)}.")
        lines.insert(self._somewhere(lines), self.texts[-1])

    def add(self, lines: list[str], _rows: tuple[Row, ...]) -> None:
        """Write another task down."""
        self.titles.append(f"Do thing {len(self.titles)}")
        lines.insert(self._somewhere(lines), f"- [ ] {self.titles[-1]} (scope: src/{len(self.titles)}/**)")

    def tick(self, lines: list[str], rows: tuple[Row, ...]) -> None:
        """Tick a task off."""
        row = self._one(rows)
        if row is not None and row.item.id is not None and row.item.status != DONE:
            self.ticked.append(row.item.id)
            lines[row.at] = row.item.marked("x").text

    def reword(self, lines: list[str], rows: tuple[Row, ...]) -> None:
        """Say a task in other words."""
        row = self._one(rows)
        if row is not None and row.item.id is not None:
            title = f"Do it in way {self.random.getrandbits(40)}"
            self.reworded[row.item.id] = title
            lines[row.at] = row.item._replace(title=title).text

    def move(self, lines: list[str], rows: tuple[Row, ...]) -> None:
        """Put a task elsewhere."""
        row = self._one(rows)
        if row is not None:
            line = lines.pop(row.at)
            lines.insert(self._somewhere(lines), line)

    def delete(self, lines: list[str], rows: tuple[Row, ...]) -> None:
        """Delete a task that has its id."""
        row = self._one(rows)
        if row is not None and row.item.id is not None and len(rows) > 10:
            self.deleted.append(row.item.id)
            self.reworded.pop(row.item.id, None)  # nobody may have seen it in other words before it went
            del lines[row.at]

    def _one(self, rows: tuple[Row, ...]) -> Row | None:
        return self.random.choice(rows) if rows else None

    def _somewhere(self, lines: list[str]) -> int:
        return self.random.randrange(1, lines.index(END))


def _until_changed(path: Path) -> None:
    before = path.stat()
    for _ in range(LOOKS):
        now = path.stat()
        if (now.st_ino, now.st_mtime_ns) != (before.st_ino, before.st_mtime_ns):
            return


def _holds(place: Workplace, me: int, task_id: str) -> bool:
    """Whether the agent's claim is there, or was ended by a tick."""
    with place.store.reading() as books:
        task = books.tasks.get(task_id)
        held = [lease.task for lease in books.leases.held_by(me)]
    return task is not None and (task_id in held or task.status == "done")


PARTS: dict[str, Callable[..., object]] = {"agent": agent, "person": person, "reader": reader}

if __name__ == "__main__":
    part, state, name, *options = sys.argv[1:]
    result = PARTS[part](Path(state), name, *options)
    print(json.dumps(result))
    sys.stdout.flush()
    os._exit(0)

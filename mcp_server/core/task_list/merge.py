"""One version of the list and the tasks, brought together: what people changed goes in, what agents did comes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from mcp_server.core.task_list.apply import RESERVED, TakingIn
from mcp_server.core.task_list.match import Line, recognise_lines
from mcp_server.domain.task import Task
from mcp_server.domain.task_list import Version
from mcp_server.ports import Books
from mcp_server.task_list import document
from mcp_server.task_list.base_version import origin
from mcp_server.task_list.document import Document
from mcp_server.task_list.item import BLOCKED, DONE, IN_PROGRESS, TODO, Item, read_item
from mcp_server.task_list.note import Note
from mcp_server.task_list.rebase import rebased

MARKS = {"todo": TODO, "in_progress": IN_PROGRESS, "done": DONE, "blocked": BLOCKED}
HEADING = "# Tasks"


class Merged(NamedTuple):
    """What the list has to say from now on, and what was done to the tasks."""

    text: bytes
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def take_in_edited(books: Books, agent_id: int | None, name: str, content: bytes, stood: bytes | None = None) -> Merged:
    """Do to the tasks what people changed in the list that is kept, since the version that they started from.

    With `stood` it was saved where that version stood, before the latest came to stand there.
    """
    versions = list(books.task_list.versions())
    start = origin(content, versions if stood is None else _before_the_latest(versions, stood))
    if start is not None and start.text != versions[0].text:
        content = rebased(start.text, versions[0].text, content)
    return take_in(books, agent_id, name, content, versions[0] if versions else None)


def _before_the_latest(versions: list[Version], stood: bytes) -> list[Version]:
    """The versions that something could be made from that the latest took the place of, likeliest first."""
    return sorted(versions[1:], key=lambda version: version.text != stood)


def take_in(books: Books, agent_id: int | None, name: str, content: bytes, version: Version | None) -> Merged:
    """Do to the tasks what a list says otherwise than an earlier version did, or all that it says."""
    new, old = Document(content), Document(version.text if version else b"")
    if version and version.text == content:
        lines = recognise_lines(books, new.rows, (), all_known=True)
        return Merged(_written(books, new, lines, lines, version.event))
    lines = recognise_lines(books, new.rows, old.rows, all_known=version is None)
    act = TakingIn(books, agent_id, name, {line.id for line in lines})
    former = recognise_lines(books, old.rows, (), all_known=True)
    was = {line.id: line.item for line in former if line.id is not None}
    for number, line in enumerate(lines):
        if line.task is None:
            lines[number] = act.add(line)
        else:
            act.compare(line, was.get(line.task.id))
    for line in lines:
        act.link(line, was.get(line.id or ""))
    here = {line.id for line in lines}
    for line in former:
        if line.task is not None and line.id not in here:
            act.drop(line.task)
    text = _written(books, new, lines, former, version.event if version else -1)
    return Merged(text, tuple(act.created), tuple(act.changed), tuple(act.notices))


def shown_as(books: Books, content: bytes, *, all_ids: bool = True) -> bytes:
    """What `content`, a list that is known, says when it shows the tasks as they stand.

    Without `all_ids` a line gets its id only where something else has to be written into it.
    """
    new = Document(content)
    lines = recognise_lines(books, new.rows, (), all_known=True)
    return _written(books, new, lines, lines, None, all_ids=all_ids)


def _written(
    books: Books, new: Document, lines: list[Line], former: list[Line], since: int | None, *, all_ids: bool = True
) -> bytes:
    """The list with what was done to the tasks `since` this event; -1 for a list that is new, None for no change."""
    widened = set() if since is None else books.task_list.widened(since)
    ids = [line.id for line in lines if line.id is not None]
    tasks = {task.id: task for task in books.tasks.among(ids)}
    holders = {lease.token: lease.holder_name for lease in books.leases.all()}
    marks = {line.id: line.item.status for line in former}
    said: dict[int, Item] = {}
    for line in lines:
        task = tasks.get(line.id or "")
        if task is not None:
            item = _shown(line.item, task, holders.get(task.token or 0), marks.get(task.id))
            item = _with_scope(item, task) if task.id in widened else item
            said[line.row.at] = item.named(task.id) if all_ids or item != line.item else line.row.item
    missing = _missing(books, set(ids), -1 if since is None else since)
    if not missing:
        return new.changed(said)
    stood = _where_it_stood(new, lines, former)
    text = new.changed(said, _added(books, new, missing, stood, holders))
    unseen = {task.id for task in missing} - {row.item.id for row in Document(text).rows}
    if unseen:  # what it stood in is gone, and now it would be part of something else
        text = new.changed(said, _added(books, new, missing, stood, holders, unseen))
    return text


def _shown(item: Item, task: Task, holder: str | None, before: str | None) -> Item:
    if task.status == "in_progress":
        return item.marked(IN_PROGRESS).held_by(holder)
    if _says(item, task):
        return item.held_by(None) if before == IN_PROGRESS != item.mark and item.holder else item
    item, was = item.marked(MARKS.get(task.status, item.mark)), item.mark
    return item.held_by(None) if was == IN_PROGRESS else item


def _says(item: Item, task: Task) -> bool:
    if item.mark == IN_PROGRESS:
        return task.status == "blocked" and (task.needs or "").startswith(RESERVED)
    return item.status == MARKS.get(task.status, item.status)


def _with_scope(item: Item, task: Task) -> Item:
    said = item.note.scope
    return item if said == task.scope else item.noted(item.note._replace(scope=task.scope))


def _missing(books: Books, ids: set[str], since: int) -> list[Task]:
    """The tasks that the list has to show besides those with these ids, oldest first."""
    missing = [task for task in books.tasks.open(1_000_000) if task.id not in ids]
    if since >= 0:  # a list that is new does not tell of what was done before it
        missing += _done_unseen(books, ids, since)
    return sorted(missing, key=lambda task: task.seq)


def _done_unseen(books: Books, ids: set[str], since: int) -> list[Task]:
    """The tasks done since this event that never stood in the list: planned and done while it could not be written.

    One that stood there was deleted, and stays away; one that another list said was done when it was imported is old.
    """
    events = [event for event in books.events.recent(books.task_list.seen().latest - since) if event.id > since]
    done = {(event.subject, event.detail) for event in events if event.kind == "done"}
    imported = {(event.subject, event.detail) for event in events if event.kind == "planned"}  # in the same words
    missing = {task_id for task_id, _ in done - imported} - ids
    if not missing:
        return []
    stood = {row.item.id for version in books.task_list.versions() for row in Document(version.text).rows}
    return [task for task in books.tasks.among(missing - stood) if task.status == "done"]


def _added(
    books: Books,
    new: Document,
    missing: list[Task],
    stood: Mapping[str, tuple[int, Item]],
    holders: Mapping[int, str],
    aside: Collection[str] = (),
) -> list[tuple[int, str]]:
    """The lines for tasks that the list does not show: put back where they stood, behind the open ones, or, those
    `aside`, at its end.
    """
    place, model = new.place_for_more()
    found = [] if model else _beginning(new)
    for number, task in enumerate(missing, start=1):
        if task.id in aside:
            at, item = len(new.texts), _fresh(books, None, 0, task)
        elif task.id in stood:
            at, item = stood[task.id]
        else:
            at, item = place, _fresh(books, model, number, task)
        found.append((at, _shown(item.named(task.id), task, holders.get(task.token or 0), None).text))
    return found


def _fresh(books: Books, model: Item | None, number: int, task: Task) -> Item:
    return document.like(model, number)._replace(title=_harmless(task.title)).noted(_note(books, task))


def _where_it_stood(new: Document, lines: list[Line], former: list[Line]) -> dict[str, tuple[int, Item]]:
    """For each task that an earlier version had: behind the task that came before it there, and what it said."""
    now = {line.id: line.row for line in lines}
    found: dict[str, tuple[int, Item]] = {}
    at = new.rows[0].at if new.rows else len(new.texts)
    for line in former:
        row = now.get(line.id)
        if row is not None:
            at = new.end_of(row)
        elif line.id is not None:
            found[line.id] = (at, line.item)
    return found


def _beginning(new: Document) -> list[tuple[int, str]]:
    texts = new.texts
    lines = [HEADING, ""] if not any(text.strip() for text in texts) else [""] if texts[-1].strip() else []
    return [(len(texts), text) for text in lines]


def _note(books: Books, task: Task) -> Note:
    after = tuple(books.tasks.depends_on(task.id))
    return Note(None if task.unscoped else task.scope, after or None, task.priority or None)


def _harmless(title: str) -> str:
    """A title that opens no comment, which would hide all that follows it, and names no holder at its end."""
    title = title.replace("<!--", "&lt;!--")
    item = read_item(f"- [{IN_PROGRESS}] {title}")
    last = item.tail[-1] if item is not None and item.tail else None
    if last is None or last.kind != "holder":
        return title
    return f"{title[: -len(last.text)]}\\{last.text}"

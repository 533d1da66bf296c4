"""Merges one version of the list with the tasks: people's changes are applied, agents' changes are written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from mcp_server.core.task_list.apply import RESERVED, UNKNOWN, ListEdits
from mcp_server.core.task_list.match import Line, recognise_lines
from mcp_server.core.task_list.troubles import troubles
from mcp_server.domain.task import Task
from mcp_server.domain.task_list import Version
from mcp_server.ports import Books
from mcp_server.task_list import document
from mcp_server.task_list.base_version import origin
from mcp_server.task_list.document import Document
from mcp_server.task_list.item import BLOCKED, DONE, IN_PROGRESS, REVIEW, TODO, Item, read_item
from mcp_server.task_list.note import Note
from mcp_server.task_list.rebase import rebased

MARKS = {"todo": TODO, "in_progress": IN_PROGRESS, "review": REVIEW, "done": DONE, "blocked": BLOCKED}
HEADING = "# Tasks"


class Merged(NamedTuple):
    """The new text of the list, and what was changed in the tasks."""

    text: bytes
    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def apply_edited(books: Books, agent_id: int | None, name: str, content: bytes, stood: bytes | None = None) -> Merged:
    """Apply what people changed in the list file, compared with the version that they started from.

    `stood` is the version that the file had when they saved, if that is not the latest.
    """
    versions = list(books.task_list.versions())
    start = origin(content, versions if stood is None else _before_the_latest(versions, stood))
    if start is not None and start.text != versions[0].text:
        content = rebased(start.text, versions[0].text, content)
    return apply_list(books, agent_id, name, content, versions[0] if versions else None)


def _before_the_latest(versions: list[Version], stood: bytes) -> list[Version]:
    """The versions that an edit could have started from, other than the latest, likeliest first."""
    return sorted(versions[1:], key=lambda version: version.text != stood)


def apply_list(  # noqa: PLR0913  what is applied, and to what
    books: Books, agent_id: int | None, name: str, content: bytes, version: Version | None, *, is_kept: bool = True
) -> Merged:
    """Apply the difference between a list and its earlier version to the tasks; without a version, the whole list.

    What is wrong with a list that `is_kept` is noted for the board.
    """
    new, old = Document(content), Document(version.text if version else b"")
    if version and version.text == content:
        lines = recognise_lines(books, new.rows, (), all_known=True)
        edits = ListEdits(books, agent_id, name)
        for line in lines:  # what they wait for may have been planned meanwhile
            edits.link(line, line.item)
        if is_kept and edits.changed:
            books.task_list.note_troubles(troubles(books, lines).all)
        return Merged(_written(books, new, lines, lines, version.event), changed=tuple(edits.changed))
    lines = recognise_lines(books, new.rows, old.rows, all_known=version is None)
    edits = ListEdits(
        books, agent_id, name, used={line.id for line in lines}, numbers=new.visible_numbers, first=version is None
    )
    former = recognise_lines(books, old.rows, (), all_known=True)
    was = {line.id: line.item for line in former if line.id is not None}
    for number, line in enumerate(lines):
        if line.task is None:
            lines[number] = edits.add(line)
        else:
            edits.update(line, was.get(line.task.id))
    for line in lines:
        edits.link(line, was.get(line.id or ""))
    here = {line.id for line in lines}
    for line in former:
        if line.task is not None and line.id not in here:
            edits.drop(line.task)
    if is_kept:
        found, known = troubles(books, lines), books.task_list.troubles()
        edits.notices += [trouble.words for trouble in found.overlaps if trouble not in known]
        books.task_list.note_troubles(found.all)
    text = _written(books, new, lines, former, version.event if version else -1)
    return Merged(text, tuple(edits.created), tuple(edits.changed), tuple(edits.notices))


def shown_as(books: Books, content: bytes, *, all_ids: bool = True) -> bytes:
    """A known list, `content`, updated to show the tasks as they are.

    Without `all_ids` a line gets its id only if something else in it changes too.
    """
    new = Document(content)
    lines = recognise_lines(books, new.rows, (), all_known=True)
    return _written(books, new, lines, lines, None, all_ids=all_ids)


def _written(
    books: Books, new: Document, lines: list[Line], former: list[Line], since: int | None, *, all_ids: bool = True
) -> bytes:
    """The list with the changes of the tasks `since` this event; -1 for a new list, None for no changes."""
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
    if unseen:  # its surroundings are gone, and here it would become part of something else
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
    if task.status == "blocked" and item.mark in (IN_PROGRESS, TODO):
        return (task.needs or "").startswith(RESERVED if item.mark == IN_PROGRESS else UNKNOWN)
    if item.mark == IN_PROGRESS:
        return False
    return item.status == MARKS.get(task.status, item.status)


def _with_scope(item: Item, task: Task) -> Item:
    said = item.note.scope
    return item if said == task.scope else item.noted(item.note._replace(scope=task.scope))


def _missing(books: Books, ids: set[str], since: int) -> list[Task]:
    """The tasks that the list lacks, oldest first; `ids` are those that it has."""
    missing = [task for task in books.tasks.open(1_000_000) if task.id not in ids]
    if since >= 0:  # a new list does not show what was done before it
        missing += _done_unseen(books, ids, since)
    return sorted(missing, key=lambda task: task.seq)


def _done_unseen(books: Books, ids: set[str], since: int) -> list[Task]:
    """The tasks done since this event that were never in the list: planned and done while it could not be written.

    A task that was in the list has been deleted on purpose; one that was imported as done is old.
    """
    events = [event for event in books.events.recent(books.task_list.seen().latest - since) if event.id > since]
    done = {(event.subject, event.detail) for event in events if event.kind == "done"}
    imported = {(event.subject, event.detail) for event in events if event.kind == "planned"}  # with the same detail
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
    """The lines for tasks that the list lacks: where they were before, or after the open ones, or, those `aside`, at
    the end.
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
    return document.like(model, number)._replace(title=_escaped(task.title)).noted(_note(books, task))


def _where_it_stood(new: Document, lines: list[Line], former: list[Line]) -> dict[str, tuple[int, Item]]:
    """For each task that an earlier version had: its line, and the place after the task that preceded it."""
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


def _escaped(title: str) -> str:
    """A title that opens no comment, which would hide all that follows, and does not end like the name of a holder."""
    title = title.replace("<!--", "&lt;!--")
    item = read_item(f"- [{IN_PROGRESS}] {title}")
    last = item.tail[-1] if item is not None and item.tail else None
    if last is None or last.kind != "holder":
        return title
    return f"{title[: -len(last.text)]}\\{last.text}"

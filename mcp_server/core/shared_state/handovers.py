"""Hand-over files, for tools other than Claude Code and for unattended jobs: imported as messages, and exported."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import NamedTuple

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.shared_state import write
from mcp_server.core.workplace import Workplace
from mcp_server.domain.accepted_text import NOTE, TITLE, line, paragraph
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.heuristics.urgent import is_urgent
from mcp_server.domain.machines.names import without_host
from mcp_server.domain.messages import Arrival, Handover, Message
from mcp_server.domain.text import clip
from mcp_server.ports import Books, HandoverFolder
from mcp_server.state_page import handover
from mcp_server.state_page.handover import Form

CLAUDE_CODE = ("session", "subagent")
IN_PROGRESS, COMPLETED, SENT = "in_progress", "completed", "sent"
LONGEST_SLUG = 60


class Left(NamedTuple):
    """A file that was not imported, and why."""

    file: str
    why: str


class Imported(NamedTuple):
    """The files that were imported, that are completed, and that were not imported."""

    imported: tuple[str, ...]
    completed: tuple[str, ...]
    left: tuple[Left, ...]


def import_files(place: Workplace, agent_id: int, folder: HandoverFolder) -> Imported:
    """Turn every file in a reader's folder into a message and move it on: each file once, even with several importers.

    A file whose message was read, and whose task is done, moves to `completed/`.
    """
    imported: list[str] = []
    left: list[Left] = []
    with folder.locked():
        _catch_up(place, folder)
        exported = _exported(place)
        for arrival in folder.arrivals():
            where = f"for_{arrival.reader}/{arrival.name}"
            if where in exported:
                continue
            try:
                _import(place, agent_id, folder, arrival)
                imported.append(where)
            except Misuse as error:
                left.append(Left(where, str(error)))
        return Imported(tuple(imported), _complete(place, folder), tuple(left))


def export_messages(place: Workplace, folder: HandoverFolder, name: str | None = None) -> tuple[str, ...]:
    """Write the unread messages of one reader, or of all with a folder who are not Claude Code.

    A new name is registered, so that messages can be sent to it.
    """
    with folder.locked():
        written: list[str] = []
        for called, reader in _readers(place, folder, name):
            with place.store.reading() as books:
                deliveries = books.shared.inbox(reader.id, unread_only=True, limit=write.MOST_MESSAGES)
            written += [_write(place, folder, called, reader, delivery) for delivery in deliveries]
        return tuple(written)


def _readers(place: Workplace, folder: HandoverFolder, name: str | None) -> list[tuple[str, Agent]]:
    """Who reads hand-overs as files, each with the name that its folder has."""
    with place.store.writing() as books:
        if name is None:
            known = [(reader, books.agents.named(reader)) for reader in folder.readers()]
            return [(called, agent) for called, agent in known if agent is not None and agent.kind not in CLAUDE_CODE]
        agent = books.agents.named(name) or recognise(books, Caller(f"person:{name}", title=name, kind="person"))
        if name not in (agent.name, without_host(agent.name)):
            raise Misuse(f"{shown(name)} is not a valid name; {agent.name} would be")
    if agent.kind in CLAUDE_CODE:
        raise Misuse(f"{agent.name} is a Claude Code session, which gets its messages directly; nothing was written")
    return [(name, agent)]


def _write(place: Workplace, folder: HandoverFolder, called: str, reader: Agent, message: Message) -> str:
    """The file's name is recorded first, so that nobody imports what was exported."""
    words = "-".join(re.findall(r"[a-z0-9]+", message.subject.lower()))[:LONGEST_SLUG].strip("-")
    name = f"{message.id:06d}-{words or 'message'}.md"
    where = f"for_{called}/{name}"
    with place.store.writing() as books:
        if where not in {row.name for row in books.handovers.open() if row.place == SENT}:
            books.handovers.add("", message.id, None, where, SENT)
    form = handover.of_message(
        message.subject, message.body, message.sender or "Interlock", pressing=is_urgent(message.subject)
    )
    folder.write(called, name, handover.write(form))
    with place.store.writing() as books:
        books.shared.read(reader.id, [message.id])
    return where


def _exported(place: Workplace) -> set[str]:
    with place.store.reading() as books:
        return {row.name for row in books.handovers.open() if row.place == SENT}


def _import(place: Workplace, agent_id: int, folder: HandoverFolder, arrival: Arrival) -> None:
    if arrival.text is None:
        raise Misuse(arrival.trouble or "it cannot be read")
    form = handover.read(arrival.text)
    if form is None:
        raise Misuse("it has no TASK: line")
    with place.store.writing() as books:
        sign = _sign(arrival)
        row = books.handovers.arriving(sign)
        if row is None:
            name = folder.free_name(IN_PROGRESS, f"{arrival.reader}--{arrival.name}")
            message, task = _send(books, agent_id, arrival.reader, form)
            books.handovers.add(sign, message, task, name, "new")
            row = books.handovers.arriving(sign)
    if row is not None:
        _move(place, folder, row, f"for_{arrival.reader}", arrival.name)


def _send(books: Books, agent_id: int, reader: str, form: Form) -> tuple[int, str | None]:
    """Send to the reader whose folder it is; a title that begins with a task's id links the message to that task."""
    named = _named_task(books, form.title)
    to = reader if books.agents.named(reader) is not None or books.tasks.get(reader) is not None else named
    sender = books.agents.named(form.sender) if form.sender else None
    title = line("TASK", clip(" ".join(form.title.split()), TITLE - 10))
    subject = f"URGENT: {title}" if form.is_pressing and not is_urgent(title) else title
    body = paragraph("the hand-over", clip(handover.write(form), NOTE))
    sent = write.post(books, sender.id if sender is not None else agent_id, to or reader, subject, body)
    return sent.id, named or (reader if to == reader and books.agents.named(reader) is None else None)


def _named_task(books: Books, title: str) -> str | None:
    for word in title.split()[:1]:
        task = books.tasks.get(word.strip("[]():.,*`#"))
        if task is not None:
            return task.id
    return None


def _sign(arrival: Arrival) -> str:
    said = f"{arrival.reader}\0{arrival.name}\0{arrival.text}"
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _move(place: Workplace, folder: HandoverFolder, row: Handover, source: str, name: str) -> None:
    moved = folder.move(source, name, IN_PROGRESS, row.name)
    with place.store.writing() as books:
        books.handovers.move(row.id, moved or row.name, IN_PROGRESS if moved else COMPLETED)


def _catch_up(place: Workplace, folder: HandoverFolder) -> None:
    """Record moves that an interrupted process did not record, and files that others removed."""
    with place.store.reading() as books:
        rows = books.handovers.open()
    arrived = {_sign(arrival) for arrival in folder.arrivals() if arrival.text is not None}
    with place.store.writing() as books:
        for row in rows:
            if row.place == "new" and row.sign not in arrived:
                there = folder.has(IN_PROGRESS, row.name)
                books.handovers.move(row.id, row.name, IN_PROGRESS if there else COMPLETED)
            elif row.place == SENT and not folder.has(*row.name.split("/", 1)) and books.shared.was_read(row.message):
                books.handovers.move(row.id, row.name, COMPLETED)


def _complete(place: Workplace, folder: HandoverFolder) -> tuple[str, ...]:
    with place.store.reading() as books:
        rows = [row for row in books.handovers.open() if row.place == IN_PROGRESS and _is_over(books, row)]
    completed = []
    for row in rows:
        name = folder.move(IN_PROGRESS, row.name, COMPLETED, row.name)
        with place.store.writing() as books:
            books.handovers.move(row.id, name or row.name, COMPLETED)
        if name is not None:
            completed.append(f"{COMPLETED}/{name}")
    return tuple(completed)


def _is_over(books: Books, row: Handover) -> bool:
    task = books.tasks.get(row.task) if row.task is not None else None
    return books.shared.was_read(row.message) and (task is None or task.status == "done")

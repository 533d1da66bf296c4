"""Keeps the task list and the tasks in step: called before and after every call that may concern tasks.

If neither has changed since they last agreed, that costs one file status and one query.
"""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.task_list.merge import Merged, apply_edited, apply_list, shown_as
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.task_list import Placed, Seen, Unusable, Version
from mcp_server.ports import Books, TaskFile
from mcp_server.task_list import skipped_lines

MOST_ROUNDS = 20
"""How often a file is merged again because somebody saved it at the moment when it was replaced."""

UNSETTLED = ""
"""A signature that no file has."""


class Synced(NamedTuple):
    """What synchronising changed. `written`: the file was changed; `looked`: it was read at all."""

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    written: bool = False
    looked: bool = False

    @property
    def notice(self) -> str | None:
        """The notices as one text, or None."""
        return "; ".join(self.notices) or None

    def followed_by(self, other: Synced) -> Synced:
        """The sum of this and a later result."""
        merged = Merged(b"", other.created, other.changed, other.notices)
        return self.and_then(merged, written=other.written)

    def and_then(self, merged: Merged, *, written: bool) -> Synced:
        """The sum of this and one more merge."""
        return Synced(
            tuple(dict.fromkeys((*self.created, *merged.created))),
            tuple(dict.fromkeys((*self.changed, *merged.changed))),
            tuple(dict.fromkeys((*self.notices, *merged.notices))),
            self.written or written,
            looked=True,
        )


def sync_task_list(place: Workplace, agent_id: int | None = None) -> Synced:
    """Synchronise list and tasks on behalf of the calling agent, if any; what can't be done is reported as a notice."""
    file = place.task_file
    if file is None:
        return Synced()
    try:
        if _agree(place, file):
            return Synced()
        with file.locked():
            return _synced(place, agent_id, file)
    except Unusable as error:
        return Synced(notices=(str(error),), looked=True)


def import_list(place: Workplace, agent_id: int, name: str, content: bytes) -> Synced:
    """Import the tasks of any list; those that it already gave are not imported twice."""
    if b"\0" in content:
        raise Misuse(f"{name} is binary, or in UTF-16: save it as UTF-8. Nothing was imported")
    if skipped_lines.in_conflict(content):
        raise Misuse(f"{name} contains an unresolved merge. Nothing was imported")
    with place.store.writing() as books:
        before = _versions_of(books, content)
        merged = apply_list(books, agent_id, name, content, before, is_kept=False)
        if not before and books.task_list.seen().file is None:
            books.task_list.keep(Version(content, books.task_list.seen().latest, False))
    return Synced().and_then(merged, written=False)


def export_list(place: Workplace, *, to_keep: bool = False) -> bytes:
    """The list with the current state of the tasks: based on the task list file, if it has any text, else on the last
    known list, else new. With `to_keep` it becomes that file and is recorded as written by Interlock.
    """
    kept = _kept_file(place)
    with place.store.writing() as books:
        latest = next(iter(books.task_list.versions()), None)
        content = kept if kept is not None else latest.text if latest else b""
        exported = shown_as(books, content, all_ids=to_keep or kept is not None)
        if to_keep and (latest is None or latest.text != exported):
            books.task_list.keep(Version(exported, books.task_list.seen().latest, True))
        return exported


def _kept_file(place: Workplace) -> bytes | None:
    try:
        found = place.task_file.read() if place.task_file else None
    except Unusable:
        return None
    if found is None or not found.content.strip() or skipped_lines.in_conflict(found.content):
        return None
    return found.content


def _versions_of(books: Books, content: bytes) -> Version | None:
    return next((version for version in books.task_list.versions() if version.text == content), None)


def _agree(place: Workplace, file: TaskFile) -> bool:
    signature = file.signature()
    with place.store.reading() as books:
        seen = books.task_list.seen()
    return signature == seen.file and (signature is None or seen.event == seen.latest)


def _synced(place: Workplace, agent_id: int | None, file: TaskFile) -> Synced:
    with place.store.reading() as books:
        seen, latest = books.task_list.seen(), next(books.task_list.versions(), None)
    found = file.read()
    if found is None:
        return _vanished(place, file, seen)
    late = file.late(seen.file)
    late = None if late is not None and skipped_lines.in_conflict(late) else late
    is_new = late is None or latest is None or latest.text != found.content
    edits = [
        *([] if late is None else [late]),
        *([found.content] if is_new else []),
    ]  # in the order in which they were saved
    there, signature, result = found.content, found.signature, Synced(looked=True)
    stood: bytes | None = None
    for _ in range(MOST_ROUNDS):
        for content in edits[:-1]:  # only the last is still in the file, where it can wait
            merged, event, before = _merge(place, agent_id, file, content)
            result = result.and_then(merged, written=False)
            _keep(place, content, before, merged.text, UNSETTLED, event)
        content = edits[-1]
        merged, event, before = _merge(place, agent_id, file, content, stood)
        try:
            placed = file.place(merged.text, there) if merged.text != there else Placed(signature, None)
        except Unusable as error:
            _keep(place, content, before, None, signature, event)
            raise Unusable("; ".join((*result.and_then(merged, written=False).notices, str(error)))) from error
        result = result.and_then(merged, written=merged.text != there)
        stood, there, signature = there, merged.text, placed.signature
        edits = (
            [placed.displaced] if placed.displaced and placed.displaced.strip() else []
        )  # empty: it is being written
        _keep(place, content, before, there, UNSETTLED if edits else signature, event)
        if edits and skipped_lines.in_conflict(edits[0]):
            _put_back(file, edits[0], there)
        if not edits:
            break
    return result


def _put_back(file: TaskFile, content: bytes, there: bytes) -> None:
    """Put back what somebody saved, and whatever they save meanwhile."""
    while (saved := file.place(content, there).displaced) is not None:
        content, there = saved, content


def _merge(
    place: Workplace, agent_id: int | None, file: TaskFile, content: bytes, stood: bytes | None = None
) -> tuple[Merged, int, int]:
    """Merge one version, saved over `stood`, with the tasks; also returns the last event that it shows, and the one
    that the version before showed.
    """
    with place.store.writing() as books:
        latest = next(iter(books.task_list.versions()), None)
        if not content.strip() and latest is not None and latest.text.strip():
            raise Unusable(
                f"{file.name} is empty. Its tasks are kept, since that may not be meant to drop them all, and "
                f"`interlock tasks export {file.name}` writes the list again."
            )
        if skipped_lines.in_conflict(content):
            raise Unusable(
                f"{file.name} has an unresolved merge. Until that is resolved it is left alone; the tasks are kept."
            )
        if books.task_list.seen().event < 0:  # all known versions are lists that were only imported
            latest, merged = None, apply_list(books, agent_id, file.name, content, None)
        else:
            merged = apply_edited(books, agent_id, file.name, content, stood)
        return merged, books.task_list.seen().latest, latest.event if latest else -1


def _keep(place: Workplace, content: bytes, before: int, written: bytes | None, signature: str, event: int) -> None:
    """Record what people wrote, which shows the tasks at event `before`, and what was written in its place."""
    with place.store.writing() as books:
        latest = next(iter(books.task_list.versions()), None)
        if latest is None or latest.text != content:
            books.task_list.keep(Version(content, event if written == content else before, False))
        if written is not None and written != content:
            books.task_list.keep(Version(written, event, True))
        books.task_list.see(signature, event)


def _vanished(place: Workplace, file: TaskFile, seen: Seen) -> Synced:
    with place.store.writing() as books:
        books.task_list.see(None, seen.latest)
    words = f"{file.name} is gone; its tasks are kept. `interlock tasks export {file.name}` writes it again."
    return Synced(notices=(words,), looked=True)

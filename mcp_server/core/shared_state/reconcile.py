"""Reconciles the shared state with its page when they differ: read both, merge them, write both, in a safe order."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.messages import PERSON
from mcp_server.domain.text import clip
from mcp_server.ports import Books, PageFile
from mcp_server.state_page import merge, wording
from mcp_server.state_page.errors import PageTrouble
from mcp_server.state_page.merge import ImportedEdit, Known, MergedPage
from mcp_server.state_page.page import Page, in_conflict, read_page

ROUNDS = 5
"""How often the page may change meanwhile before the rest is left to the next call."""
PERSON_KEY = "the page of the shared state"


def reconcile(place: Workplace, page: PageFile) -> str | None:
    """Reconcile both; returns a notice, or None. Refuses (PageTrouble) a page that can't be used.

    The caller holds the page's lock.
    """
    for _ in range(ROUNDS):
        text = page.read()
        if text is None:
            trouble = _vanished(place, page)
            if not page.is_wanted():
                return trouble
        if text is not None and in_conflict(text):
            raise PageTrouble(f"{page.name} contains an unresolved merge: it is left alone until that is resolved")
        blank = wording.blank_page() if text is None or not text.strip() else None
        read = read_page(blank or text or "")
        known = _known(place, read)
        if text is not None and not text.strip() and known.here:
            raise PageTrouble(f"{page.name} is empty: it is left alone; delete it to have it written again")
        merged = merge.merge_page(read, known)
        written = merged.page or blank
        if written is None and merged.is_idle:
            return None
        for month, chunk in merged.archived:
            page.archive(month, chunk)
        _record(place, merged)
        if written is None or page.replace(written):
            return None
    raise PageTrouble(f"{page.name} keeps changing: what is new is added with the next call")


def _known(place: Workplace, read: Page) -> Known:
    with place.store.reading() as books:
        here = books.state_page.here()
        signs = {block.sign for block in read.blocks}
        elsewhere = books.state_page.elsewhere(sorted(signs - {row.sign for row in here})) if signs else []
        return Known(
            books.now,
            books.state_page.version(),
            here,
            elsewhere,
            books.state_page.fresh(),
            frozenset(books.state_page.statuses()),
        )


def _vanished(place: Workplace, page: PageFile) -> str | None:
    """The notice, once, that the page is gone and nothing is lost."""
    with place.store.reading() as books:
        if not books.state_page.here():
            return None
    with place.store.writing() as books:
        if not books.state_page.lose():
            return None
    return f"{page.name} is gone; what agents and people wrote is kept, and `interlock init --mind` writes it again."


def _record(place: Workplace, merged: MergedPage) -> None:
    """Update the state before the page is written: an entry that is missing on the page is added with the next call.

    The archives were written before that, since the state must not name an entry that is nowhere.
    """
    revision, uncommitted = _observed(place) if merged.imported else (None, None)
    with place.store.writing() as books:
        for row in merged.moved:
            books.state_page.move(row)
        for entry, block, where in merged.put:
            books.state_page.put(entry, merge.sign(block), block, merged.version, where)
        for edit in merged.imported:
            entry = books.state_page.take(_person(books).id, edit.kind, edit.text, revision, uncommitted)
            books.state_page.put(entry, merge.sign(edit.block), edit.block, merged.version, "here")
            _notify(books, edit)
        books.state_page.set_version(merged.version)


def _observed(place: Workplace) -> tuple[str | None, int | None]:
    folder = place.page.folder if place.page is not None else ""
    return place.checkout.revision(folder), place.checkout.uncommitted(folder, lambda _path: True)


def _person(books: Books) -> Agent:
    """The author of what people write on the page; it is never present, so nothing is sent to it."""
    known = books.agents.find(PERSON_KEY)
    if known is not None:
        return known
    made = books.agents.add(PERSON_KEY, PERSON, "person", parent=None, process=None, worktree="")
    books.agents.end(made.id, "writes on the page")
    return made


def _notify(books: Books, edit: ImportedEdit) -> None:
    """Notify an agent that a person has changed its status."""
    agent = books.agents.named(edit.about) if edit.about else None
    if agent is not None and agent.ended_at is None:
        body = clip(edit.text, 2_000)
        books.shared.send(None, agent.name, [agent.id], "a person changed your state on the shared page", body)

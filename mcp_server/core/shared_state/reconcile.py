"""What is done when the shared state and its page differ: read both, weave them, write both, in a safe order."""

from __future__ import annotations

from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.messages import PERSON
from mcp_server.domain.text import clip
from mcp_server.ports import Books, PageFile
from mcp_server.state_page import merge, wording
from mcp_server.state_page.errors import PageTrouble
from mcp_server.state_page.merge import Known, Taken, Woven
from mcp_server.state_page.page import Page, in_conflict, read_page

ROUNDS = 5
"""So often the page may change under our hands before it is left to the next call."""
PERSON_KEY = "the page of the shared state"


def reconcile(place: Workplace, page: PageFile) -> str | None:
    """Bring both together; what has to be said about it. Refuses (PageTrouble) a page that cannot be used.

    Whoever calls has the page to itself, as far as Interlock's processes go.
    """
    for _ in range(ROUNDS):
        text = page.read()
        if text is None:
            trouble = _vanished(place, page)
            if not page.is_wanted():
                return trouble
        if text is not None and in_conflict(text):
            raise PageTrouble(f"{page.name} holds a merge that is not resolved: it is left alone until it is")
        blank = wording.blank_page() if text is None or not text.strip() else None
        read = read_page(blank or text or "")
        known = _known(place, read)
        if text is not None and not text.strip() and known.here:
            raise PageTrouble(f"{page.name} is empty: it is left alone; delete it to have it written anew")
        woven = merge.weave(read, known)
        written = woven.page or blank
        if written is None and woven.is_idle:
            return None
        for month, chunk in woven.archived:
            page.archive(month, chunk)
        _write_down(place, woven)
        if written is None or page.replace(written):
            return None
    raise PageTrouble(f"{page.name} is being changed all the time: what is new is put there with the next call")


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
    """Whoever takes the page away is told once that nothing is lost by it."""
    with place.store.reading() as books:
        if not books.state_page.here():
            return None
    with place.store.writing() as books:
        if not books.state_page.lose():
            return None
    return (
        f"{page.name} is gone; what agents and people wrote there is kept, and `interlock init --mind` writes it anew."
    )


def _write_down(place: Workplace, woven: Woven) -> None:
    """What becomes of the state, before the page is written: what is missing there then comes with the next call.

    The archives were written before: what the state believes to be there must not be lost.
    """
    revision, uncommitted = _observed(place) if woven.taken else (None, None)
    with place.store.writing() as books:
        for row in woven.moved:
            books.state_page.move(row)
        for entry, block, where in woven.put:
            books.state_page.put(entry, merge.sign(block), block, woven.version, where)
        for taken in woven.taken:
            entry = books.state_page.take(_person(books).id, taken.kind, taken.text, revision, uncommitted)
            books.state_page.put(entry, merge.sign(taken.block), taken.block, woven.version, "here")
            _tell(books, taken)
        books.state_page.set_version(woven.version)


def _observed(place: Workplace) -> tuple[str | None, int | None]:
    folder = place.page.folder if place.page is not None else ""
    return place.checkout.revision(folder), place.checkout.uncommitted(folder, lambda _path: True)


def _person(books: Books) -> Agent:
    """Whoever writes on the page: an author, never present, so nothing is sent to it."""
    known = books.agents.find(PERSON_KEY)
    if known is not None:
        return known
    made = books.agents.add(PERSON_KEY, PERSON, "person", parent=None, process=None, worktree="")
    books.agents.end(made.id, "writes on the page")
    return made


def _tell(books: Books, taken: Taken) -> None:
    """An agent whose state a person has changed should know what they say."""
    agent = books.agents.named(taken.about) if taken.about else None
    if agent is not None and agent.ended_at is None:
        body = clip(taken.text, 2_000)
        books.shared.send(None, agent.name, [agent.id], "a person changed your state on the shared page", body)

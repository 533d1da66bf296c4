"""What becomes of a page and of the state when both may have changed: neither loses anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.domain.messages import Entry, EntryKind, Shown
from mcp_server.state_page import wording
from mcp_server.state_page.layout import lay_out
from mcp_server.state_page.page import TITLES, Block, Page, bare, sign_of, tidy

MOST: dict[EntryKind, int] = {"status": 50, "next": 100, "learning": 100}
"""How many of each stay on the page when older ones move to the archive."""
SLACK = 50
"""So many more may gather before that happens: an archive is not written with every entry."""


class Known(NamedTuple):
    """What the state says: its version of the page, the blocks on it, and what is not on it yet.

    `current` are the entries with a current status; `elsewhere` are blocks that were on the page before.
    """

    now: float
    version: int
    here: Sequence[Shown]
    elsewhere: Sequence[Shown]
    fresh: Sequence[Entry]
    current: frozenset[int]


class ImportedEdit(NamedTuple):
    """What a person wrote on the page; `about` is the agent whose status they changed."""

    kind: EntryKind
    text: str
    block: str
    about: str | None


class MergedPage(NamedTuple):
    """What is to be done: blocks that moved, a person's entries, the archives' texts, the page itself.

    `moved` and `put` are recorded first, then the archives and the page, so that a crash in between loses nothing.
    """

    page: str | None
    version: int
    imported: tuple[ImportedEdit, ...]
    put: tuple[tuple[Entry, str, str], ...]
    moved: tuple[Shown, ...]
    archived: tuple[tuple[str, str], ...]

    @property
    def is_idle(self) -> bool:
        """Whether nothing has changed anywhere."""
        return self.page is None and not (self.imported or self.put or self.moved)


def merge_page(page: Page, known: Known) -> MergedPage:
    """Merge a page and the state."""
    return _Merger(page, known).merged()


class _Piece:
    """A block of the page to be, in its section: lines as they are written, and which row of the state it is."""

    __slots__ = ("at", "kind", "lines", "new", "order", "row")

    def __init__(  # noqa: PLR0913  one value for each thing that is asked of a piece
        self, kind: EntryKind, lines: list[str], *, row: Shown | None, new: Entry | None, at: float, order: int
    ) -> None:
        self.kind = kind
        self.lines = lines
        self.row = row
        self.new = new
        self.at = at
        self.order = order


class _Merger:
    def __init__(self, page: Page, known: Known) -> None:
        self._page = page
        self._known = known
        self._imported: list[ImportedEdit] = []
        self._put: list[tuple[Entry, str, str]] = []
        self._moved: list[Shown] = []
        self._edits: dict[Block, list[str]] = {}
        self._news: dict[EntryKind, list[_Piece]] = defaultdict(list)
        self._pieces: dict[EntryKind, list[tuple[_Piece, Block]]] = defaultdict(list)
        self._replaced: set[str] = set()
        self._corrected: set[str] = set()
        self._missing: list[Shown] = []
        self._next = known.version + 1

    def merged(self) -> MergedPage:
        unknown, self._missing = self._match()
        for block in unknown:
            self._take(block)
        for row in self._missing:
            self._miss(row)
        self._place(self._known.fresh)
        archived = self._overflow()
        page = self._written()
        version = self._known.version if page is None else self._next
        return MergedPage(page, version, tuple(self._imported), tuple(self._put), tuple(self._moved), archived)

    def _match(self) -> tuple[list[Block], list[Shown]]:
        """Match blocks and rows: the unknown blocks, and the rows whose block is missing."""
        rows: dict[str, list[Shown]] = defaultdict(list)
        for row in self._known.here:
            rows[row.sign].append(row)
        before = {row.sign: row for row in self._known.elsewhere}
        kept = self._in_their_sections(rows)
        unknown: list[Block] = []
        for block in self._page.blocks:
            sign = block.sign
            if block in kept:
                self._keep(block, kept[block])
            elif rows[sign]:
                self._keep(block, rows[sign].pop(0))
            elif sign in before:
                self._found_again(block, before.pop(sign))
            else:
                unknown.append(block)
        return unknown, sorted((row for left in rows.values() for row in left), key=lambda row: row.entry)

    def _in_their_sections(self, rows: dict[str, list[Shown]]) -> dict[Block, Shown]:
        """The blocks in their known place: the same words elsewhere are another block."""
        found: dict[Block, Shown] = {}
        for block in self._page.blocks:
            row = next((row for row in rows[block.sign] if row.kind == block.kind), None)
            if row is not None:
                found[block] = row
                rows[block.sign].remove(row)
        return found

    def _keep(self, block: Block, row: Shown) -> None:
        if row.kind == "status" and not row.by_person and row.entry not in self._known.current:
            self._replace_status(block, row)
            return
        piece = _Piece(row.kind, self._lines(block), row=row, new=None, at=row.at, order=row.entry)
        self._pieces[row.kind].append((piece, block))

    def _replace_status(self, block: Block, row: Shown) -> None:
        """The author has written another status, which takes the place of this one."""
        self._moved.append(row._replace(place="gone", version=self._next))
        entry = self._fresh_status(row.author)
        if entry is None:
            self._edits[block] = []
        else:
            self._edits[block] = self._shown(entry).split("\n")
            self._replaced.add(row.author)

    def _found_again(self, block: Block, row: Shown) -> None:
        """A block that was on the page before: an older page was saved, or a person has put it back."""
        stale = self._page.version is None or self._page.version < row.version
        replaced = row.kind == "status" and not row.by_person and row.entry not in self._known.current
        if replaced or (stale and row.place == "archived"):
            self._edits[block] = []
            return
        back = row._replace(place="here", version=self._next, text=block.text)
        self._moved.append(back)
        piece = _Piece(row.kind, self._lines(block), row=back, new=None, at=row.at, order=row.entry)
        self._pieces[row.kind].append((piece, block))

    def _take(self, block: Block) -> None:
        """An unknown block: a person wrote it, or changed an agent's. Outside the sections it is free text."""
        if block.kind is None or not wording.said(block.kind, block.text):
            return
        name = wording.about(block.text) if block.kind == "status" else None
        authors = {row.author for row in self._known.here if row.kind == "status" and not row.by_person}
        text = block.text
        if name is not None and name in authors:
            self._corrected.add(name)
            lines = wording.changed_by_a_person(self._lines(block), self._known.now)
            self._edits[block] = lines
            text = tidy(lines)
            if self._was_taken(text):
                return
        else:
            name = None
        self._imported.append(ImportedEdit(block.kind, wording.said(block.kind, block.text), text, name))

    def _was_taken(self, text: str) -> bool:
        """Whether this change was applied before, by a call that failed before it wrote the page."""
        own = text.rpartition("\n")[0]
        for row in self._missing:
            if row.by_person and row.text.rpartition("\n")[0] == own:
                self._missing.remove(row)
                self._moved.append(row._replace(version=self._next, text=text))
                return True
        return False

    def _miss(self, row: Shown) -> None:
        """A block that is not there: deleted by a person who had it before them, or missing on an older page."""
        if row.kind == "status" and not row.by_person and row.entry not in self._known.current:
            self._moved.append(row._replace(place="gone", version=self._next))
            return
        seen = self._page.version is not None and row.version <= self._page.version
        if seen and not (row.kind == "status" and row.author in self._corrected):
            hidden = row.kind != "learning"
            self._moved.append(row._replace(place="gone", version=self._next, hidden=hidden))
            return
        again = row._replace(version=self._next)
        self._moved.append(again)
        self._news[row.kind].append(
            _Piece(row.kind, row.text.split("\n"), row=again, new=None, at=row.at, order=row.entry)
        )

    def _place(self, fresh: Sequence[Entry]) -> None:
        for entry in fresh:
            if entry.kind == "status" and entry.author in self._replaced:
                continue
            text = wording.block(entry)
            self._news[entry.kind].append(
                _Piece(entry.kind, text.split("\n"), row=None, new=entry, at=entry.at, order=entry.id)
            )

    def _overflow(self) -> tuple[tuple[str, str], ...]:
        """The oldest of what is too much move to the archives of their months."""
        chunks: dict[str, list[str]] = defaultdict(list)
        for kind in TITLES:
            there = self._pieces[kind]
            pieces = [piece for piece, _ in there] + self._news[kind]
            if len(pieces) <= MOST[kind] + SLACK:
                self._put_down(self._news[kind], "here")
                continue
            old = sorted(pieces, key=lambda piece: piece.order)[: len(pieces) - MOST[kind]]
            leaving = set(map(id, old))
            months: dict[str, list[str]] = defaultdict(list)
            for piece in old:
                months[wording.month(piece.at)].append("\n".join(piece.lines))
            for name, blocks in months.items():
                chunks[name].append(f"## {TITLES[kind]}\n\n" + "\n\n".join(blocks) + "\n")
            for piece, block in there:
                if id(piece) in leaving:
                    self._edits[block] = []
            self._put_down([piece for piece in self._news[kind] if id(piece) in leaving], "archived")
            self._news[kind] = [piece for piece in self._news[kind] if id(piece) not in leaving]
            self._put_down(self._news[kind], "here")
            self._leave([piece.row for piece in old if piece.row is not None])
        return tuple((name, "\n".join(texts)) for name, texts in sorted(chunks.items()))

    def _leave(self, rows: list[Shown]) -> None:
        leaving = {row.id for row in rows}
        self._moved = [row for row in self._moved if row.id not in leaving]
        self._moved += [row._replace(place="archived", version=self._next) for row in rows]

    def _put_down(self, pieces: list[_Piece], place: str) -> None:
        self._put += [(piece.new, "\n".join(piece.lines), place) for piece in pieces if piece.new is not None]

    def _written(self) -> str | None:
        """The page to write; None when there is nothing to write."""
        merged = len(self._page.stamps) > 1
        if not (merged or self._edits or self._imported or self._moved or any(self._news.values())):
            return None
        news = {kind: [piece.lines for piece in pieces] for kind, pieces in self._news.items() if pieces}
        return lay_out(self._page, self._edits, news, self._next)

    def _fresh_status(self, author: str) -> Entry | None:
        return next((entry for entry in self._known.fresh if entry.kind == "status" and entry.author == author), None)

    def _shown(self, entry: Entry) -> str:
        text = wording.block(entry)
        self._put.append((entry, text, "here"))
        return text

    def _lines(self, block: Block) -> list[str]:
        return [bare(line) for line in self._page.lines[block.start : block.end]]


def sign(text: str) -> str:
    """By what a block will be recognised."""
    return sign_of(tidy(text.split("\n")))

"""What one line with a box says: mark, id, title, note and holder, each to be changed without the others."""

from __future__ import annotations

import re
from functools import lru_cache, reduce
from typing import Literal, NamedTuple

from mcp_server.task_list import item_id
from mcp_server.task_list.item_id import Strength
from mcp_server.task_list.note import Note, opening
from mcp_server.task_list.note import read as read_note

TODO, IN_PROGRESS, REVIEW, DONE, BLOCKED = " ", "~", "?", "x", "!"

_BOX = re.compile(r"([ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[)([ xX~!?])(\]\*?[ \t]+)(?=\S)(.*)")
_NAME = r"[\w](?:[\w./@-]*[\w])?"
_DASH = r"(?:[ \t]+(?:—|–|--?))"
_HOLDER = re.compile(
    rf"(?P<gap>{_DASH}?[ \t]+)\((?P<words>unclaimed|(?:claimed|taken|held|in progress) by @?(?P<by>{_NAME}))\)$"
    rf"|(?P<gap2>{_DASH}[ \t]+)@(?P<at>{_NAME})$",
    re.IGNORECASE,
)
_BARE_HOLDER = re.compile(rf"(?P<gap>[ \t]+)@(?P<at>{_NAME})$")

Kind = Literal["note", "holder", "space"]


class Piece(NamedTuple):
    """Something behind the title, with the space and the dash that lead to it."""

    kind: Kind
    gap: str
    text: str
    note: Note = Note()


class Item(NamedTuple):
    """A line with a box, in pieces; joined they are the line. `id` is what may be an id, `strength` how surely."""

    lead: str
    mark: str
    close: str
    id_text: str
    id: str | None
    title: str
    tail: tuple[Piece, ...]
    strength: Strength = "sure"

    @property
    def text(self) -> str:
        """The line."""
        behind = "".join(piece.gap + piece.text for piece in self.tail)
        return f"{self.lead}{self.mark}{self.close}{self.id_text}{self.title}{behind}"

    @property
    def said(self) -> str:
        """The title as it is read: without the end of a bold text that began before the id."""
        return self.title.replace("**", "", 1) if self.id_text.count("**") % 2 else self.title

    @property
    def is_sure(self) -> bool:
        """Whether the id is one by what the line says alone: by its form, or in bold where the line has a note."""
        if self.id is None or (self.strength == "numbered" and not self.id_text.startswith("**")):
            return False
        is_word = self.id.isalpha() and not self.id.islower()
        has_note = self.note.scope is not None or bool(self.note.after) or self.note.priority is not None
        return self.strength == "sure" or (has_note and not is_word)

    @property
    def keeps_its_text(self) -> bool:
        """Whether a line that can't have this id, as another has it, keeps it in its title.

        Two lines may be about one ticket, or numbered alike in two chapters; but an id that Interlock gave is a copy.
        """
        return self.id is not None and self.strength != "named" and not item_id.is_own(self.id)

    @property
    def status(self) -> str:
        """The mark, without regard to whether a person writes `x` or `X`."""
        return self.mark.lower()

    @property
    def note(self) -> Note:
        """What the note says; all None when there is none."""
        said = [piece.note for piece in self.tail if piece.kind == "note"]
        return reduce(Note.and_more, said) if said else Note()

    @property
    def holder(self) -> str | None:
        """Who is named as its holder."""
        piece = next((piece for piece in self.tail if piece.kind == "holder"), None)
        return None if piece is None else _named(piece)

    @property
    def names_agent(self) -> bool:
        """Whether its holder is named as Interlock names the agent that has claimed it: ` — @ada`."""
        return any(piece.kind == "holder" and piece.text.startswith("@") and piece.gap.strip() for piece in self.tail)

    def named(self, task_id: str) -> Item:
        """The same task under this id, in the form that its id has, else in bold."""
        if self.id is None:
            return self._replace(id=task_id, id_text=f"**{task_id}** ")
        return self._replace(id=task_id, id_text=self.id_text.replace(self.id, task_id, 1))

    def nameless(self) -> Item:
        """The same line, with what looked like an id as part of its title."""
        return self._replace(id=None, id_text="", title=self.id_text + self.title)

    def marked(self, mark: str) -> Item:
        """The same task with another mark."""
        return self._replace(mark=mark)

    def noted(self, note: Note) -> Item:
        """The same task with another note, in the form that the first of its own has."""
        pieces = list(self.tail)
        own = [at for at, piece in enumerate(pieces) if piece.kind == "note"]
        for at in own:
            text = note.instead_of(pieces[at].text) if at == own[0] else ""
            pieces[at] = pieces[at]._replace(text=text, note=note)
        if not own:
            pieces.insert(0, Piece("note", " ", note.text, note))
        return self._replace(tail=tuple(piece for piece in pieces if piece.text or piece.kind != "note"))

    def held_by(self, holder: str | None) -> Item:
        """The same task with this holder, in the line's own form, else as ` — @holder`."""
        if holder == self.holder and (holder or not self._says("holder")):
            return self
        pieces = [piece for piece in self.tail if piece.kind != "holder"]
        at = next((index for index, piece in enumerate(self.tail) if piece.kind == "holder"), None)
        former = None if at is None else self.tail[at]
        in_brackets = former is not None and former.text.startswith("(")
        if holder is not None:
            words = f"(claimed by {holder})" if in_brackets else f"@{holder}"
            new = Piece("holder", former.gap if former else " — ", words)
        elif former is not None and in_brackets and self.mark == TODO:
            new = Piece("holder", former.gap, "(unclaimed)")
        else:
            return self._replace(tail=tuple(pieces))
        spaces = sum(piece.kind == "space" for piece in pieces)
        pieces.insert(len(pieces) - spaces if at is None else at, new)
        return self._replace(tail=tuple(pieces))

    def _says(self, kind: Kind) -> bool:
        return any(piece.kind == kind for piece in self.tail)


@lru_cache(maxsize=8192)  # from one call to the next nearly all lines stay as they are
def read_item(line: str) -> Item | None:
    """The item that a line is; None for a line without a box, or with nothing behind it."""
    match = _BOX.fullmatch(line)
    if match is None:
        return None
    lead, mark, close, rest = match.groups()
    found = item_id.find(rest)
    if found is None and mark == REVIEW:
        return None  # many people mark what is a question like this
    if found is None:
        return Item(lead, mark, close, "", None, *_taken_apart(rest, mark))
    title, tail = _taken_apart(rest[len(found.text) :], mark)
    return Item(lead, mark, close, found.text, found.id, title, tail, found.strength)


def _taken_apart(rest: str, mark: str) -> tuple[str, tuple[Piece, ...]]:
    title = rest.rstrip(" \t")
    pieces = [Piece("space", rest[len(title) :], "")] if len(title) < len(rest) else []
    seen: set[str] = set()
    while piece := _last_piece(title, mark, seen):
        seen |= {piece.kind} if piece.kind == "holder" else piece.note.keys
        pieces.insert(0, piece)
        title = title[: len(title) - len(piece.gap) - len(piece.text)]
    return title, tuple(pieces)


def _last_piece(text: str, mark: str, seen: set[str]) -> Piece | None:
    """The last thing after the title, if any; it never leaves the title empty."""
    piece = None
    if "holder" not in seen:
        match = _HOLDER.search(text) or (_BARE_HOLDER.search(text) if mark == IN_PROGRESS else None)
        if match is not None:
            gap = match["gap"] or match["gap2"]
            piece = Piece("holder", gap, match[0][len(gap) :])
    piece = piece or _note_piece(text, seen)
    return piece if piece is not None and len(text) > len(piece.gap) + len(piece.text) else None


def _note_piece(text: str, seen: set[str]) -> Piece | None:
    at = opening(text)
    note = read_note(text[at:]) if at > 0 else None
    if note is None or note.keys & seen:
        return None
    before = text[:at].rstrip(" \t")
    if text[at].isalpha():  # behind a dash
        before = before.rstrip("—–-").rstrip(" \t")
    return Piece("note", text[len(before) : at], text[at:], note)


def _named(piece: Piece) -> str | None:
    if piece.text.startswith("@"):
        return piece.text[1:]
    words = piece.text[1:-1].split(" by ")
    return words[1].removeprefix("@") if len(words) > 1 else None

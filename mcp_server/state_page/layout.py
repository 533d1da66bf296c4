"""Writes a changed page: blocks are changed in place, new ones are added below the last of their section."""

from __future__ import annotations

from collections.abc import Mapping

from mcp_server.domain.messages import EntryKind
from mcp_server.state_page.page import SPACE, TITLES, Block, Page, bare, version_line

APART = "<!-- -->"
"""Between a list and a block that is indented: it would become part of the list's last item."""
News = Mapping[EntryKind, list[list[str]]]


def lay_out(page: Page, edits: Mapping[Block, list[str]], news: News, version: int) -> str:
    """The page with these blocks changed (to nothing: removed) and these added; all else byte for byte.

    A section that it lacks is put at its end.
    """
    return _Layout(page, news, version).text(edits)


class _Layout:
    def __init__(self, page: Page, news: News, version: int) -> None:
        self._page = page
        self._news = news
        self._stamp = version_line(version)

    def text(self, edits: Mapping[Block, list[str]]) -> str:
        lines = list(self._page.lines)
        if lines and bare(lines[-1]) == lines[-1]:
            lines[-1] += self._page.newline
        changes = [(block.start, block.end, new or self._gap(block)) for block, new in edits.items()]
        changes += [(at, at + 1, [self._stamp] if at == self._page.stamps[-1] else []) for at in self._page.stamps]
        changes += [(at, at, self._below(kind, at)) for kind, at in self._page.room.items() if self._news.get(kind)]
        for start, end, new in sorted(changes, key=lambda change: change[:2], reverse=True):
            lines[start:end] = self._ended(new)
        at = self._footing(lines)
        lines[at:at] = self._ended(self._new_sections())
        if not self._page.stamps:
            lines += self._ended(["", self._stamp] if lines else [self._stamp])
        return "".join(lines)

    def _gap(self, block: Block) -> list[str]:
        """What is left of a block that is removed: its neighbours stay apart."""
        above, below = self._at(block.start - 1), self._at(block.end)
        apart = bool(above.strip(SPACE) and below.strip(SPACE)) and not below.startswith(("- ", "#"))
        return [""] if apart else []

    def _below(self, kind: EntryKind, at: int) -> list[str]:
        """New blocks below the last one of their section, set off where they would run into their neighbours."""
        above = next((block for block in self._page.blocks if block.end == at and block.kind == kind), None)
        lines = self._apart(kind, above.text if above is not None else self._at(at - 1))
        return [*lines, ""] if self._at(at).strip(SPACE) else lines

    def _apart(self, kind: EntryKind, above: str) -> list[str]:
        """New blocks below `above`, list items close together; a paragraph would become part of the item above it."""
        lines: list[str] = []
        for block in self._news[kind]:
            close = above.startswith("- ") and block[0].startswith("- ")
            lines += [] if close or not above.strip(SPACE) else [""]
            lines += [APART, *block] if block[0].startswith((" ", "\t")) else block
            above = block[0]
        return lines

    def _new_sections(self) -> list[str]:
        lines: list[str] = []
        for kind, title in TITLES.items():
            if self._news.get(kind) and kind not in self._page.room:
                lines += ["", f"## {title}", *self._apart(kind, title)]
        return [*lines, ""] if lines and self._page.stamps else lines

    def _footing(self, lines: list[str]) -> int:
        """Before which line new sections begin: the version's, when it is the last."""
        last = next((at for at in reversed(range(len(lines))) if lines[at].strip()), None)
        if last is None or bare(lines[last]) != self._stamp:
            return len(lines)
        while last and not lines[last - 1].strip():
            last -= 1
        return last

    def _at(self, number: int) -> str:
        return bare(self._page.lines[number]) if 0 <= number < len(self._page.lines) else ""

    def _ended(self, lines: list[str]) -> list[str]:
        return [line + self._page.newline for line in lines]

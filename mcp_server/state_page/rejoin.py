"""How a page gets the lines that a person saved just when it was written, and that its writer could not see."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from difflib import SequenceMatcher

from mcp_server.state_page.page import SPACE, Page, bare, read_page


def rejoin(text: str, before: str, saved: str) -> str:
    """`text` with the lines that `saved` has more than `before`, each below the line that it followed; all else stays.

    Nothing is removed: what is missing in `saved` may not have been written yet. Where a line was added the page says
    its version twice, as after a merge: such a page is written again.
    """
    page = read_page(text)
    lines = list(page.lines)
    missing = _missing(page, read_page(before), read_page(saved))
    for at, added in reversed(sorted(missing, key=lambda change: change[0])):
        if at and bare(lines[at - 1]) == lines[at - 1]:
            lines[at - 1] += page.newline
        lines[at:at] = [line + page.newline for line in added]
    return unsettled("".join(lines)) if missing else text


def unsettled(text: str) -> str:
    """A page that is not in its final form: it says its version twice, so that it is written again."""
    page = read_page(text)
    lines = list(page.lines)
    for at in page.stamps[:1]:
        lines.insert(at, bare(lines[at]) + page.newline)
    return "".join(lines)


def _missing(page: Page, before: Page, saved: Page) -> list[tuple[int, list[str]]]:
    """Which lines are to be put before which of the page's."""
    here, new = _bare(page), _bare(saved)
    there = set(here)
    beside = _beside(new, here)
    found: list[tuple[int, list[str]]] = []
    for start, end in _runs(_changes(_bare(before), new), {*beside, *saved.stamps}):
        added = new[start:end]
        if all(line in there or not line.strip(SPACE) for line in added):
            continue
        at = next((beside[number] + 1 for number in reversed(range(start)) if number in beside), 0)
        apart = start and not new[start - 1].strip(SPACE) and at and here[at - 1].strip(SPACE)
        found.append((at, ["", *added] if apart else added))
    return found


def _runs(changes: Iterable[tuple[int, int]], known: Container[int]) -> Iterator[tuple[int, int]]:
    """The parts of these stretches that lie between what is known."""
    for start, end in changes:
        at = start
        for number in range(start, end + 1):
            if number == end or number in known:
                if at < number:
                    yield at, number
                at = number + 1


def _bare(page: Page) -> list[str]:
    return [bare(line) for line in page.lines]


def _changes(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Where lines were added or replaced."""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(start, end) for tag, _, _, start, end in codes if tag in ("insert", "replace")]


def _beside(new: list[str], here: list[str]) -> dict[int, int]:
    """Which line of the one is which of the other."""
    matches = SequenceMatcher(None, new, here, autojunk=False).get_matching_blocks()
    return {match.a + offset: match.b + offset for match in matches for offset in range(match.size)}

"""How a page gets the lines that a person saved just when it was written, and that its writer could not see."""

from __future__ import annotations

from difflib import SequenceMatcher

from mcp_server.shared_mind.page import SPACE, Page, bare, read


def rejoin(text: str, before: str, saved: str) -> str:
    """`text` with the lines that `saved` has more than `before`, each below what it stood below; all else stays.

    Nothing is taken away: what was missing in `saved` may not have been written to its end yet. As a merge does, it
    says its version twice where a line was added: such a page is written anew.
    """
    page = read(text)
    lines = list(page.lines)
    missing = _missing(page, read(before), read(saved))
    if missing and page.stamps:
        missing.append((page.stamps[0], [bare(lines[page.stamps[0]])]))
    for at, added in reversed(sorted(missing, key=lambda change: change[0])):
        if at and bare(lines[at - 1]) == lines[at - 1]:
            lines[at - 1] += page.newline
        lines[at:at] = [line + page.newline for line in added]
    return "".join(lines)


def _missing(page: Page, before: Page, saved: Page) -> list[tuple[int, list[str]]]:
    """Which lines are to be put before which of the page's."""
    here, new = _bare(page), _bare(saved)
    there = set(here)
    beside = _beside(new, here)
    found: list[tuple[int, list[str]]] = []
    for _, _, _, start, end in _changes(_bare(before), new):
        added = [new[number] for number in range(start, end) if number not in saved.stamps]
        if all(line in there or not line.strip(SPACE) for line in added):
            continue
        at = next((beside[number] + 1 for number in reversed(range(start)) if number in beside), 0)
        apart = start and not new[start - 1].strip(SPACE) and at and here[at - 1].strip(SPACE)
        found.append((at, ["", *added] if apart else added))
    return found


def _bare(page: Page) -> list[str]:
    return [bare(line) for line in page.lines]


def _changes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [code for code in codes if code[0] in ("insert", "replace")]


def _beside(new: list[str], here: list[str]) -> dict[int, int]:
    """Which line of the one is which of the other."""
    matches = SequenceMatcher(None, new, here, autojunk=False).get_matching_blocks()
    return {match.a + offset: match.b + offset for match in matches for offset in range(match.size)}

"""How an entry is written on the page: its text as a list item, below it what was observed when it was made."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mcp_server.domain.messages import Entry, EntryKind
from mcp_server.state_page.page import OBSERVED, SPACE, TITLES, is_rule, tidy, version_line

INTRODUCTION = """\
# Shared mind

What agents and people know here. Change anything at any time: what you write under a heading is kept as yours.
Below what an agent wrote stands what was seen when it wrote: who, when, at which commit, and what was not committed.
What gets too long for this page moves to the archives beside it, a file for each month.
"""
_NAMED = re.compile(r"[-*+] \*\*(.+?)\*\*:[ \t]?")
_BULLET = re.compile(r" ?(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)")


def blank_page() -> str:
    """A page with its sections and nothing in them."""
    sections = "".join(f"\n## {title}\n" for title in TITLES.values())
    return f"{INTRODUCTION}{sections}\n{version_line(0)}\n"


def block(entry: Entry) -> str:
    """The entry as it is on the page; nothing in it can be mistaken for a heading or another entry."""
    text = entry.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    first, *rest = text.replace("-->", "--\\>").split("\n")  # it would end a comment that a person began above
    opening = f"- **{entry.author}**: {first.lstrip(SPACE)}" if entry.kind == "status" else f"- {first.lstrip(SPACE)}"
    if is_rule(opening):
        opening = "- \\" + first.lstrip(SPACE)
    lines = [opening, *map(_indented, rest), f"  {observed(entry)}"]
    return tidy(lines)


def observed(entry: Entry) -> str:
    """Who, when, at which commit, with how many files that were not committed; and what speaks against it."""
    parts = [entry.author, _minute(entry.at), f"commit {entry.revision}" if entry.revision else "no commit"]
    if entry.uncommitted is not None:
        parts.append(f"{entry.uncommitted} file{'' if entry.uncommitted == 1 else 's'} uncommitted")
    doubt = f" **unconfirmed: {entry.doubt}**" if entry.doubt else ""
    return f"*— {', '.join(parts)}*{doubt}"


def about(text: str) -> str | None:
    """The agent that a block of the active state is about; None when it names nobody."""
    found = _NAMED.match(text)
    return found[1] if found else None


def changed_by_a_person(lines: list[str], now: float) -> list[str]:
    """An agent's block that a person changed, shown as theirs: only the line of what was observed is another one."""
    own = lines[:-1] if len(lines) > 1 and OBSERVED.match(lines[-1]) else lines
    return [*own, f"  *— changed by a person, seen {_minute(now)}*"]


def said(kind: EntryKind, text: str) -> str:
    """What a block says, without its bullet and without the line of what was observed."""
    lines = text.split("\n")
    if len(lines) > 1 and OBSERVED.match(lines[-1]):
        lines = lines[:-1]
    found = _BULLET.match(lines[0])
    if found:
        indent = "  "
        lines = [lines[0][found.end() :], *(line.removeprefix(indent) for line in lines[1:])]
    spoken = "\n".join(lines).strip()
    return spoken.replace("**", "", 2) if kind == "status" and about(text) else spoken


def month(at: float) -> str:
    """The month of an instant, as archives are named by it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def _indented(line: str) -> str:
    if not line.strip(SPACE):
        return ""
    text = f"  {line}"
    return text.replace("*—", "\\*—", 1) if OBSERVED.match(text) else text


def _minute(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")

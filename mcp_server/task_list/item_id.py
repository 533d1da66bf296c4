"""Which id a line of a list begins with, as its readers would name the task: `T3`, `2.1`, `PROJ-13`, `#15`, `auth`.

People number their lists in many ways: in bold, alone or together with the title, as a link to a ticket, in brackets,
or just in front (spec-kit, Kiro, OpenSpec, task-master, Backlog.md, plain lists on GitHub). What is an id by its form
alone is *sure*. What may be one, such as `2.1` or `M3` in front of a title, is one if the list numbers its tasks that
way: at least two lines have different ones of a kind, and none is there twice.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal, NamedTuple

Strength = Literal["sure", "numbered", "named"]
"""`numbered`: an id if the list has others of its kind; `named`: if something else says that it is one."""

_OWN = r"T[0-9]{1,9}"
_TRACKER = r"[A-Z][A-Z0-9]{1,9}-[0-9]{1,9}"
_TICKET = r"#[0-9]{1,9}"
_DOTTED = r"[0-9]{1,4}(?:\.[0-9]{1,4}){1,5}"
_PARTS = r"(?![vV][0-9])(?=[A-Za-z._-]*[0-9])[A-Za-z][A-Za-z0-9]{0,19}(?:[-._][A-Za-z0-9]{1,20}){1,6}"
_LETTERED = r"[A-Za-z]{1,8}[0-9]{1,4}[a-z]?"
_NUMBER = r"[0-9]{1,4}"
_ANY = f"{_TICKET}|{_TRACKER}|{_DOTTED}|{_PARTS}|{_LETTERED}|{_NUMBER}"
_AFTER = r"(?:[:.)](?=[ \t])|[ \t]+(?:—|–|--?)(?=[ \t]))"
"""What separates an id from its title: a sign and a space, or a dash between spaces."""

_DASH = r"(?:(?:—|–|--?)[ \t]+(?=\w))?"
_BOLD = re.compile(rf"\*\*(?P<id>[^\s*]{{1,100}}?)[:.]?\*\*[:.]?[ \t]+{_DASH}(?=\S)")
_IN_BOLD = re.compile(rf"\*\*(?P<id>{_ANY})(?:(?P<mark>{_AFTER})[ \t]*|[ \t]+)(?=[^\s*])(?=[^*]*\*\*)")
_LINK = re.compile(rf"\[(?P<id>{_ANY})\]\([^)\s]*\)[:.]?(?:[ \t]+(?:—|–|--?))?(?:[ \t]+(?=\S)|$)")
_BOLD_LINK = re.compile(rf"\*\*\[(?P<id>{_ANY})\]\([^)\s]*\)[:.]?\*\*[:.]?[ \t]+{_DASH}(?=\S)")
_BRACKETS = re.compile(rf"[\[(](?P<id>{_OWN}|{_TRACKER}|{_TICKET}|{_DOTTED})[\])][:.]?[ \t]+(?=\S)")
_CODE = re.compile(rf"`(?P<id>{_OWN}|{_TRACKER}|{_DOTTED}|{_PARTS})`(?:{_AFTER})?[:.]?[ \t]+(?=\S)")
_BARE = re.compile(rf"(?P<id>{_ANY})(?:(?P<mark>{_AFTER})[ \t]*|[ \t]+)(?=\S)")
_TICKET_ALONE = re.compile(rf"(?P<id>{_TICKET})$")

_PRIORITY = re.compile(r"[Pp][0-9]")
_CAPITAL = re.compile(r"[A-Z][a-z]")


class Found(NamedTuple):
    """An id, and the text of the line up to the title."""

    text: str
    id: str
    strength: Strength


def find(rest: str) -> Found | None:
    """What a line may begin with, behind its box; None where there is nothing like an id."""
    for form in (_BOLD_LINK, _BOLD, _IN_BOLD, _LINK, _BRACKETS, _CODE, _BARE, _TICKET_ALONE):
        match = form.match(rest)
        if match is not None and match["id"].isprintable():
            strength = _strength(form, match, rest)
            return None if strength is None else Found(match[0], match["id"], strength)
    return None


def is_own(task_id: str) -> bool:
    """Whether Interlock itself gives ids of this form."""
    return re.fullmatch(_OWN, task_id) is not None


def numbered(ids: Iterable[str]) -> set[str]:
    """Those of these ids that are ids because of each other. `ids` has each as often as it is in the list."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for each in ids:
        kinds[_kind(each)].append(each)
    return {each for found in kinds.values() if len(found) > 1 and len(set(found)) == len(found) for each in found}


def number_of(task_id: str) -> int | None:
    """The number of an id of Interlock's own form; None for any other."""
    return int(task_id[1:]) if is_own(task_id) else None


def visible(text: str) -> set[int]:
    """The numbers of all ids of Interlock's own form that stand anywhere in a text: `T3`, `T003`."""
    return {int(number) for number in re.findall(r"(?<![\w.-])T([0-9]{1,9})(?![\w-])", text)}


def _strength(form: re.Pattern[str], match: re.Match[str], rest: str) -> Strength | None:
    task_id = match["id"]
    if is_own(task_id):
        return "sure"
    if re.fullmatch(_ANY, task_id) is None:
        return "named"  # a word in bold
    if re.fullmatch(f"{_LETTERED}|{_NUMBER}", task_id):
        return _of_few_signs(form, match)
    if form is not _BARE or re.fullmatch(_TICKET, task_id):
        return "sure"
    if match["mark"] is not None:
        return "sure"
    if re.fullmatch(_DOTTED, task_id) and _CAPITAL.match(rest, match.end()) and not task_id.endswith(".0"):
        return "sure"
    return "numbered"


def _of_few_signs(form: re.Pattern[str], match: re.Match[str]) -> Strength | None:
    """`M3` and `4` may be anything: a service, a version, a quantity. In bold other things can say that it is an id."""
    task_id = match["id"]
    if form is _BARE and match["mark"] is None:
        return None
    if _PRIORITY.fullmatch(task_id):
        return "named" if form is _BOLD else None
    return "numbered"


def _kind(task_id: str) -> str:
    """What ids that number a list together have in common."""
    if re.fullmatch(f"{_DOTTED}|{_NUMBER}", task_id):
        return "number"
    return re.sub(r"[0-9.]+[a-z]?$", "", task_id)

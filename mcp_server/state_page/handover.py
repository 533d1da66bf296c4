"""A hand-over in the form that people use: TASK, PRIORITY, FROM, CONTEXT, EXPECTED_OUTPUT, DEADLINE."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import NamedTuple

KEYS = ("TASK", "PRIORITY", "FROM", "CONTEXT", "EXPECTED_OUTPUT", "DEADLINE")
PRESSING = frozenset({"urgent", "critical", "blocker", "highest", "immediate", "asap", "p0"})

_NAME = r"(TASK|PRIORITY|FROM|CONTEXT|EXPECTED[ _-]OUTPUT|DEADLINE)"
_KEY = re.compile(rf"(?:[-*+][ \t]+)?(\*\*|__|\"|')?{_NAME}\1?[ \t]*:(?:\*\*|__)?[ \t]*(.*)$", re.IGNORECASE)
_HEADING = re.compile(rf"#{{1,6}}[ \t]+(\*\*)?{_NAME}(?:\*\*)?[ \t]*:?(?:\*\*)?[ \t]*()$", re.IGNORECASE)
_BLOCK = re.compile(r"[|>][+-]?\d?$")


class Form(NamedTuple):
    """A hand-over; what was not said is empty. `more` is text above the first of the keys."""

    task: str
    priority: str = ""
    sender: str = ""
    context: str = ""
    expected_output: str = ""
    deadline: str = ""
    more: str = ""

    @property
    def is_pressing(self) -> bool:
        """Whether its reader is to see it even as it is about to stop."""
        return self.priority.strip(" !*").lower() in PRESSING

    @property
    def title(self) -> str:
        """The task in one line."""
        return self.task.split("\n")[0].strip()


def read(text: str) -> Form | None:
    """The hand-over in `text`: `KEY: value` on any number of lines, Markdown or YAML around it; None without a TASK.

    Keys in small letters count only if the first one is in small letters: `from: …` in a sentence is no key.
    """
    said: dict[str, list[str]] = {}
    above: list[str] = []
    current = above
    any_case: bool | None = None
    for line in text.replace("\r\n", "\n").split("\n"):
        found = _KEY.match(line) or _HEADING.match(line)
        name = re.sub(r"[ -]", "_", found[2]) if found else ""
        if found and any_case is None:
            any_case = not name.isupper()
        if found and (any_case or name.isupper()) and name.upper() not in said:
            value = found[3].strip()
            current = said[name.upper()] = [] if not value or _BLOCK.match(value) else [value]
        elif line.strip() == "---":
            current = current if said else above
        else:
            current.append(line)
    values = {key: _value(lines) for key, lines in said.items()}
    if not values.get("TASK"):
        return None
    return Form(*[values.get(key, "") for key in KEYS])._replace(more=_value(above))


def write(form: Form) -> str:
    """The hand-over as text that `read` understands."""
    parts = [f"{form.more}\n\n"] if form.more else []
    for key, value in zip(KEYS, form[: len(KEYS)], strict=True):
        if "\n" in value:
            parts.append(f"{key}:\n" + "".join(f"  {line}\n" if line.strip() else "\n" for line in value.split("\n")))
        elif value:
            parts.append(f"{key}: {value}\n")
    return "".join(parts)


def of_message(subject: str, body: str, sender: str, *, pressing: bool) -> Form:
    """A message as a hand-over. A body that has the form already is used as it is."""
    inside = read(body)
    if inside is None or subject not in (inside.title, f"URGENT: {inside.title}"):
        inside = read(f"TASK: {subject}\n{body}" if _opens_with_key(body) else f"TASK: {subject}\nCONTEXT:\n{body}")
    form = inside or Form(subject, context=body.strip())
    return form._replace(priority=form.priority or ("urgent" if pressing else "normal"), sender=form.sender or sender)


def _opens_with_key(body: str) -> bool:
    first = next((line for line in body.split("\n") if line.strip()), "")
    found = _KEY.match(first)
    return found is not None and found[2].isupper() and found[2] != "TASK"


def _value(lines: list[str]) -> str:
    """Lines as a value, without their common indentation; the first may follow its key."""
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    if len(lines) == 1:
        return lines[0].strip().strip('"')
    body = "\n".join(line.rstrip() for line in lines)
    if lines and not lines[0][:1].isspace():
        first, _, rest = body.partition("\n")
        body = f"{first}\n{dedent(rest)}"
    return dedent(body).strip("\n")

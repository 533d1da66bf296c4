"""The paths that a command was refused, according to its output.

Each program reports this in its own words; common to all are the system's message and a path beside it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 20
_REFUSALS = (
    "permission denied|eacces|read-only file system|operation not permitted|invalid cross-device link|exdev"
    "|access is denied".split("|")
)
_OURS = "interlock:"
"""How every line begins that Interlock says on a command's output."""
_MOST_OUTPUT = 1 << 18
_OPENING, _CLOSING = "'\"`‘“", "'\"`’”"
_AROUND = ":,;()[]{}<>" + _OPENING + _CLOSING


def denied_paths(output: str, cwd: str) -> list[str]:
    """The absolute paths that `output` says could not be written, in its order, without doubtful ones.

    What Interlock itself refused, in its own words, is no such path.
    """
    found: dict[str, None] = {}
    for line in _tail(output).splitlines():
        at = _refusal(line)
        if at < 0 or line.lstrip().lower().startswith(_OURS):
            continue
        for path in _paths(line, at):
            found[os.path.normpath(os.path.join(cwd, os.path.expanduser(path)))] = None
    return list(found)[:MOST]


def _tail(output: str) -> str:
    """The end of a long output: failures come last."""
    return output if len(output) <= _MOST_OUTPUT else output[-_MOST_OUTPUT:]


def _refusal(line: str) -> int:
    lowered = line.lower()
    return max(lowered.find(words) for words in _REFUSALS)


def _paths(line: str, at: int) -> list[str]:
    """The quoted words of the line; without any, the word after the message or (as shells write it) before it."""
    quoted = [word for word in _quoted(line) if _is_path(word)]
    if quoted:
        return quoted
    before, behind = _parts(line[:at]), _parts(line[at:])
    parts = [*behind[1:2], *reversed(before[1:] or before)]
    words = [word for word in map(_last_word, parts) if "/" in word or "." in word.strip(".")]
    # A name without a / or a . is a path only if there is nothing else.
    return (words or [part for part in parts if _is_path(part)])[:1]


def _parts(text: str) -> list[str]:
    parts = [part.strip(_AROUND + " ") for part in text.split(": ")]
    return [part for part in parts if part]


def _quoted(line: str) -> Iterator[str]:
    at = 0
    while at < len(line):
        kind = _OPENING.find(line[at])
        end = line.find(_CLOSING[kind], at + 1) if kind >= 0 else -1
        # An apostrophe inside a word opens no quotation.
        if end > at and not (at and line[at - 1].isalnum()):
            yield line[at + 1 : end]
            at = end
        at += 1


def _last_word(text: str) -> str:
    """A path may contain blanks, but the words before it on the line end with one."""
    if text.startswith(("/", "./", "../", "~/")):
        return text
    return text.rsplit(maxsplit=1)[-1].strip(_AROUND) if text.split() else ""


def _is_path(word: str) -> bool:
    if not word or len(word) > 4096 or word.lower() in _REFUSALS:
        return False
    return "/" in word or "." in word.strip(".") or word.replace("-", "").replace("_", "").isalnum()

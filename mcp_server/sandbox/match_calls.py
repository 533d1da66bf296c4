"""Finds the recorded calls that the text of a shell may belong to, and the file that the end of the text writes.

The client starts each command as `bash -c "<set-up> && eval '<command>' … && pwd -P >| <file>"`, so a record belongs to
the text that passes its command to `eval`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.sandbox.record import Record

_EVAL = "eval "
_TAIL = "pwd -P >| "
_TAIL_FILES = ("claude-", "cwd-")
# The client adds this to a command that sleeps for long.
_ADDED = "CLAUDE_CODE_WATCHED_SLEEP=1 "


def records_of(records: Iterable[Record], text: str) -> list[Record]:
    """The records that `text` may belong to; none when its call was not recorded."""
    found = list(records)
    exact = [record for record in found if _evaluates(text, record.command)]
    if exact or _EVAL in text:
        return exact
    # Another client's form: all that is known is that the text contains the command.
    return [record for record in found if record.command and record.command in text]


def runs(text: str, command: str) -> bool:
    """Whether a shell that was started with `text` runs this command; of a long one the first part may be given."""
    if _EVAL in text:
        return _evaluates(text, command) or _EVAL + quoted(command)[:-1] in text
    return bool(command) and command in text


def tail_file(text: str) -> str | None:
    """The file that the client's own end of `text` writes, or None."""
    _, mark, end = text.rpartition(_TAIL)
    if not mark:
        return None
    file = _unquoted(end.split("\n", 1)[0].strip())
    # The text contains the command too, and what the command writes must not be granted by this.
    return file if file.startswith("/") and file.rpartition("/")[2].startswith(_TAIL_FILES) else None


def quoted(text: str) -> str:
    """`text` quoted as one word of a shell, as the client does it."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _evaluates(text: str, command: str) -> bool:
    plain = text.replace(_ADDED, "") if _ADDED in text else text
    return any(_has_word(plain, _word(spelling)) for spelling in _spellings(command.replace(_ADDED, "")))


def _has_word(text: str, word: str) -> bool:
    wanted = _EVAL + word
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if text[end : end + 1] in ("", " ", "\n"):  # otherwise the word continues
            return True
        at = text.find(wanted, end)
    return False


def _word(text: str) -> str:
    return text if _is_plain(text) else quoted(text)


def _spellings(command: str) -> list[str]:
    """`command` as it is, and with the null device of Windows replaced, as the client does."""
    lowered = command.lower()
    if "nul" not in lowered or any(char in command for char in "<$`"):
        return [command]
    words = command.replace("NUL", "nul").replace("Nul", "nul")
    return [command, words.replace("> nul", "> /dev/null").replace(">nul", ">/dev/null")]


def _is_plain(text: str) -> bool:
    return bool(text) and all((char.isalnum() and char.isascii()) or char in "_./:=@+,-" for char in text)


def _unquoted(word: str) -> str:
    if not word.startswith("'"):
        return word.split(" ", 1)[0]
    return "'".join(part.strip("'") for part in word.split("'\"'\"'"))

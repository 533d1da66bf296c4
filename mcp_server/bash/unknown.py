"""Markers: characters that stand for unknown parts of a text. Real arguments almost never contain them."""

UNKNOWN = "\0"
"""Any text, of any length, slashes and blanks included."""

NAME_PIECE = "\x01"
"""A text without slashes and blanks: a number, a date, a random name."""

OWN_PROCESS = "\x02"
"""The number of the shell's own process."""

BODY = "\x03"
"""Precedes the number of a here-document that was removed from the text."""

HERE_STRING = "\x0f"
"""Precedes the word of a here-string."""

MASKED = {"(": "\x04", ")": "\x05", "|": "\x06", "[": "\x0e", "{": "\x10"}
"""Substitutes for characters that Bash reads as part of a word and the grammar does not."""

MOST_SHOWN = 80
_UNMASKED = str.maketrans({hidden: shown for shown, hidden in MASKED.items()})
_RESERVED = frozenset([UNKNOWN, NAME_PIECE, OWN_PROCESS, BODY, HERE_STRING, *MASKED.values()])


def is_known(text: str) -> bool:
    """Whether no part of `text` is a marker."""
    return UNKNOWN not in text and NAME_PIECE not in text and OWN_PROCESS not in text


def unmasked(text: str) -> str:
    """`text` as it was written."""
    return text.translate(_UNMASKED)


def without_markers(command: str) -> str:
    """`command` with every marker replaced by a question mark."""
    if _RESERVED.isdisjoint(command):
        return command
    return "".join("?" if character in _RESERVED else character for character in command)


def readable(text: str) -> str:
    """`text` for people: short, its unknown parts as dots."""
    text = unmasked(text).replace(UNKNOWN, "…").replace(NAME_PIECE, "…").replace(OWN_PROCESS, "$$")
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"

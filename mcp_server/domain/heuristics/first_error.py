"""The first line of an output that says what went wrong, in a form in which the same error is the same text."""

from __future__ import annotations

import re

LONGEST = 200
_SAYS = re.compile(
    r"\b(?:\w*errors?|fail(?:ed|ure|s|ing)?|\w*exception|fatal|panic(?:ked)?|cannot|can't|could not|couldn't|unable|"
    r"not found|no such|undefined|unresolved|denied|refused|assert\w*|mismatch|invalid|missing|abort(?:ed)?|expected|"
    r"segmentation|timed? ?out|unexpected|unknown)\b|^E\s|✗|✘|✖|✕|\bnot ok\b",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"traceback \(most recent call last\)|\b(?:0|no) (?:errors?|fail(?:ed|ures?))\b|^=+ (?:failures|errors) =+$|"
    r"^warning\b",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CHANGES = (
    (re.compile(r"\b0x[0-9a-fA-F]+"), "0x#"),
    (re.compile(r"\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?"), "#"),
    (re.compile(r"\b\d+(?:\.\d+)?\s?(?:ms|µs|us|ns|s|sec|secs|seconds|min)\b"), "#"),
    (re.compile(r"/(?:tmp|var/folders)/[^\s:'\"]+"), "/tmp/#"),  # noqa: S108  what is told apart from it, not written
    (re.compile(r"\b[0-9a-f]{12,}\b"), "#"),
    (re.compile(r"\d{5,}"), "#"),
)
"""What differs from run to run although the error is the same."""


def first_error_line(output: str) -> str:
    """The first line that says what went wrong, else the last line of all; empty for no output."""
    lines = [line.strip() for line in _COLOUR.sub("", output).splitlines() if line.strip()]
    telling = (line for line in lines if _SAYS.search(line) and not _SAYS_NOTHING.search(line))
    line = next(telling, lines[-1] if lines else "")
    for form, instead in _CHANGES:
        line = form.sub(instead, line)
    return " ".join(line.split())[:LONGEST]

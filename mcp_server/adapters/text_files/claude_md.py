"""A project's CLAUDE.md, changed in one step: mode, line ends and whatever else it says stay."""

from __future__ import annotations

import os
from collections.abc import Callable

from mcp_server.adapters.host.atomic_write import replace

NAME = "CLAUDE.md"


def rewrite(folder: str, change: Callable[[str], str]) -> tuple[str, bool]:
    """Put what `change` makes of the text in its place; the file, and whether that was anything new.

    A link inside the folder is followed, as to an AGENTS.md. OSError or ValueError, and nothing is changed, for what
    can't be read or written as text, is read-only, or lies elsewhere.
    """
    file = os.path.realpath(os.path.join(folder, NAME))
    if os.path.commonpath([file, os.path.realpath(folder)]) != os.path.realpath(folder):
        raise ValueError(f"{NAME} is a link to {file}, outside the repository; it was left as it is")
    try:
        before = _text(file)
        after = change(before)
        if after != before:
            _replace(file, after)
    except OSError as error:
        raise OSError(f"{NAME} can't be changed: {error.strerror}") from error
    return file, after != before


def rewrite_or_delete(folder: str, change: Callable[[str], str]) -> None:
    """The same as `rewrite`; a file of which nothing is left is deleted."""
    file, is_new = rewrite(folder, change)
    if is_new and not os.path.getsize(file):
        os.unlink(file)


def read(folder: str) -> str:
    """What it says; nothing where it is missing or can't be read."""
    try:
        return _text(os.path.join(folder, NAME))
    except (OSError, ValueError):
        return ""


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8", newline="") as handle:
            return handle.read()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise ValueError(f"{NAME} is not UTF-8; it was left as it is") from None


def _replace(file: str, text: str) -> None:
    if os.path.exists(file) and not os.stat(file).st_mode & 0o222:
        raise ValueError(f"{NAME} is read-only; it was left as it is")
    replace(file, text.encode(), is_persons=True)

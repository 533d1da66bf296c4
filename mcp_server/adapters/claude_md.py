"""A project's CLAUDE.md, changed in one step: mode, line ends and whatever else it says stay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

NAME = "CLAUDE.md"


def rewrite(folder: str, change: Callable[[str], str]) -> tuple[str, bool]:
    """Put what `change` makes of the text in its place; the file, and whether that was anything new.

    A link is followed, as to an AGENTS.md. OSError or ValueError, and nothing is changed, for what can't be read or
    written as text.
    """
    file = os.path.realpath(os.path.join(folder, NAME))
    try:
        with open(file, encoding="utf-8", newline="") as handle:
            before = handle.read()
    except FileNotFoundError:
        before = ""
    after = change(before)
    if after != before:
        draft = f"{file}.{os.getpid()}.new"
        with open(draft, "w", encoding="utf-8", newline="") as handle:
            handle.write(after)
        if os.path.exists(file):
            shutil.copymode(file, draft)
        os.replace(draft, file)
    return file, after != before

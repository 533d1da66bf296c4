"""The text of a file that somebody put into a folder, or why it has none: it may be anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

LARGEST = 100_000
"""Bytes."""


def text_or_trouble(file: Path) -> tuple[str | None, str | None]:
    """The text and None, or None and what is wrong with the file."""
    try:
        found = os.lstat(file)
        if not stat.S_ISREG(found.st_mode):
            return None, "it is no ordinary file"
        if found.st_size > LARGEST:
            return None, f"it has more than {LARGEST:,} bytes"
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, "it is not UTF-8"
    except OSError as error:
        return None, f"it cannot be read: {error.strerror}"
    return (None, "it is not text") if "\0" in text else (text, None)

"""Whether a person took Interlock out of a checkout of which the settings say that others share it.

Such a checkout would be put into use again by the next session: the settings are committed, and everybody's.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

ENDING = ".left"


def leave(state: str) -> None:
    """From now on nobody but a person puts this checkout into use."""
    with suppress(OSError):
        Path(state + ENDING).touch(mode=0o600)


def has_left(state: str) -> bool:
    """Whether a person took Interlock out of this checkout."""
    return Path(state + ENDING).exists()


def come_back(state: str) -> None:
    """The checkout is in use again."""
    with suppress(OSError):
        Path(state + ENDING).unlink(missing_ok=True)

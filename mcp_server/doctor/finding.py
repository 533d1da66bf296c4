"""A finding: whether one thing works, and what to do if not."""

from __future__ import annotations

from typing import Literal, NamedTuple

State = Literal["ok", "warning", "broken"]


class Finding(NamedTuple):
    """`state` is ok, warning (works, with a reservation) or broken; `advice` says what to do, empty if nothing."""

    what: str
    state: State
    words: str
    advice: str = ""

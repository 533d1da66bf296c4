"""A finding: one thing that was examined, whether it works, and what to do if not."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """`state` is ok, warning (works, but look at it) or broken; `advice` says what to do, empty when all is well."""

    what: str
    state: Literal["ok", "warning", "broken"]
    words: str
    advice: str = ""

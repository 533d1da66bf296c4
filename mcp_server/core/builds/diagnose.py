"""Whose are the errors in these files, for somebody at the command line?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mcp_server.core.builds.advice import advice_on
from mcp_server.core.builds.blame import Judgement, judge
from mcp_server.core.workplace import Workplace


class Diagnosis(NamedTuple):
    """Whose the files are, and what is to be done about it."""

    judgement: Judgement
    advice: str


def diagnose(place: Workplace, key: str, files: Mapping[str, Sequence[str]]) -> Diagnosis:
    """The judgement on the files with errors, for the agent known by `key`; a stranger owns nothing."""
    with place.store.reading() as books:
        judgement = judge(books, books.guard.rights(key, None), files)
        said = advice_on(judgement, books.now, retry_seconds=place.settings().retry_seconds)
    return Diagnosis(judgement, said)

"""Whose are the errors in these files? Asked at the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mcp_server.core.builds.advice import advice_on
from mcp_server.core.builds.blame import Judgement, judge
from mcp_server.core.builds.holders import has_ended
from mcp_server.core.workplace import Workplace


class Diagnosis(NamedTuple):
    """Who is responsible for the files, and what to do about it."""

    judgement: Judgement
    advice: str


def diagnose(place: Workplace, key: str, files: Mapping[str, Sequence[str]]) -> Diagnosis:
    """Judge the files with errors for the agent with this key; an unknown agent owns nothing."""
    with place.store.reading() as books:
        gone = lambda agent: has_ended(books.agents, place.processes, agent)  # noqa: E731  one line that is passed on
        judgement = judge(books, books.guard.rights(key, None), files, gone)
        advice = advice_on(judgement, books.now, retry_seconds=place.settings().retry_seconds)
    return Diagnosis(judgement, advice)

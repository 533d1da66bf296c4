"""What was spent: by agent, task, model or day, and why that may not be exact."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.text import count
from mcp_server.domain.usage.sums import By, Doubt, Part, Prices, grouped, whole

DAY = 24 * 3600.0
NO_TASK = "(no task)"


class Spent(NamedTuple):
    """What was spent since a day (None: ever, as far as it is kept), in groups, the largest first."""

    by: By
    since: str | None
    groups: Mapping[str, Sequence[Part]]
    doubts: Sequence[Doubt]
    prices: Prices


def read_usage(place: Workplace, by: By, since: str | None = None) -> Spent:
    """What was spent since then: a day, `today`, `yesterday`, or `7d`. Refuses (Misuse) what is none of these."""
    with place.store.reading() as books:
        today = books.budgets.today()
        first = None if since is None else day_of(since, today)
        parts = books.usage.parts(first)
        doubts = books.usage.doubts(0.0 if first is None else books.now - _seconds_since(first, today))
    named = [part._replace(task=part.task or NO_TASK) for part in parts]
    groups = grouped(named, by)
    order = sorted(groups) if by == "day" else sorted(groups, key=lambda name: -whole(groups[name]).total)
    return Spent(by, first, {name: groups[name] for name in order}, doubts, dict(place.settings().prices))


def day_of(text: str, today: str) -> str:
    """The day that a person means, as 2026-01-31."""
    said = text.strip().lower()
    now = date.fromisoformat(today)
    if said in ("today", "yesterday"):
        return str(now - timedelta(days=said == "yesterday"))
    days = re.fullmatch(r"(\d{1,4})\s*d(?:ays?)?", said)
    if days and int(days[1]):
        return str(now - timedelta(days=int(days[1]) - 1))
    try:
        return str(date.fromisoformat(said))
    except ValueError:
        words = "is not a day: give one as 2026-01-31, today, yesterday, or 7d for the last seven days"
        raise Misuse(f"--since {shown(text)} {words}") from None


def in_doubt(doubt: Doubt) -> str:
    """Why the sums of an agent may not be exact."""
    found = []
    if doubt.left:
        found.append(f"{doubt.left:,} bytes of its transcript are not read yet")
    if doubt.rewritten:
        found.append("its transcript was rewritten or cut: what had not been read by then is missing")
    if doubt.unreadable:
        found.append(f"{count(doubt.unreadable, 'line')} of its transcript could not be understood")
    if doubt.compacted:
        summaries = "1 summary" if doubt.compacted == 1 else f"{doubt.compacted} summaries"
        found.append(f"what {summaries} of its conversation cost is in no transcript")
    if doubt.gone:
        found.append("its transcript is gone")
    return f"{doubt.agent}: {'; '.join(found)}"


def _seconds_since(day: str, today: str) -> float:
    """Seconds that reach back to the beginning of the day, or a little further."""
    return max(0, (date.fromisoformat(today) - date.fromisoformat(day)).days + 1) * DAY

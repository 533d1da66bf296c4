"""Times as a person reads them: in their own zone, and relative where that reads better."""

from __future__ import annotations

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3_600, 86_400


def local(at: str, now: datetime) -> str:
    """A time (ISO 8601, as in answers) in the zone of `now`: "14:05" on the same day, else "27 Nov 14:05"."""
    moment = datetime.fromisoformat(at).astimezone(now.tzinfo)
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b %H:%M}" if moment.year == now.year else f"{moment.day} {moment:%b %Y %H:%M}"


def ago(at: str, now: datetime) -> str:
    """How long ago that was: "just now", "12 min ago", "3 h ago", "2 days ago"."""
    seconds = (now - datetime.fromisoformat(at)).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds / MINUTE)} min ago"
    if seconds < DAY:
        return f"{int(seconds / HOUR)} h ago"
    days = int(seconds / DAY)
    return f"{days} day{'' if days == 1 else 's'} ago"


def now() -> datetime:
    """The time here, in the person's own zone."""
    return datetime.now().astimezone()

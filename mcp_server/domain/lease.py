"""A lease: what claims and locks both are.

A lease trades exclusion for progress: its holder keeps it by being active, and may lose it when it is silent for
too long. It does not stop a holder that was away from writing late; the token does, since the guard compares it.
"""

from __future__ import annotations

from typing import NamedTuple

PATH_LOCK = "path:"
"""What the name of a lock on paths starts with; the rest is a pattern."""


class Lease(NamedTuple):
    """One lease as it stands. It ends `seconds` after its holder was last seen, or when the holder ended."""

    token: int
    holder: int
    holder_name: str
    task: str | None
    title: str
    resource: str | None
    scope: tuple[str, ...]
    purpose: str | None
    granted_at: float
    seconds: float
    seen_at: float
    ended_at: float | None
    taken_by: str | None = None
    taken_at: float | None = None

    @property
    def expires_at(self) -> float:
        """When it ends if its holder stays silent."""
        return self.seen_at + self.seconds

    def is_live(self, now: float) -> bool:
        """Whether it still keeps others out: not taken over, not run out, its holder not ended."""
        return self.taken_by is None and self.ended_at is None and now < self.expires_at

    @property
    def subject(self) -> str:
        """The task or the resource that it is a lease on."""
        return self.resource or self.task or ""

"""A lease: a claim on a task or a lock on a resource.

A holder keeps its lease by being active or working and may lose it when it does neither for too long, so that work
never stops for good. The lease can't stop a late write of a former holder; the token can, since the guard compares it.
"""

from __future__ import annotations

from mcp_server.domain.decision import REVIEW
from mcp_server.record import NamedTuple

PATH_LOCK = "path:"
"""The prefix of the name of a path lock; the rest is a pattern."""


class Lease(NamedTuple):
    """One lease. It expires `seconds` after its holder was last seen, or when the holder ends."""

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
    expires_at: float
    """When it expires if its holder stays inactive and does not work."""
    seen_at: float
    ended_at: float | None
    taken_by: str | None = None
    taken_at: float | None = None

    def is_live(self, now: float) -> bool:
        """Whether it still keeps others out: not taken over, not expired, its holder not ended.

        Of a holder that is working this is right once somebody has looked: `core.leases.expire.offer_expired`.
        """
        return self.taken_by is None and self.ended_at is None and now < self.expires_at

    @property
    def is_review(self) -> bool:
        """Whether it keeps the scope of a task closed that waits for review."""
        return self.holder_name == REVIEW

    @property
    def subject(self) -> str:
        """The task or the resource that it is a lease on."""
        return self.resource or self.task or ""

"""The settings of a repository, their defaults, and what they may be."""

from __future__ import annotations

from typing import NamedTuple

MODES = ("enforce", "warn", "off")
UNCLAIMED = ("allow", "deny")


class Settings(NamedTuple):
    """What `.claude/interlock.toml` may say; every key is optional."""

    mode: str = "enforce"
    unclaimed: str = "allow"
    lease_minutes: float = 30.0
    open: tuple[str, ...] = ()
    retry_seconds: float = 30.0
    tasks_file: str | None = None
    state_file: str | None = None

    @property
    def lease_seconds(self) -> float:
        """How long a claim outlives its holder's silence."""
        return self.lease_minutes * 60

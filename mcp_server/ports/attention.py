"""The book of what needs a person, and the ways in which one is notified."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from mcp_server.domain.messages import Event
from mcp_server.domain.oversight.need import BrokenBuild, LostClaim, Need


class Attention(Protocol):
    """What needs a person, as far as the books of tasks and conflicts do not say it."""

    def asking(self, limit: int) -> list[int]:
        """The agents that are recorded as waiting for their user, the longest wait first."""

    def broken_builds(self, before: float, limit: int) -> list[BrokenBuild]:
        """What has failed since before then because of somebody else's file, and was seen to fail lately."""

    def lost(self, gone: Iterable[int], limit: int) -> list[LostClaim]:
        """The claims of agents whose process ended without a word: those recorded so, and those in `gone`."""

    def notable(self, since: float, limit: int) -> list[Event]:
        """The events since then that a person should know of, the latest first: budgets, agents that go in circles."""

    def notify_once(self, cause: str) -> bool:
        """Record that a person is notified of this cause; False if one was notified of it before."""


class Notifier(Protocol):
    """One way to notify a person."""

    def notify(self, need: Need) -> None:
        """Notify; refuses (OSError, ValueError) in words what can't be sent."""

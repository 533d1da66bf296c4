"""The answers to locking and unlocking."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Time
from mcp_server.core.leases.lock import Busy, Locked, Unlocked


class LockAnswer(Answer):
    """Answer of `lock_resource`."""

    granted: bool
    resource: str
    token: int | None = None
    expires_at: Time
    holder: str | None = None
    since: Time | None = None
    purpose: str | None = None
    example: str | None = None
    advice: str

    @classmethod
    def of(cls, name: str, outcome: Locked | Busy) -> LockAnswer:
        if isinstance(outcome, Locked):
            advice = f'{name} is yours. Release it as soon as you are done: unlock_resource("{name}").'
            return cls.model_validate({"granted": True, "resource": name, **outcome._asdict(), "advice": advice})
        advice = (
            f"{outcome.holder} holds {outcome.resource}{outcome.doing}. Do something else and try again, or wait with "
            "wait_seconds (at most 60)."
        )
        return cls.model_validate({"granted": False, **outcome._asdict(), "resource": name, "advice": advice})

    def line(self) -> str:
        return self.advice


class UnlockAnswer(Answer):
    """Answer of `unlock_resource`."""

    released: bool
    reason: str | None = None

    @classmethod
    def of(cls, outcome: Unlocked) -> UnlockAnswer:
        return cls.model_validate(outcome)

    def line(self) -> str:
        return "Released." if self.released else f"Not released: {self.reason}."

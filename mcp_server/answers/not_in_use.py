"""The answer to everything but a plan where Interlock is not in use."""

from __future__ import annotations

from typing import ClassVar, Literal

from mcp_server.answers.answer import Answer


class NotInUseAnswer(Answer):
    """Nothing is coordinated here. `granted` is there, and false, only for a claim or a lock."""

    FOR_PEOPLE: ClassVar[str] = "Interlock is not in use in this repository; `interlock init` starts it."

    granted: bool | None = None
    reason: Literal["not_in_use"] = "not_in_use"
    advice: str = (
        "Interlock is not in use in this repository: there is nothing to claim or to look at, so just work. If the "
        "user wants several agents to work here, plan_tasks begins its use."
    )

    def line(self) -> str:
        return self.advice

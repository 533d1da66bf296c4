"""A task as a planner writes it: the same form for the tool, for files and for stdin."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from mcp_server.core.tasks.plan import Proposal


class PlannedTask(BaseModel):
    """A task as planned; what is not known here is refused."""

    model_config = ConfigDict(extra="forbid")

    title: str
    scope: Annotated[list[str], Field(description="e.g. src/auth/**, docs/*.md, !src/auth/gen/**; [] = reading only")]
    id: Annotated[str | None, Field(description="to refer to it; else T1, T2 …")] = None
    depends_on: list[str] = []
    done_when: str | None = None
    priority: int = 0
    tier: Literal["haiku", "sonnet", "opus", "local"] | None = None
    resources: Annotated[list[str], Field(description="locked together with its claim")] = []
    budget: Annotated[int | None, Field(description="tokens")] = None
    role: Annotated[str | None, Field(description="reader, tester, writer, reviewer, or of the settings")] = None
    capabilities: Annotated[list[str], Field(description="what it needs, e.g. docker, browser, gpu")] = []

    def proposal(self) -> Proposal:
        """The task as the core takes it."""
        return Proposal(**self.model_dump())

"""What all answers share: times as text, a notice, a line of text."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from mcp_server.domain.text import stamp


def _stamped(value: object) -> object:
    return stamp(value) if isinstance(value, int | float) else value


Time = Annotated[str, BeforeValidator(_stamped)]
"""ISO 8601, UTC."""


def _only_if_so(value: bool | None) -> bool | None:
    return value or None


NeedsScope = Annotated[bool | None, Field(validation_alias="unscoped"), AfterValidator(_only_if_so)]
"""Present only when true: an empty scope without it means read-only."""


class Part(BaseModel):
    """A part of an answer, read from a value of the core."""

    model_config = ConfigDict(from_attributes=True)


class Answer(Part):
    """An answer. `notice` says once that a claim was taken over since the last call."""

    notice: str | None = None

    def line(self) -> str:
        """The answer in one line of text."""
        raise NotImplementedError

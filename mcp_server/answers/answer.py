"""What all answers share: times as text, a notice, a line of text."""

from __future__ import annotations

from typing import Annotated, ClassVar

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
    """An answer. `notice` says once that a claim was taken over; `left_out` what did not fit, by list."""

    MORE: ClassVar[str] = ""
    """How to ask for what a long answer leaves out; empty for an answer that is never shortened."""
    NEWEST_LAST: ClassVar[frozenset[str]] = frozenset()
    """The lists of which the end matters most."""

    notice: str | None = None
    left_out: dict[str, int] | None = None

    def words_about_the_rest(self) -> str:
        """How much of which list is not in the answer, and how to ask for it; empty when nothing is missing."""
        missing = ", ".join(f"{count} more {name}" for name, count in (self.left_out or {}).items() if count)
        return f" Not shown: {missing}; {self.MORE}." if missing else ""

    def line(self) -> str:
        """The answer in one line of text."""
        raise NotImplementedError

"""How a person is shown what takes its time."""

from __future__ import annotations

from typing import Protocol

from mcp_server.domain.setup_step import Carried, Step


class Progress(Protocol):
    """Shows the steps of what is being set up; `of` is the same for one of several that go on side by side."""

    def begins(self, step: Step) -> None: ...
    def ends(self, carried: Carried) -> None: ...
    def says(self, words: str) -> None: ...
    def of(self, name: str) -> Progress: ...

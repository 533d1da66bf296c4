"""The answers of the commands about Interlock itself."""

from __future__ import annotations

from mcp_server.answers.answer import Answer


class ModeAnswer(Answer):
    """The guard's mode in this repository."""

    mode: str

    def line(self) -> str:
        return f"mode {self.mode}"


class HookRemovedAnswer(Answer):
    """Whether git's hook was there and is removed."""

    removed: bool

    def line(self) -> str:
        return "Hook removed." if self.removed else "Interlock's hook is not installed here."

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


class RepairedAnswer(Answer):
    """Of when the state is that was restored; absent when nothing was wrong with it."""

    restored: str | None = None

    def line(self) -> str:
        if self.restored is None:
            return "Nothing was repaired: the state is whole."
        return f"The state of {self.restored} is restored. What happened after that is lost: compare it with the work."

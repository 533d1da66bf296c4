"""The answers of the commands about Interlock itself."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part


class ModeAnswer(Answer):
    """The guard's mode in this repository."""

    mode: str

    def line(self) -> str:
        return f"mode {self.mode}"


class KeptPart(Part):
    """What stays in the repository, and why."""

    what: str
    why: str


class RemovalAnswer(Answer):
    """Answer of `remove`: with `removed` false, what would go."""

    removed: bool
    goes: list[str]
    stays: list[KeptPart] = []
    reason: str | None = None

    def line(self) -> str:
        head = "Interlock is removed from this repository:" if self.removed else "This would be removed:"
        lines = [head, *(f"  {what}" for what in self.goes or ["nothing: it has left no trace here"])]
        if self.stays:
            lines += ["This stays:" if self.removed else "This would stay:"]
            lines += [f"  {part.what}: {part.why}" for part in self.stays]
        return "\n".join(lines + ([self.reason] if self.reason else []))


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

"""The answers about branches: which can't be merged with which, and what came of bringing one home."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.core.foreseeing import Outlook
from mcp_server.domain.conflict import Known, Lines, place


class ConflictPart(Part):
    """A path on which two branches can't be merged; the lines are each branch's own."""

    branches: tuple[str, str]
    path: str
    lines: tuple[Lines, Lines]
    reason: str
    since: Time

    @classmethod
    def seen(cls, known: Known) -> ConflictPart:
        """A conflict as it was found."""
        one = known.conflict
        return cls.model_validate(
            {
                "branches": known.pair,
                "path": one.path,
                "lines": (one.ours, one.theirs),
                "reason": one.reason,
                "since": known.found_at,
            }
        )

    def line(self) -> str:
        """The conflict in one line of text."""
        ours, theirs = self.branches
        return f"{ours} and {theirs}: {place(self.path, self.lines[0])}: {self.reason}"


class TroublePart(Part):
    """A branch that could not be looked at, and why."""

    branch: str
    why: str


class ConflictsAnswer(Answer):
    """Answer of `interlock conflicts`."""

    conflicts: list[ConflictPart]
    branches: int
    landed: list[str]
    not_looked_at: list[TroublePart]

    @classmethod
    def of(cls, outlook: Outlook) -> ConflictsAnswer:
        """The answer with what is foreseen."""
        return cls(
            conflicts=[ConflictPart.seen(known) for known in outlook.conflicts],
            branches=outlook.branches,
            landed=list(outlook.landed),
            not_looked_at=[TroublePart(branch=name, why=why) for name, why in sorted(outlook.trouble.items())],
        )

    def line(self) -> str:
        said = [part.line() for part in self.conflicts]
        said += [f"{name} has come home." for name in self.landed]
        said += [f"Not looked at: {part.branch}: {part.why}" for part in self.not_looked_at]
        if not self.conflicts and not self.not_looked_at:
            said.append(f"No conflicts between {self.branches} branch(es).")
        return "\n".join(said)

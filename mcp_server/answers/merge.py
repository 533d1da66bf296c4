"""The answers about branches: which conflict, and whether one was merged."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part, Time
from mcp_server.core.merge.conflicts import OpenConflicts
from mcp_server.core.merge.merge import Merged
from mcp_server.core.merge.request import NotMerged, Reason
from mcp_server.domain.conflict import Conflict, Known, Lines, place


class ConflictPart(Part):
    """A path on which two branches conflict, with each branch's own lines."""

    branches: tuple[str, str]
    path: str
    lines: tuple[Lines, Lines]
    reason: str
    since: Time

    @classmethod
    def seen(cls, known: Known) -> ConflictPart:
        part = BaseConflictPart.seen(known.conflict)
        return cls.model_validate({**part.model_dump(), "branches": known.pair, "since": known.found_at})

    def line(self) -> str:
        ours, theirs = self.branches
        return f"{ours} and {theirs}: {place(self.path, self.lines[0])}: {self.reason}"


class BaseConflictPart(Part):
    """A path on which a branch conflicts with its base: the base's lines and the branch's."""

    path: str
    lines: tuple[Lines, Lines]
    reason: str

    @classmethod
    def seen(cls, conflict: Conflict) -> BaseConflictPart:
        return cls(path=conflict.path, lines=(conflict.ours, conflict.theirs), reason=conflict.reason)

    def line(self) -> str:
        base, branch = self.lines
        there = f" ({place('on the branch', branch)})" if branch else ""
        return f"{place(self.path, base)}{there}: {self.reason}"


class TroublePart(Part):
    """A branch that could not be checked, and why."""

    branch: str
    why: str


class ConflictsAnswer(Answer):
    """Answer of `interlock conflicts`."""

    conflicts: list[ConflictPart]
    branches: int
    merged: list[str]
    not_looked_at: list[TroublePart]

    @classmethod
    def of(cls, open_conflicts: OpenConflicts) -> ConflictsAnswer:
        return cls(
            conflicts=[ConflictPart.seen(known) for known in open_conflicts.conflicts],
            branches=open_conflicts.branches,
            merged=list(open_conflicts.merged),
            not_looked_at=[TroublePart(branch=name, why=why) for name, why in sorted(open_conflicts.trouble.items())],
        )

    def line(self) -> str:
        said = [part.line() for part in self.conflicts]
        said += [f"{name} is merged." for name in self.merged]
        said += [f"Not checked: {part.branch}: {part.why}" for part in self.not_looked_at]
        if not self.conflicts and not self.not_looked_at:
            said.append(f"No conflicts between {self.branches} branch(es).")
        return "\n".join(said)


class CheckPart(Part):
    """A check that was run on the merged tree."""

    command: str
    code: int
    lines: list[str]
    log: str


class MergeAnswer(Answer):
    """Answer of `interlock merge`."""

    merged: bool
    branch: str | None = None
    base: str | None = None
    commit: str | None = None
    already: bool | None = None
    ready: list[str] | None = None
    left: list[str] | None = None
    unfinished: str | None = None
    missing: str | None = None
    pushed: bool | None = None
    why_not: str | None = None
    reason: Reason | None = None
    holder: str | None = None
    paths: list[str] | None = None
    conflicts: list[BaseConflictPart] | None = None
    check: CheckPart | None = None
    advice: str | None = None

    @classmethod
    def of(cls, outcome: Merged | NotMerged) -> MergeAnswer:
        given = {name: value or None for name, value in outcome._asdict().items()}
        given |= {"merged": isinstance(outcome, Merged), "check": outcome.checked}
        given["pushed"] = outcome.pushed if isinstance(outcome, Merged) else None
        if isinstance(outcome, Merged):
            return cls.model_validate({**given, "advice": _merged(outcome)})
        conflicts = [BaseConflictPart.seen(conflict) for conflict in outcome.conflicts] or None
        return cls.model_validate({**given, "conflicts": conflicts, "advice": outcome.advice + "."})

    def line(self) -> str:
        said = [part.line() for part in self.conflicts or ()] + list((self.paths or ())[:10])
        if self.check is not None and self.check.code:
            said += [*self.check.lines, f"Full log: {self.check.log}"]
        return "\n".join([*said, self.advice or ""])


def _merged(merged: Merged) -> str:
    said = f"Merged {merged.branch}: {merged.base} is now at {merged.commit[:10]}."
    if merged.already:
        said = f"Nothing to merge: {merged.base} already has all of {merged.branch}."
    if merged.pushed:
        said += f" {merged.base} is pushed."
    elif merged.why_not:
        said += f" It was not pushed: {merged.why_not.rstrip('.')}. The same command with --push tries again."
    if merged.ready:
        said += f" Now ready: {', '.join(merged.ready)}."
    if merged.unfinished:
        said += (
            f" {merged.unfinished} is not done yet, so its dependants still wait: mark it done when it is, and "
            "merge again what is committed by then."
        )
    elif merged.missing:
        said += f" Its dependants still wait: its worktree has {merged.missing}, which {merged.base} lacks."
    if merged.left:
        said += (
            f" Changed meanwhile in the checkout of {merged.base}, and left as it is: "
            f"{', '.join(merged.left)}. Look at git diff there before you commit."
        )
    return said

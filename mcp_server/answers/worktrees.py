"""The answers about worktrees: created, listed, removed, repaired."""

from __future__ import annotations

from mcp_server.answers.answer import Answer, Part
from mcp_server.core.worktrees.create import Made
from mcp_server.core.worktrees.list import WorktreeState
from mcp_server.core.worktrees.remove import Kept, Removed
from mcp_server.core.worktrees.repair import Repaired
from mcp_server.core.worktrees.set_up import SetUp


class StepPart(Part):
    """A step of setting up a worktree."""

    step: str
    done: bool
    words: str
    seconds: float


class AddAnswer(Answer):
    """Answer of `worktree add`. With `made` false there is a `reason` and nothing else."""

    made: bool
    reason: str | None = None
    name: str | None = None
    path: str | None = None
    branch: str | None = None
    task: str | None = None
    base: str | None = None
    start: str | None = None
    created: bool = False
    ports: dict[str, int] = {}
    names: dict[str, str] = {}
    steps: list[StepPart] = []
    undone: list[str] = []
    log: str | None = None

    @classmethod
    def of(cls, made: Made, set_up_done: SetUp) -> AddAnswer:
        worktree = set_up_done.worktree
        return cls(
            made=True,
            notice=". ".join(made.notes) or None,
            **{name: getattr(worktree, name) for name in ("name", "path", "branch", "task", "base", "start")},
            created=made.created,
            ports={name: int(value) for name, value in set_up_done.given.items() if value.isdecimal()},
            names={name: value for name, value in set_up_done.given.items() if not value.isdecimal()},
            steps=[StepPart.model_validate(step) for step in set_up_done.steps],
            undone=list(worktree.undone),
            log=set_up_done.log,
        )

    def line(self) -> str:
        if not self.made:
            return self.reason or ""
        was = "ready" if self.created else "already there"
        own = ", ".join(f"{name}={value}" for name, value in {**self.ports, **self.names}.items())
        lines = [
            f"Worktree {self.name} {was}: {self.path}, on {self.branch}, from {self.base}" + (f"; {own}" if own else "")
        ]
        return "\n".join([*lines, *_failure(self.steps, self.name, self.log)])


class TreePart(Part):
    """A worktree in the list."""

    name: str
    path: str
    branch: str | None
    base: str | None
    task: str | None
    state: str
    agents: list[str]
    uncommitted: int | None
    ahead: int | None
    behind: int | None
    is_main: bool


class TreesAnswer(Answer):
    """Answer of `worktree list`."""

    worktrees: list[TreePart]

    @classmethod
    def of(cls, surveyed: list[WorktreeState]) -> TreesAnswer:
        return cls(worktrees=[TreePart.model_validate(part) for part in surveyed])

    def line(self) -> str:
        return "\n".join(f"{part.name}: {part.path}, {part.state}" for part in self.worktrees)


class RemoveAnswer(Answer):
    """Answer of `worktree remove`."""

    removed: bool
    name: str
    path: str
    branch: str | None = None
    reason: str | None = None

    @classmethod
    def of(cls, outcome: Removed | Kept) -> RemoveAnswer:
        return cls.model_validate({**outcome._asdict(), "removed": isinstance(outcome, Removed)})

    def line(self) -> str:
        if self.removed:
            return f"Removed {self.path}; {self.branch}"
        return f"Not removed: {self.path}: {self.reason}"


class TendedPart(Part):
    """What was done to one worktree."""

    name: str
    path: str
    what: str
    words: str
    steps: list[StepPart] = []
    log: str | None = None


class RepairAnswer(Answer):
    """Answer of `worktree repair`."""

    worktrees: list[TendedPart]

    @classmethod
    def of(cls, tended: list[tuple[Repaired, SetUp | None]]) -> RepairAnswer:
        return cls(worktrees=[_tended(one, set_up_done) for one, set_up_done in tended])

    @property
    def failed(self) -> bool:
        """Whether a step failed."""
        return any(not step.done for part in self.worktrees for step in part.steps)

    @property
    def left(self) -> bool:
        """Whether something is left that a person has to look at."""
        return any(part.what == "left" for part in self.worktrees)

    def line(self) -> str:
        lines = [f"{part.name}: {part.words}" for part in self.worktrees if part.what != "fine"]
        for part in self.worktrees:
            lines += _failure(part.steps, part.name, part.log)
        return "\n".join(lines) or "All worktrees are in order."


def _tended(one: Repaired, set_up_done: SetUp | None) -> TendedPart:
    steps = [] if set_up_done is None else [StepPart.model_validate(step) for step in set_up_done.steps]
    return TendedPart(
        name=one.name, path=one.path, what=one.what, words=one.words, steps=steps, log=set_up_done and set_up_done.log
    )


def _failure(steps: list[StepPart], name: str | None, log: str | None) -> list[str]:
    return [
        f"The step “{step.step}” failed: {step.words}\nThe full log is in {log}. Repeat the remaining steps with: "
        f"interlock worktree repair {name!r}"
        for step in steps
        if not step.done
    ]

"""A workflow: what is done in which phases, over which lists, and what has to pass before the next phase begins."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["once", "glob", "folders", "command", "list", "phase"]
"""Where the items of a phase come from: there are none, and each task is planned once; the files that patterns cover;
the folders that they cover; the lines that a command prints; a list; the items of an earlier phase."""

MOST_TASKS = 500
MINUTES = 60.0
"""How long a gate's command may take, if the workflow does not say."""


class Parameter(NamedTuple):
    """What is chosen at the start of a run. Without a default it has to be given."""

    name: str
    default: str | None = None
    description: str | None = None


class Limits(NamedTuple):
    """How much a run may plan, spend and fail before a person has to look at it; None is no limit."""

    tasks: int = MOST_TASKS
    tokens: int | None = None
    failures: int | None = None


class Template(NamedTuple):
    """A task with placeholders, planned once for each item."""

    title: str
    scope: tuple[str, ...] = ()
    done_when: str | None = None
    tier: str | None = None
    role: str | None = None
    budget: int | None = None
    capabilities: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    priority: int = 0


class Items(NamedTuple):
    """Where the items of a phase come from; `value` are patterns, texts, the command, or the name of a phase."""

    kind: Kind = "once"
    value: tuple[str, ...] = ()

    @property
    def has_to_be_found(self) -> bool:
        """Whether git or a command has to be asked for them."""
        return self.kind in ("glob", "folders", "command")


class Gate(NamedTuple):
    """What has to pass once all tasks of a phase are done: a command, and then a person's approval."""

    command: str | None = None
    review: bool = False
    minutes: float = MINUTES


class Phase(NamedTuple):
    """A phase: its templates, over its items. `optional`: it is passed over where there is no item."""

    name: str
    templates: tuple[Template, ...]
    items: Items = Items()
    gate: Gate = Gate()
    optional: bool = False


class Workflow(NamedTuple):
    """A workflow as its file says it."""

    name: str
    description: str
    phases: tuple[Phase, ...]
    parameters: tuple[Parameter, ...] = ()
    limits: Limits = Limits()

    @property
    def runs_commands(self) -> bool:
        """Whether it has any command run, for a list or as a gate."""
        return any(phase.gate.command or phase.items.kind == "command" for phase in self.phases)

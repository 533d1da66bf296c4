"""The tasks of a phase: its templates, filled in for each item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mcp_server.core.tasks.plan import Proposal, checked
from mcp_server.domain import accepted_text
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.settings import Settings
from mcp_server.domain.text import clip
from mcp_server.domain.workflow.placeholders import fill, fill_command, fill_scope, fill_words, of_item
from mcp_server.domain.workflow.run import Run
from mcp_server.domain.workflow.workflow import Items, Phase, Template, Workflow

ONCE = ("",)
"""The items of a phase that has none."""
LONGEST_ITEM = 500


class Expanded(NamedTuple):
    """A task of a phase, with the item that it is for."""

    item: str
    proposal: Proposal


def given(workflow: Workflow, said: Mapping[str, str]) -> dict[str, str]:
    """A value for each parameter; refuses (Misuse) one that there is not, and one that is missing."""
    known = [parameter.name for parameter in workflow.parameters]
    for name in said:
        if name not in known:
            raise Misuse(f"{workflow.name} has no parameter {shown(name)}: it has {', '.join(known) or 'none'}")
    found = {parameter.name: said.get(parameter.name, parameter.default) for parameter in workflow.parameters}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        about = {parameter.name: parameter.description for parameter in workflow.parameters}
        words = ", ".join(f"{name}=… ({about[name]})" if about[name] else f"{name}=…" for name in missing)
        raise Misuse(f"{workflow.name} needs {words}")
    return {name: value for name, value in found.items() if value is not None}


def values_of(run: Run) -> dict[str, str]:
    """What the placeholders of a run stand for."""
    return {**dict(run.given), "run": run.id, "workflow": run.workflow}


def filled_items(items: Items, values: Mapping[str, str]) -> tuple[str, ...]:
    """The patterns, the command or the texts of a list, filled in."""
    return items.value if items.kind == "phase" else tuple(fill(text, values) for text in items.value)


def gate_command(phase: Phase, values: Mapping[str, str]) -> str | None:
    """The command of a phase's gate; None without one, or where a parameter left nothing of it."""
    return fill_command(phase.gate.command or "", values).strip() or None


def expand(phase: Phase, items: Sequence[str], values: Mapping[str, str], settings: Settings) -> list[Expanded]:
    """The tasks of a phase for these items, checked; refuses (Misuse) what can't be planned, naming phase and item."""
    found: list[Expanded] = []
    wanted = [(item, template) for item in _once_each(items) for template in phase.templates]
    for number, (item, template) in enumerate(wanted, 1):
        own = {**values, "phase": phase.name, "number": str(number)}
        if phase.items.kind != "once":
            own.update(of_item(item))
        try:
            found.append(Expanded(item, _proposal(template, own, settings)))
        except Misuse as error:
            where = f" for the item {shown(item)}" if item else ""
            raise Misuse(f"phase {phase.name!r}{where}: {error}") from None
    return found


def _proposal(template: Template, values: Mapping[str, str], settings: Settings) -> Proposal:
    scope = [pattern for text in template.scope if (pattern := fill_scope(text, values)).strip()]
    proposal = Proposal(
        clip(fill(template.title, values), accepted_text.TITLE),
        scope,
        done_when=fill_words(template.done_when, values) if template.done_when else None,
        priority=template.priority,
        tier=template.tier,
        resources=[fill(name, values) for name in template.resources],
        budget=template.budget,
        role=template.role,
        capabilities=template.capabilities,
    )
    [accepted] = checked([proposal], settings)
    return accepted


def _once_each(items: Sequence[str]) -> list[str]:
    for item in items:
        if len(item) > LONGEST_ITEM:
            raise Misuse(f"the item {shown(item)} has {len(item)} characters; at most {LONGEST_ITEM} are possible")
    return list(dict.fromkeys(items))

"""Reads a workflow from its TOML. What is wrong is named with its place; nothing is guessed at or ignored."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.settings import MOST_TOKENS
from mcp_server.domain.workflow import placeholders
from mcp_server.domain.workflow.workflow import MINUTES, Gate, Items, Limits, Parameter, Phase, Template, Workflow
from mcp_server.workflow_file.table import Table

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
LONGEST = 200_000
MOST_PHASES = 50
HARD_LIMIT = 10_000
TIERS = ("haiku", "sonnet", "opus", "local")
TEMPLATE = ("title", "scope", "done_when", "tier", "role", "budget", "capabilities", "resources", "priority")
PHASE = ("name", "for_each", "tasks", "gate", "optional", *TEMPLATE)
FOR_EACH = ("glob", "folders", "command", "list", "phase")


def read_workflow(name: str, text: str, place: str) -> Workflow:
    """The workflow in a text; refuses (Misuse) what it does not say clearly. `place` is where the text comes from."""
    if len(text) > LONGEST:
        raise Misuse(f"{place} has {len(text):,} characters; at most {LONGEST:,} are possible")
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Misuse(f"{place} is not valid TOML: {error}") from None
    try:
        return _workflow(name, Table("", said, text))
    except Misuse as error:
        raise Misuse(f"{place}: {error}") from None


def _workflow(name: str, file: Table) -> Workflow:
    file.allow("description", "parameters", "limits", "phases")
    parameters = tuple(_parameter(file.table("parameters"), one) for one in file.table("parameters").said)
    limits = _limits(file.table("limits"))
    phases: list[Phase] = []
    for number, table in enumerate(file.tables("phases"), 1):
        phases.append(_phase(table, number, phases, {one.name for one in parameters}))
    if not phases:
        raise Misuse("there is no phase: each is a section [[phases]] with a `name` and a `title`")
    if len(phases) > MOST_PHASES:
        raise Misuse(f"there are {len(phases)} phases; at most {MOST_PHASES} are possible")
    return Workflow(name, file.line("description") or "", tuple(phases), parameters, limits)


def _parameter(table: Table, name: str) -> Parameter:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name) or name in (*placeholders.TASK, "item"):
        raise table.wrong(
            name,
            "can't be the name of a parameter: small letters, digits and _, and no name that has a meaning already",
        )
    said = table.said[name]
    if not isinstance(said, dict):
        return Parameter(name, _value(table, name, said))
    inside = table.table(name)
    inside.allow("default", "description")
    default = inside.said.get("default")
    return Parameter(name, None if default is None else _value(inside, "default", default), inside.line("description"))


def _value(table: Table, name: str, said: Any) -> str:
    if isinstance(said, bool):
        return "true" if said else "false"
    if isinstance(said, int | float):
        return str(said)
    if isinstance(said, str) and "\n" not in said and "\0" not in said:
        return said
    raise table.wrong(name, f"must be a text of one line, a number, true or false, not {shown(said)}")


def _limits(table: Table) -> Limits:
    table.allow("tasks", "tokens", "failures")
    return Limits(
        table.whole("tasks", 1, HARD_LIMIT) or Limits().tasks,
        table.whole("tokens", 1, MOST_TOKENS),
        table.whole("failures", 1, HARD_LIMIT),
    )


def _phase(table: Table, number: int, before: list[Phase], parameters: set[str]) -> Phase:
    name = table.line("name")
    if name is None or not NAME.fullmatch(name):
        raise Misuse(f"phase {number} needs a `name`: small letters, digits, - and _, and not {shown(name)}")
    table = table.named(f"phase {name!r}")
    if name in {phase.name for phase in before}:
        raise Misuse(f"{table.where} is there twice; each needs a name of its own")
    table.allow(*PHASE)
    items = _items(table, before)
    known = {*parameters, *placeholders.TASK, *(placeholders.ITEM if items.kind != "once" else ())}
    gate = _gate(table)
    for text in (*(items.value if items.kind != "phase" else ()), gate.command or ""):
        table.know(text, {*parameters, *placeholders.RUN})
    templates = tuple(_template(one, known) for one in _templates(table))
    optional = table.said.get("optional", False)
    if not isinstance(optional, bool):
        raise table.wrong("optional", f"must be true or false, not {shown(optional)}")
    return Phase(name, templates, items, gate, optional)


def _templates(table: Table) -> list[Table]:
    """The tables of a phase's tasks: its own, or those in [[phases.tasks]]."""
    if "tasks" not in table.said:
        return [table]
    both = [key for key in TEMPLATE if key in table.said]
    if both:
        raise table.wrong(both[0], "stands beside [[phases.tasks]]: say it there, for each task")
    tables = table.tables("tasks")
    if not tables:
        raise table.wrong("tasks", "is empty: each task is a section [[phases.tasks]]")
    for one in tables:
        one.allow(*TEMPLATE)
    return tables


def _template(table: Table, known: set[str]) -> Template:
    title = table.line("title")
    if title is None:
        raise Misuse(f"{table.where} needs a `title`: what is different once a task is done")
    template = Template(
        title,
        scope=table.texts("scope"),
        done_when=table.paragraph("done_when"),
        tier=table.one_of("tier", TIERS),
        role=table.line("role"),
        budget=table.whole("budget", 1, MOST_TOKENS),
        capabilities=table.texts("capabilities"),
        resources=table.texts("resources"),
        priority=table.whole("priority", -1_000, 1_000) or 0,
    )
    for text in (title, template.done_when or "", *template.scope, *template.resources):
        table.know(text, known)
    return template


def _items(table: Table, before: list[Phase]) -> Items:
    said = table.said.get("for_each")
    if said is None:
        return Items()
    where = table.table("for_each")
    where.allow(*FOR_EACH)
    if len(where.said) != 1:
        raise table.wrong("for_each", f'must have one of {", ".join(FOR_EACH)}, as in {{ glob = "src/**/*.py" }}')
    [kind] = where.said
    if kind == "command":
        return Items("command", (where.needed(kind),))
    if kind == "phase":
        name = where.needed(kind)
        earlier = next((phase for phase in before if phase.name == name), None)
        if earlier is None or earlier.items.kind == "once":
            there = [phase.name for phase in before if phase.items.kind != "once"]
            raise where.wrong(kind, f"names {shown(name)}; earlier phases with items: {', '.join(there) or 'none'}")
        return Items("phase", (name,))
    value = where.said[kind]
    texts = (where.needed(kind),) if isinstance(value, str) and kind != "list" else where.texts(kind)
    if not texts:
        raise where.wrong(kind, "is empty, so that there would be nothing to do")
    return Items(kind, texts)  # type: ignore[arg-type]  # it is one of FOR_EACH


def _gate(table: Table) -> Gate:
    if "gate" not in table.said:
        return Gate()
    gate = table.table("gate")
    gate.allow("command", "review", "minutes")
    review, minutes = gate.said.get("review", False), gate.said.get("minutes", MINUTES)
    if not isinstance(review, bool):
        raise gate.wrong("review", f"must be true or false, not {shown(review)}")
    if isinstance(minutes, bool) or not isinstance(minutes, int | float) or not 0 < minutes <= 24 * 60:
        raise gate.wrong("minutes", f"must be a number of minutes up to 1440, not {shown(minutes)}")
    command = gate.needed("command") if "command" in gate.said else None
    if command is None and not review:
        raise table.wrong("gate", "lets everything pass: give it a `command`, or `review = true`")
    return Gate(command, review, float(minutes))

"""Writes a workflow as TOML: what the reader reads is the same workflow again."""

from __future__ import annotations

import json
from collections.abc import Iterator

from mcp_server.domain.workflow.workflow import MINUTES, Limits, Phase, Template, Workflow


def written(workflow: Workflow) -> str:
    """The text of a workflow."""
    lines = [f"description = {_text(workflow.description)}"] if workflow.description else []
    if workflow.parameters:
        lines += ["", "[parameters]"]
    for one in workflow.parameters:
        parts = [f"default = {_text(one.default)}"] if one.default is not None else []
        parts += [f"description = {_text(one.description)}"] if one.description else []
        lines.append(f"{one.name} = {{ {', '.join(parts)} }}" if parts else f"{one.name} = {{}}")
    default = Limits()
    limits = [
        f"{name} = {value}"
        for name, value in workflow.limits._asdict().items()
        if value is not None and value != getattr(default, name)
    ]
    lines += ["", "[limits]", *limits] if limits else []
    for phase in workflow.phases:
        lines += ["", "[[phases]]", *_phase(phase)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _phase(phase: Phase) -> Iterator[str]:
    yield f"name = {_text(phase.name)}"
    items = phase.items
    if items.kind in ("command", "phase"):
        yield f"for_each = {{ {items.kind} = {_text(items.value[0])} }}"
    elif items.kind != "once":
        yield f"for_each = {{ {items.kind} = {_texts(items.value)} }}"
    if phase.optional:
        yield "optional = true"
    gate = phase.gate
    said = [f"command = {_text(gate.command)}"] if gate.command else []
    said += ["review = true"] if gate.review else []
    said += [f"minutes = {gate.minutes:g}"] if gate.minutes != MINUTES else []
    if gate.command or gate.review:
        yield f"gate = {{ {', '.join(said)} }}"
    if len(phase.templates) == 1:
        yield from _template(phase.templates[0])
        return
    for template in phase.templates:
        yield from ("", "[[phases.tasks]]", *_template(template))


def _template(template: Template) -> Iterator[str]:
    yield f"title = {_text(template.title)}"
    if template.scope:
        yield f"scope = {_texts(template.scope)}"
    if template.done_when:
        yield f"done_when = {_text(template.done_when)}"
    for name in ("tier", "role"):
        if getattr(template, name):
            yield f"{name} = {_text(getattr(template, name))}"
    if template.budget is not None:
        yield f"budget = {template.budget}"
    for name in ("capabilities", "resources"):
        if getattr(template, name):
            yield f"{name} = {_texts(getattr(template, name))}"
    if template.priority:
        yield f"priority = {template.priority}"


def _texts(texts: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    # A JSON string is one of TOML's basic strings, but for DEL, which TOML wants escaped, and for halves of characters.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

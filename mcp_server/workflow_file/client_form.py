"""Writes a workflow in the client's own form: a script in JavaScript, whose agents are the client's.

It is what would be planned now, item by item: a script has no files and no commands of its own. A gate's command is run
by an agent; at a review the script ends, and `args = {from: "the next phase"}` goes on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.domain.assignment.roles import BUILT_IN, PLUGIN
from mcp_server.domain.assignment.routing import TIERS
from mcp_server.domain.text import count
from mcp_server.domain.workflow.workflow import Gate

LONGEST_REPORT = 60_000
_HEAD = """
// Written by `interlock workflow export {name}`. In a run of the client's own there are no claims, and it ends with its
// session: `interlock workflow start {name}` plans tasks that any session goes on with.
const order = {order}
const first = Math.max(0, order.indexOf(args?.from))
const told = (reports) => JSON.stringify(reports.filter(Boolean)).slice(0, {longest})
let before = args?.before ?? ''

const all = async (title, tasks) => {{
  phase(title)
  const heard = before ? `\\n\\nThe agents of the phase before reported: ${{before}}` : ''
  const started = tasks.map((task) => () => agent(task.prompt + heard, {{ phase: title, ...task.options }}))
  const reports = await parallel(started)
  log(`${{title}}: ${{reports.filter(Boolean).length}} of ${{tasks.length}} reported`)
  before = told(reports)
}}
"""
_GATE = """  const {name} = await agent({prompt}, {{
    label: {label}, phase: {phase},
    schema: {{
      type: 'object', properties: {{ passed: {{ type: 'boolean' }}, output: {{ type: 'string' }} }},
      required: ['passed', 'output'],
    }},
  }})
  if (!{name}?.passed) return {{ stopped: {stopped}, output: {name}?.output, from: {phase} }}
"""


class ExportedTask(NamedTuple):
    """A task as the script starts an agent for it."""

    title: str
    scope: tuple[str, ...]
    done_when: str | None
    tier: str | None
    role: str | None = None


class ExportedPhase(NamedTuple):
    """A phase with its tasks of now."""

    name: str
    tasks: Sequence[ExportedTask]
    gate: Gate


def exported(name: str, description: str, phases: Sequence[ExportedPhase]) -> str:
    """The script."""
    meta = {
        "name": name,
        "description": description or name,
        "phases": [{"title": phase.name, "detail": count(len(phase.tasks), "agent")} for phase in phases],
    }
    order = _js([phase.name for phase in phases])
    parts = [
        f"export const meta = {_js(meta, indent=2)}\n",
        _HEAD.format(name=name, order=order, longest=LONGEST_REPORT),
    ]
    for number, phase in enumerate(phases):
        after = phases[number + 1].name if number + 1 < len(phases) else None
        parts.append(_phase(number, phase, after))
    return "".join([*parts, "\nreturn { done: order, reports: before }\n"])


def _phase(number: int, phase: ExportedPhase, after: str | None) -> str:
    tasks = [{"prompt": _prompt(task), "options": _options(task)} for task in phase.tasks]
    lines = [f"\nif (first <= {number}) {{\n", f"  await all({_js(phase.name)}, {_js(tasks, indent=2, inside=2)})\n"]
    if phase.gate.command:
        lines.append(
            _GATE.format(
                name=f"gate{number + 1}",
                prompt=_js(_gate_prompt(phase.gate.command)),
                label=_js(f"gate of {phase.name}"),
                phase=_js(phase.name),
                stopped=_js(f"the gate of {phase.name} failed: {phase.gate.command}"),
            )
        )
    if phase.gate.review and after is not None:
        waits = f"{phase.name} waits for your review; run this again with args from and before to go on"
        lines.append(f"  return {{ stopped: {_js(waits)}, from: {_js(after)}, before }}\n")
    return "".join([*lines, "}\n"])


def _prompt(task: ExportedTask) -> str:
    may = f"You may write only: {', '.join(task.scope)}." if task.scope else "Change no file: this is for reading only."
    done = f"\nIt is done when: {task.done_when}" if task.done_when else ""
    return f"{task.title}\n{may}{done}\nYour answer is the report that the next phase reads: say what you found or did."


def _options(task: ExportedTask) -> dict[str, str]:
    model = {"model": task.tier} if task.tier in TIERS else {}
    kind = {"agentType": PLUGIN + task.role} if task.role in BUILT_IN else {}
    return {"label": task.title[:60], **model, **kind}


def _gate_prompt(command: str) -> str:
    return (
        f"Run this command in the repository's root, exactly as it is, and change nothing: {command}\n"
        "`passed` is true only if it ended with exit code 0; `output` are its last lines."
    )


def _js(value: object, *, indent: int | None = None, inside: int = 0) -> str:
    # JSON is JavaScript, but for two separators of lines that old engines take for ends of lines.
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.replace("\n", "\n" + " " * inside)

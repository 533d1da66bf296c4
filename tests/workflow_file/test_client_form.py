"""The client's form of a workflow: a script that says the same, and that nothing in a text breaks."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mcp_server.domain.workflow.workflow import Gate
from mcp_server.workflow_file.client_form import ExportedPhase, ExportedTask, exported

NASTY = 'back`tick ${x} "quote" \\ \u2028 \'s */ </script>'
PHASES = [
    ExportedPhase(
        "one",
        [ExportedTask(NASTY, ("src/**",), "it works", "haiku"), ExportedTask("b", (), None, None, "reader")],
        Gate("make test", review=True),
    ),
    ExportedPhase("two", [ExportedTask("last", (), None, "local")], Gate()),
]
RUN = """
const told = []
const agent = async (prompt, options) => {
  told.push({ prompt, options })
  return options.schema ? { passed: PASSES, output: 'said' } : 'report of ' + options.label
}
const parallel = (thunks) => Promise.all(thunks.map((thunk) => thunk()))
const phase = (title) => told.push({ phase: title })
const log = () => undefined
const script = async (args) => { BODY }
script(ARGS).then((result) => console.log(JSON.stringify({ told, result })))
"""


def carried_out(tmp_path: Path, *, passes: bool = True, args: object = None) -> Any:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    head, _, body = exported("flow", NASTY, PHASES).partition("\n}\n")
    assert head.startswith("export const meta = {")
    text = RUN.replace("PASSES", json.dumps(passes)).replace("ARGS", json.dumps(args)).replace("BODY", body)
    (tmp_path / "flow.mjs").write_text(text, encoding="utf-8")
    done = subprocess.run([node, tmp_path / "flow.mjs"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_head_is_a_literal_with_all_phases() -> None:
    head = exported("flow", NASTY, PHASES).partition("\n\n")[0].removeprefix("export const meta = ")
    assert json.loads(head) == {
        "name": "flow",
        "description": NASTY,
        "phases": [{"title": "one", "detail": "2 agents"}, {"title": "two", "detail": "1 agent"}],
    }


def test_the_agents_of_a_phase_are_told_what_to_do_and_a_review_ends_the_script(tmp_path: Path) -> None:
    found = carried_out(tmp_path)
    started, first, second, gate = found["told"]
    assert started == {"phase": "one"}
    assert first["prompt"].startswith(f"{NASTY}\nYou may write only: src/**.\nIt is done when: it works")
    assert (first["options"]["model"], first["options"]["phase"]) == ("haiku", "one")
    assert "Change no file" in second["prompt"]
    assert "model" not in second["options"]
    assert (first["options"].get("agentType"), second["options"]["agentType"]) == (None, "interlock:reader")
    assert "make test" in gate["prompt"]
    assert (found["result"]["from"], "report of b" in found["result"]["before"]) == ("two", True)


def test_a_script_goes_on_where_it_ended(tmp_path: Path) -> None:
    found = carried_out(tmp_path, args={"from": "two", "before": "[1]"})
    assert [one.get("phase") for one in found["told"]] == ["two", None]
    assert "reported: [1]" in found["told"][1]["prompt"]
    assert found["result"] == {"done": ["one", "two"], "reports": '["report of last"]'}


def test_a_gate_that_fails_ends_the_script_with_what_it_printed(tmp_path: Path) -> None:
    result = carried_out(tmp_path, passes=False)["result"]
    assert result == {"stopped": "the gate of one failed: make test", "output": "said", "from": "one"}

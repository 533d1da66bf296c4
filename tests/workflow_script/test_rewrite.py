"""The script of a workflow, changed, and run by a real engine: which options does the client's `agent` get?"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from mcp_server.workflow_script.grammar import GrammarMissing
from mcp_server.workflow_script.rewrite import Unreadable, rewrite

ROUTES = {"T1": {"model": "haiku"}, "auth": {"model": "sonnet"}, "R2": {"agentType": "interlock:reader"}}
CLIENT = "const called = [];\nconst agent = (prompt, options) => called.push(options ?? null);\n"


def called(script: str) -> list[dict[str, str] | None]:
    """The options of each call of the client's function, in order."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node, which runs the script")
    text = CLIENT + rewrite(script, ROUTES) + "\nconsole.log(JSON.stringify(called))"
    done = subprocess.run([node, "-e", text], capture_output=True, text=True, check=True)
    options: list[dict[str, str] | None] = json.loads(done.stdout)
    return options


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("agent('Work on T1')", [{"model": "haiku"}]),
        ("agent('Work on T1', {model: 'opus', label: 'x'})", [{"model": "haiku", "label": "x"}]),
        ("const id = 'T' + 1; agent(`Work on ${id}.`)", [{"model": "haiku"}]),
        ("agent('Work', {label: 'T1'})", [{"label": "T1", "model": "haiku"}]),
        ("agent('claim_task(\"auth\") first')", [{"model": "sonnet"}]),
        ("agent('auth is in src'); agent('T2'); agent()", [None, None, None]),
        ("['T1', 'x'].map(agent)", [{"model": "haiku"}, 1]),
        ("const start = agent; start('T1')", [{"model": "haiku"}]),
        ("const tools = {agent}; tools.agent('T1')", [{"model": "haiku"}]),
        ("const mine = {agent: () => 0}; mine.agent('T1')", []),
        ("[1].map(agent => agent + 1)", []),
        ("const agentOfTask = 1; agent('T1')", [{"model": "haiku"}]),
        ("agent('R2', {agentType: 'general'})", [{"agentType": "interlock:reader"}]),
        ("agent('R2', {agentType: 'interlock:writer'})", [{"agentType": "interlock:writer"}]),
        ("// agent('T1')\nconst text = \"agent('T1')\"", []),
        ("agent('Ünïcode T1'); agent('é T1')", [{"model": "haiku"}, {"model": "haiku"}]),
    ],
)
def test_an_agent_whose_prompt_names_a_task_gets_its_options(script: str, options: list[object]) -> None:
    assert called(script) == options


def test_a_script_that_starts_no_agent_stays_as_it_is() -> None:
    assert rewrite("log('agent')\n", ROUTES) == "log('agent')\n"


def test_what_the_client_reads_first_stays_first() -> None:
    script = "export const meta = {name: 'x', description: 'y', phases: []}\nawait agent('T1')\nreturn 1\n"
    assert rewrite(script, ROUTES).startswith("export const meta = {name: 'x', description: 'y', phases: []}\n")


def test_a_script_that_is_no_javascript_is_refused_with_the_line() -> None:
    with pytest.raises(Unreadable, match="from line 2 on"):
        rewrite("const a = 1\nconst = {\nagent('T1')", ROUTES)


def test_without_the_grammar_nothing_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter_javascript", None)
    with pytest.raises(GrammarMissing, match="can't be loaded"):
        rewrite("agent('T1')", ROUTES)

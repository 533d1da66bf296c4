"""Routing on the real client: the next request names the model of the task's tier, wherever the agent is started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import tool
from tests.e2e.harness.turns import Request, Step, Turn, call, say, together

SONNET = "claude-sonnet-4-5-20250929"
TASKS = [
    {"title": "Small", "scope": ["small/**"], "tier": "haiku"},
    {"title": "Large", "scope": ["large/**"], "tier": "opus"},
    {"title": "Middle", "scope": ["middle/**"], "tier": "sonnet"},
    {"title": "Any", "scope": ["any/**"]},
]


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient, repo: Path) -> None:
    settle(client.home)
    (repo / ".claude" / "agents").mkdir(parents=True)
    (repo / ".claude" / "interlock.toml").write_text(f'[routing]\nsonnet = "{SONNET}"\neffort = {{opus = "low"}}\n')
    deep = "---\nname: deep\ndescription: Thinks\nmodel: opus\ntools: Read\n---\nThink.\n"
    (repo / ".claude" / "agents" / "deep.md").write_text(deep)


class Models:
    """The model and the effort that each agent's first request named, by the agent's marker."""

    def __init__(self, model: ScriptedModel, *markers: str) -> None:
        self.of: dict[str, str] = {}
        self.efforts: dict[str, str | None] = {}
        for marker in markers:
            model.script(marker, self._noting(marker), *[say("Done.")] * 3)

    def _noting(self, marker: str) -> Step:
        def step(request: Request) -> Turn:
            self.of[marker] = request.body["model"]
            self.efforts[marker] = request.body.get("output_config", {}).get("effort")
            return say("Done.")

        return step


def agent(prompt: str, model: str | None = None, kind: str = "general-purpose") -> Turn:
    chosen = {} if model is None else {"model": model}
    return call("Agent", description="Work", prompt=prompt, subagent_type=kind, **chosen)


def workflow(*prompts: str) -> Turn:
    agents = "\n".join(f"await agent({prompt})" for prompt in prompts)
    meta = "export const meta = {name: 'try', description: 'Try', phases: [{title: 'One', detail: 'Try'}]}\n"
    return call("Workflow", script=f"{meta}phase('One')\nconst id = 'T' + 1\n{agents}\nreturn 1\n")


def test_the_next_request_names_the_model_of_the_tasks_tier(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    client.use({"ANTHROPIC_DEFAULT_SONNET_MODEL": SONNET})
    names = "NONE LOWER HIGHER FRONT EXPLORE FULLID UNKNOWN UNTIERED SMALLFLOW PLAINFLOW".split()
    models = Models(model, *names)
    model.script(
        "ALPHA",
        tool("plan_tasks", tasks=TASKS),
        together(
            agent("NONE: work on T1."),
            agent("LOWER works on task T2", "haiku"),
            agent("HIGHER does **T1**, not T2", "opus"),
            agent('FRONT begins with claim_task("T1")', kind="deep"),
            agent("EXPLORE for T1", kind="Explore"),
        ),
        together(
            agent("FULLID works on T3", "opus"),
            agent("UNKNOWN works on T99", "haiku"),
            agent("UNTIERED does T4", "haiku"),
        ),
        workflow("`SMALLFLOW works on ${id}`, {model: 'opus'}", "'PLAINFLOW looks around'"),
        *[say("ALPHA goes on.")] * 20,
    )
    session = client.start(cwd=repo, plugin_dir=ROOT, name="alpha")
    session.ask("ALPHA begins")
    eventually(lambda: len(models.of) == len(names), "the first request of every agent", 120)
    main = model.given("ALPHA")[0]["model"]
    session.finish()

    family = {name: next(each for each in ("haiku", "sonnet", "opus") if each in models.of[name]) for name in names}
    assert {name: family[name] for name in names[:5]} == {
        "NONE": "haiku",
        "LOWER": "opus",
        "HIGHER": "haiku",
        "FRONT": "haiku",
        "EXPLORE": "haiku",
    }
    assert models.of["FULLID"] == SONNET
    if client.version != "2.1.197":  # which knows no effort of an agent, and drops it
        assert (models.efforts["LOWER"], models.efforts["NONE"]) == ("low", "medium")
    assert (family["UNKNOWN"], family["UNTIERED"]) == ("haiku", "haiku")  # as the call itself says
    assert family["SMALLFLOW"] == "haiku"
    assert models.of["PLAINFLOW"] == main


def test_a_variable_that_decides_instead_is_named_to_the_agent_that_starts_others(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    client.use({"CLAUDE_CODE_SUBAGENT_MODEL": "opus", "CLAUDE_CODE_SUBAGENT_MODEL_FORCE": "1"})
    models = Models(model, "SMALL")
    alpha = model.script(
        "ALPHA", tool("plan_tasks", tasks=TASKS), agent("SMALL works on T1"), *[say("ALPHA goes on.")] * 9
    )
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")
    assert "opus" in models.of["SMALL"]
    shown = json.dumps(alpha.requests[-1].body)
    assert "T1 is a task for haiku ([routing] in the settings), but the environment has" in shown
    assert "CLAUDE_CODE_SUBAGENT_MODEL=opus, which decides" in shown

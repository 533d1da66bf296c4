"""What the plugin adds to a session's context: characters in the requests of the real client, in use and not.

Everything counts that a model is shown: the skills' lines, the tools' names, the server's instructions, what hooks say.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measuring import Ratio, report
from benchmarks.steps import SOURCE, VERSION, binary, plan, repository
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.turns import Request, call, once_offered, say, text_of

NOT_IN_USE = 1_600
AT_A_START = 1_500
"""Characters beyond those that are there without use."""

CASES = ((False, False), (True, False), (True, True))
"""Whether the plugin is there, and whether it is in use."""


def measure() -> list[Ratio]:
    """Characters beside the budgets."""
    if not binary().exists():
        return []
    without, unused, used = (_characters(plugin=plugin, in_use=in_use) for plugin, in_use in CASES)
    return [
        Ratio("Context in a repository that is not in use", unused - without, NOT_IN_USE, "characters", 1.0),
        Ratio("Context in one that is in use, more than that", used - unused, AT_A_START, "characters", 1.0),
    ]


def _characters(*, plugin: bool, in_use: bool) -> int:
    """All that the model is shown at the second request, when the server's tools are there."""
    with tempfile.TemporaryDirectory(dir=Path.home(), ignore_cleanup_errors=True) as folder, ScriptedModel() as model:
        base = Path(folder)
        repo = repository(base / "repo")
        client = ClaudeClient(binary(), VERSION, base / "home", model.url)
        look = call("Read", file_path=str(repo / SOURCE))
        if plugin:
            settle(client.home)
        if in_use:
            plan(repo)
        conversation = model.script("ALPHA", once_offered(f"{TOOL}board", look) if plugin else look, say("Done."))
        client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT if plugin else None)
        client.clean_up()
        return _length(conversation.requests[-1])


def _length(request: Request) -> int:
    system = text_of(request.body.get("system", ""))
    declared = sum(len(name) for name in request.tools if name.startswith("mcp__"))
    return len(system) + len(request.shown) + declared


if __name__ == "__main__":
    report(measure())

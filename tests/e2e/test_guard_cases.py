"""Everyday commands of an agent with a claim, with the tools that they name: the work gets done, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.e2e.conftest import VERSIONS, clients_cache
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import tool
from tests.e2e.harness.turns import call, say
from tests.sandbox.sandbox_repo import CAN_CONFINE

DATA = ROOT / "tests" / "data" / "guard_cases" / "on_the_client.jsonl"
CASES = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
TOOLS = "npm npx jest eslint pytest pre-commit gpg cargo go uv uvx ssh-keygen".split()
COMPLAINTS = (
    "This command was not run",
    "the system refused a write",
    "ermission denied",
    "changed files that you may",
)
BY_ITSELF = ("k-lint-staged",)
"""These fail without Interlock too: prettier leaves nothing to commit."""
SAID_BEFORE = {"k-pre-commit-own": "pre-commit run --files"}
"""These are refused beforehand, with a way to do them."""

pytestmark = [pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock"), pytest.mark.timeout(400)]


class Place(NamedTuple):
    """Where a case is played."""

    repo: Path
    home: Path

    def filled(self, text: str) -> str:
        """`text` with the places of this case."""
        for name, path in (("@REPO@", self.repo), ("@HOME@", self.home), ("@TOP@", self.repo.parent)):
            text = text.replace(name, str(path))
        return text

    def run(self, *command: str, env: dict[str, str], given: str | None = None) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            command, cwd=self.repo, env=env, input=given, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout


def missing(case: dict[str, Any], path: str) -> list[str]:
    """The tools of a case that are not installed."""
    words = set(re.findall(r"[\w-]+", f"{case['command']} {case['setup']}"))
    return [name for name in TOOLS if name in words and not _works(name, path)]


def _works(name: str, path: str) -> bool:
    """Whether a tool is installed; what is called cargo may only look for a toolchain in the home folder."""
    found = shutil.which(name, path=path)
    if found is None or name != "cargo":
        return found is not None
    return subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def tools(client: ClaudeClient) -> str:
    """The PATH of the client's commands, with the tools from npm that `script/npm-tools` installs."""
    return client.find_also_in(clients_cache() / "npm-tools" / "node_modules" / ".bin")


def made(case: dict[str, Any], folder: Path, client: ClaudeClient) -> Place:
    """The repository of a case, with the claims of others in it."""
    place = Place(folder / "repo", client.home)
    place.repo.mkdir()
    (client.home / ".gitconfig").write_text("[init]\ndefaultBranch = main\n[user]\nname = l\nemail = l@l\n")
    toolchain = Path.home() / ".rustup"
    if toolchain.is_dir():
        (client.home / ".rustup").symlink_to(toolchain)
    place.run("bash", "-c", "git init -q -b main .\n" + place.filled(case["setup"]) + "\ntrue", env=client.env)
    interlock = str(ROOT / "bin" / "interlock")
    place.run(interlock, "init", env=client.env)
    for at, scope in enumerate(case["others"]):
        tasks = json.dumps({"tasks": [{"id": f"other{at}", "title": "Other", "scope": scope}]})
        place.run(interlock, "plan", "-", env=client.env, given=tasks)
        place.run(interlock, "claim", f"other{at}", "--as", f"other{at}", env=client.env)
    return place


PLAYED = [
    pytest.param(VERSIONS[number % len(VERSIONS)], case, id=case["id"])
    for number, case in enumerate(case for case in CASES if case["want"] != "either")
]
"""Each case on one of the clients, in turns.

What the tools do under the kernel is the same on both; other tests look at what is not.
"""


@pytest.mark.parametrize(("client", "case"), PLAYED, indirect=["client"])
def test_the_work_gets_done_and_nothing_else(
    client: ClaudeClient, model: ScriptedModel, tools: str, tmp_path: Path, case: dict[str, Any]
) -> None:
    if missing(case, tools):
        pytest.skip(f"not installed: {', '.join(missing(case, tools))}")
    settle(client.home)
    place = made(case, tmp_path, client)
    before = {path: (place.repo / path).read_bytes() for path in case.get("want_paths", ())}
    head = place.run("git", "rev-parse", "HEAD", env=client.env)
    own = {"title": "Mine", "scope": case["scope"]}
    command = call("Bash", command=place.filled(case["command"]), description="Try", timeout=300_000)
    alpha = model.script("ALPHA", tool("plan_tasks", tasks=[own]), tool("claim_task"), command, say("Done."))

    client.run("ALPHA begins", cwd=place.repo / case["cwd"], plugin_dir=ROOT)

    ran = alpha.results("Bash")[-1]
    complaints = [words for words in COMPLAINTS if words in alpha.shown or words in ran.text]
    if case["id"] in SAID_BEFORE:
        assert SAID_BEFORE[case["id"]] in ran.text
    elif case["want"] == "allow":
        assert complaints == [], alpha.shown[-3000:]
        assert case["id"] in BY_ITSELF or not ran.is_error, ran.text
    else:
        assert complaints, ran.text
        assert {path: (place.repo / path).read_bytes() for path in before} == before
        assert place.run("git", "rev-parse", "HEAD", env=client.env) == head

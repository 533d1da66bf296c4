"""A whole step on the real client: what a call costs the client and all that it starts, with the plugin and without.

Forty calls of one kind, less a session without calls: the processor time of all processes. It needs the newest version
in tests/e2e/versions.txt; `script/clients` installs it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.measuring import Ratio, report
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.turns import Step, call, once_offered, say

CALLS = 40
TIMES = 3
SUBREAPER = 36
VERSION = (ROOT / "tests" / "e2e" / "versions.txt").read_text().split()[-1]
SOURCE = "src/auth/login.py"
Call = Callable[[Path, int], Step]


def edit(repo: Path, number: int) -> Step:
    """One line of a file is changed."""
    old, new = f"x = {number}\n", f"x = {number + 1}\n"
    return call("Edit", file_path=str(repo / SOURCE), old_string=old, new_string=new)


def reading(_: Path, __: int) -> Step:
    """A command that only looks."""
    return call("Bash", command="ls src", description="Look")


def writing(_: Path, number: int) -> Step:
    """A command that writes a file in the scope."""
    return call("Bash", command=f"echo {number} > src/auth/number", description="Count")


KINDS: dict[str, tuple[Call, float]] = {
    "Edit": (edit, 1.8),
    "Bash that reads": (reading, 2.4),
    "Bash that writes": (writing, 2.6),
}
NOT_IN_USE = 1.3


def measure() -> list[Ratio]:
    """Each kind of call with a claim, and in a repository that is not in use, beside the same without the plugin."""
    if not binary().exists():
        return []
    ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)  # what outlives the client is counted too
    ratios = []
    for label, (kind, budget) in KINDS.items():
        runs: list[list[float]] = [[], [], []]
        for _ in range(TIMES):
            for one, (plugin, claims) in zip(runs, ((False, False), (True, False), (True, True)), strict=True):
                one.append(_per_call(kind, plugin=plugin, claims=claims))
        without, unused, used = (median(one) for one in runs)
        ratios.append(Ratio(f"Step: {label}, with a claim / no plugin", used * 1e3, without * 1e3, "ms", budget))
        ratios.append(Ratio(f"Step: {label}, not in use / no plugin", unused * 1e3, without * 1e3, "ms", NOT_IN_USE))
    return ratios


def _per_call(kind: Call, *, plugin: bool, claims: bool) -> float:
    """Seconds of processor time that one call adds to a session."""
    with_calls, without = (_session(kind, calls, plugin=plugin, claims=claims) for calls in (CALLS, 0))
    return (with_calls - without) / CALLS


def _session(kind: Call, calls: int, *, plugin: bool, claims: bool) -> float:
    with tempfile.TemporaryDirectory(dir=Path.home(), ignore_cleanup_errors=True) as folder, ScriptedModel() as model:
        base = Path(folder)
        repo = repository(base / "repo")
        client = ClaudeClient(binary(), VERSION, base / "home", model.url)
        steps: list[Step] = [call("Read", file_path=str(repo / SOURCE))]
        if plugin:
            settle(client.home)
            steps.append(once_offered(f"{TOOL}board", call(f"{TOOL}board")))
        if claims:
            plan(repo)
            steps.append(once_offered(f"{TOOL}claim_task", call(f"{TOOL}claim_task", task_id="A")))
        steps += [kind(repo, number) for number in range(calls)]
        conversation = model.script("ALPHA", *steps, say("Done."))
        before = _used_by_children()
        client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT if plugin else None)
        _reap()
        used = _used_by_children() - before
        client.clean_up()
        failed = [result.text for result in conversation.results() if result.is_error]
        assert not failed, failed[:1]
        return used


def repository(repo: Path) -> Path:
    """A repository with one commit."""
    (repo / "src/auth").mkdir(parents=True)
    (repo / SOURCE).write_text("x = 0\n")
    identity = ("-c", "user.name=b", "-c", "user.email=b@example.org")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "Start"]):
        _run("git", *identity, *command, cwd=repo)
    return repo


def plan(repo: Path) -> None:
    """Put it into use, with one task."""
    tasks = '{"tasks": [{"title": "Log in", "scope": ["src/auth/**"], "id": "A"}]}'
    interlock = str(ROOT / "bin" / "interlock")
    _run(interlock, "init", cwd=repo)
    _run(interlock, "plan", "-", cwd=repo, given=tasks)


def _run(*command: str, cwd: Path, given: str = "") -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    subprocess.run(command, cwd=cwd, input=given, text=True, check=True, capture_output=True, env=environment)


def _reap() -> None:
    """Wait for what the client left behind."""
    try:
        while os.waitpid(-1, 0)[0]:
            pass
    except ChildProcessError:
        pass


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def binary() -> Path:
    """The client, installed or not."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    cache = Path(os.environ.get("INTERLOCK_CLIENT_CACHE") or base / "interlock" / "clients")
    return cache / VERSION / "claude"


if __name__ == "__main__":
    report(measure())

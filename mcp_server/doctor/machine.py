"""Does the machine have a Python for hooks, Interlock's environment, and git?"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mcp_server.adapters.git import runner
from mcp_server.bootstrap import check
from mcp_server.doctor.finding import Finding
from mcp_server.doctor.installation import Copy

SECONDS = 20
PACKAGES = (
    "mcp",
    "pydantic",
    "git",
    "filelock",
    "rich",
    "typer",
    "tree_sitter",
    "tree_sitter_bash",
    "tree_sitter_javascript",
)
FIND = '. "$1/bin/find-python"; interlock_find_python "$2" && printf %s "$PYTHON" || interlock_explain_no_python'
ASK_PYTHON = (
    "import json, os, sqlite3, sys; print(json.dumps([os.path.realpath(sys.executable), list(sys.version_info[:3])]))"
)
ASK_PACKAGES = (
    "import importlib.util, json, sys; print(json.dumps([n for n in sys.argv[1:] if not importlib.util.find_spec(n)]))"
)


def interpreter(copy: Copy) -> Finding:
    """Check the Python that the hooks start, found as a hook finds it."""
    memory = copy.notes / "python"
    asked = run("sh", "-c", FIND, "sh", str(copy.root), str(memory))
    if not asked.stdout:
        advice = "Install Python 3.11 or newer, or choose one: INTERLOCK_PYTHON=/path/to/python3"
        return Finding("Python", "broken", asked.stderr.strip().replace("interlock: ", "") or "none was found", advice)
    python = asked.stdout
    forget = f"To make the next hook look for another: rm {memory}"
    answer = run(python, "-I", "-S", "-c", ASK_PYTHON)
    try:
        real, version = json.loads(answer.stdout)
    except ValueError:
        why = last_line(answer.stderr)
        return Finding("Python", "broken", f"hooks start {python}, which does not work: {why}", forget)
    numbers = ".".join(map(str, version))
    if version < [3, 11]:
        return Finding("Python", "broken", f"hooks start {python}, which is {numbers} and too old", forget)
    if real != os.path.realpath(python):
        words = f"hooks start {python}, which only starts {real} and makes every edit slower"
        return Finding("Python", "warning", words, forget)
    return Finding("Python", "ok", f"hooks start {python} ({numbers})")


def environment(copy: Copy) -> Finding:
    """Check the environment with the locked packages, which the server and the command line use."""
    now = check.status_of(str(copy.root), str(copy.data))
    if now["state"] == "ready":
        return _complete(Path(now["environment"]), copy)
    if now["state"] == "failed":
        return Finding("environment", "broken", f"setting it up failed: {now['words']}", now["advice"])
    if now["state"] == "building":
        return Finding("environment", "warning", "it is being set up right now", "Check again in a minute.")
    words = f"{copy.notes} has none for this version and this Python yet"
    return Finding("environment", "warning", words, f"The next session creates it, or {copy.root}/bin/interlock does")


def git(root: str) -> Finding:
    """Check the git on the PATH, and whether it works in this repository."""
    if shutil.which("git") is None:
        words = "not on the PATH: commits and uncommitted files can't be observed"
        return Finding("git", "broken", words, "Install git, or put it on the PATH.")
    asked = run("git", "--version")
    if asked.returncode != 0:
        return Finding("git", "broken", f"does not work: {last_line(asked.stderr)}", "Reinstall git.")
    refused = runner.run(root, "rev-parse")
    if refused.code != 0 and (words := runner.complaint(refused)).startswith(runner.DISTRUST):
        first, _, advice = words.partition(". ")
        return Finding("git", "broken", first, advice)
    return Finding("git", "ok", asked.stdout.strip().removeprefix("git version "))


def _complete(folder: Path, copy: Copy) -> Finding:
    asked = run(check.python_of(str(folder)), "-I", "-c", ASK_PACKAGES, *PACKAGES)
    anew = f"Rebuild it: rm -r {folder} {copy.notes / 'ready'} && {copy.root}/bin/interlock --version"
    try:
        missing = json.loads(asked.stdout)
    except ValueError:
        words = f"{folder} does not work: {last_line(asked.stderr)}"
        return Finding("environment", "broken", words, anew)
    if missing:
        return Finding("environment", "broken", f"{folder} lacks {', '.join(missing)}", anew)
    return Finding("environment", "ok", f"{folder}, with all packages")


def run(*command: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command to completion; its output is decoded leniently."""
    pipe = subprocess.PIPE
    return subprocess.run(  # noqa: PLW1510  the caller looks at the exit code
        command,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=pipe,
        text=True,
        errors="replace",
        timeout=SECONDS,
        env=env,
    )


def last_line(output: str) -> str:
    """The last line of output, where programs say what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no message"

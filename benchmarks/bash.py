"""The time that the hooks around a Bash call take: whole processes, as the client starts them, per bare interpreter."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import guard
from benchmarks.measuring import Ratio, alternately, process, report
from benchmarks.workspaces import repository

ROOT = Path(__file__).parents[1]
TIMES = 120
USUAL = (
    "cd src && sed -i 's/a/b/' part7/module7/views/list.py && git add -- part7 && git commit -q -m 'Tidy up' | tail -3"
)
SOURCE = "src/part3/module3/views/list.py"
NOISE = "  Compiling module number {number} of the package, which is in order and takes its time to say so\n"
LENGTH = 10_000


def measure() -> list[Ratio]:
    """Before a command; after one that failed with much output; after one that went well."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        repo = repository(base / "repo", tasks=2_000, leases=1_000)
        (repo / SOURCE).parent.mkdir(parents=True)
        (repo / SOURCE).write_text("x = 1\n")
        bare = process([guard._interpreter(base), "-I", "-S", "-c", "pass"])
        (base / "ready").write_text(f"{ROOT}\n{sys.executable}\n\n")
        (base / "kernel").write_text("landlock")
        cases = (
            ("Bash, before: 1,000 live leases", _hook(base, repo, "PreToolUse", "pre_tool_use"), 3.0),
            ("Bash, after a failure with 10,000 characters", _failure(base, repo), 4.0),
            ("Bash, after a command that went well", _success(base, repo), 2.2),
        )
        ratios = []
        for what, act, budget in cases:
            measured, against = alternately(act, bare, TIMES)
            ratios.append(Ratio(what, measured * 1e3, against * 1e3, "ms", budget))
        return ratios


def _failure(base: Path, repo: Path) -> Callable[[], object]:
    """The errors are in a file that another agent has claimed, so the hook does all of its work."""
    lines = [NOISE.format(number=number) for number in range(LENGTH // len(NOISE))]
    lines.insert(len(lines) // 2, f"{SOURCE}:3:9: error: Name 'total' is not defined  [name-defined]\n")
    error = "Exit code 1\n" + "".join(lines)
    return _hook(base, repo, "PostToolUseFailure", "post_bash", error=error, tool_input={"command": "mypy src"})


def _success(base: Path, repo: Path) -> Callable[[], object]:
    printed = "".join(NOISE.format(number=number) for number in range(LENGTH // len(NOISE)))
    response = {"stdout": printed, "stderr": "", "interrupted": False}
    return _hook(base, repo, "PostToolUse", "post_bash", tool_response=response, tool_input={"command": "make all"})


def _hook(base: Path, repo: Path, name: str, script: str, **fields: Any) -> Callable[[], object]:
    hooks = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]
    [command] = [
        hook["command"] for group in hooks[name] for hook in group["hooks"] if f"hook={script} " in hook["command"]
    ]
    event = {
        "session_id": "agent7",
        "cwd": str(repo),
        "hook_event_name": name,
        "tool_name": "Bash",
        "tool_use_id": "t1",
        "tool_input": {"command": USUAL},
        **fields,
    }
    return process(["sh", "-c", command], stdin=json.dumps(event).encode(), env=guard._environment(base, repo))


if __name__ == "__main__":
    report(measure())

"""What the guard adds to an edit: the whole process, as the client starts it, against a bare interpreter."""

from __future__ import annotations

import json
import os
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, process, report
from benchmarks.workspaces import repository

ROOT = Path(__file__).parents[1]
TIMES = 150


def measure() -> list[Ratio]:
    """The guard in a repository that is not in use, with 1,000 leases, and as the work grows."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        (base / "unused").mkdir()
        small = repository(base / "small", tasks=100, leases=10)
        thousand = repository(base / "thousand", tasks=2_000, leases=1_000)
        large = repository(base / "large", tasks=100_000, leases=10_000)
        bare = process([_interpreter(base), "-I", "-S", "-c", "pass"])
        ratios = []
        for what, repo, budget in (
            ("Guard, repository not in use", base / "unused", 1.8),
            ("Guard, 1,000 live leases", thousand, 2.2),
        ):
            measured, against = alternately(_guard(base, repo), bare, TIMES)
            ratios.append(Ratio(what, measured * 1e3, against * 1e3, "ms", budget))
        grown, before = alternately(_guard(base, large), _guard(base, small), TIMES)
        ratios.append(Ratio("Guard, tasks 100 → 100,000, leases 10 → 10,000", grown * 1e3, before * 1e3, "ms", 1.5))
        return ratios


def _guard(base: Path, repo: Path) -> Callable[[], object]:
    hooks = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]
    command = hooks["PreToolUse"][0]["hooks"][0]["command"]
    event = {
        "session_id": "agent3",
        "cwd": str(repo),
        "hook_event_name": "PreToolUse",
        "tool_name": "Edit",
        "tool_input": {"file_path": str(repo / "src/part7/module7/views/list.py")},
        "tool_use_id": "t1",
    }
    return process(["sh", "-c", command], stdin=json.dumps(event).encode(), env=_environment(base, repo))


def _environment(base: Path, repo: Path) -> dict[str, str]:
    plugin = {"CLAUDE_PLUGIN_ROOT": str(ROOT), "CLAUDE_PLUGIN_DATA": str(base), "CLAUDE_PROJECT_DIR": str(repo)}
    return {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **plugin}


def _interpreter(base: Path) -> str:
    """The interpreter that the hooks find, behind whatever shim the PATH has."""
    find = (
        f". {shlex.quote(str(ROOT / 'bin' / 'find-python'))}; interlock_find_python {shlex.quote(str(base / 'python'))}"
    )
    process(["sh", "-c", find])()
    return (base / "python").read_text().splitlines()[0]


if __name__ == "__main__":
    report(measure())

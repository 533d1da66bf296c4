"""What confining a Bash call to a scope adds: the shell as the client starts it, with and without confinement.

The client puts a text ahead of every command. What is counted is the time of the whole `bash -c` with the text and a
record of the call, less the time of the same `bash -c` without the text, against a bare interpreter: the launcher's own
start, its rights, and the second start of the shell are all in it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import hooks
from benchmarks.measuring import Ratio, alternately, process, report
from hooks.bash.session_env import entry
from mcp_server.adapters.git.runner import answer
from mcp_server.sandbox import ignored, match_calls, record

TIMES = 100
COMMAND = "npm test -- src/auth"


def measure() -> list[Ratio]:
    """A call that is confined, and one for which no rights were recorded."""
    # Not in a temporary directory: its rights would be others.
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        base = Path(folder)
        repo = _repository(base / "repo")
        state = repo / ".git" / "interlock"
        python = hooks.interpreter(base)
        text = entry(str(state / record.RECORDS), python)
        _leave_word(repo, state)
        plain = _call(repo, "", "s1")
        held, without = alternately(_call(repo, text, "s1"), plain, TIMES)
        free, without_too = alternately(_call(repo, text, "s2"), plain, TIMES)
        bare, _ = alternately(process([python, "-I", "-S", "-c", "pass"]), plain, TIMES)
        return [
            Ratio("Bash call confined to a scope: what is added", (held - without) * 1e3, bare * 1e3, "ms", 2.5),
            Ratio("Bash call without a claim: what is added", (free - without_too) * 1e3, bare * 1e3, "ms", 0.2),
        ]


def _repository(root: Path) -> Path:
    for name in ("src/auth", "src/api", "node_modules/left", "coverage"):
        (root / name).mkdir(parents=True)
    (root / "node_modules" / "left" / "index.js").write_text("module.exports = 1\n")
    (root / "coverage" / "lcov.info").write_text("TN:\n")
    (root / "package.json").write_text('{"name": "shop"}\n')
    (root / ".gitignore").write_text("node_modules/\ncoverage/\ndist/\n.next/\n*.log\n")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


def _leave_word(repo: Path, state: Path) -> None:
    kept = ignored.file_of(str(state), str(repo))
    ignored.refresh(str(repo), kept, answer)
    word = record.Record(
        "s1",
        f": {COMMAND}",
        root=str(repo),
        cwd=str(repo),
        patterns=["src/auth/**"],
        git_dirs=[str(repo / ".git")],
        programs=["npm"],
        ignored=kept,
    )
    record.write(record.folder(str(state), "s1"), "t1", word)


def _call(repo: Path, text: str, session: str) -> Callable[[], object]:
    string = (
        f"source /dev/null 2>/dev/null || true && {text}\n: && shopt -u extglob 2>/dev/null || true && "
        f"eval {match_calls.quoted(f': {COMMAND}')} < /dev/null && pwd -P >| {repo.parent / 'claude-1-cwd'}"
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(Path.home()), "CLAUDE_CODE_SESSION_ID": session}
    return process(["bash", "-c", string], env=environment)


if __name__ == "__main__":
    report(measure())

"""The shared commands, run confined to `src/auth/**` without being read first: does a file outside change?

Confinement is the second layer: alone it has to keep out whatever the text of a command does not say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.bash_writes import DATA, ROOT
from hooks.bash.session_env import entry
from mcp_server.adapters.git.bash_disk import ignored as ignored_by_git
from mcp_server.adapters.git.runner import answer
from mcp_server.sandbox import cleanup, ignored, match_calls, record

SECONDS = 20


def changed(base: Path, pristine: Path, case: dict[str, Any]) -> list[str]:
    """The files outside the scope whose content a case changed, in the repository and beside it."""
    for name in ("repo", "home", "outside"):
        shutil.rmtree(base / name, ignore_errors=True)
        shutil.copytree(pristine / name, base / name, symlinks=True)
    repo, state = base / "repo", base / "repo" / ".git" / "interlock"
    state.mkdir()
    before = contents(base)
    command = case["command"].replace("/tmp/fx", str(base))  # noqa: S108  the name that the cases give the repository
    file = ignored.file_of(str(state), str(repo))
    ignored.refresh(str(repo), file, answer)
    cwd = str((repo / case["cwd"]).resolve())
    folder = record.folder(str(state), "s1")
    word = record.Record(
        "s1", command, root=str(repo), cwd=cwd, patterns=["src/auth/**"], git_dirs=[str(repo / ".git")], ignored=file
    )
    record.write(folder, "t1", word)
    _run(base, command, cwd, entry(str(state / record.RECORDS), sys.executable))
    cleanup.forget(folder, "t1")
    after = contents(base)
    paths = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    inside = [path.removeprefix("repo/") for path in paths if path.startswith("repo/")]
    spared = {f"repo/{path}" for path in ignored_by_git(str(repo), inside)} if inside else set()
    return sorted(set(paths) - spared)


def contents(base: Path) -> dict[str, bytes]:
    """Every file outside the scope, by its path."""
    found = {}
    for name in ("repo", "outside"):
        for folder, folders, files in os.walk(base / name):
            folders[:] = [one for one in folders if one != ".git"]
            for file in files:
                path = Path(folder, file)
                relative = path.relative_to(base).as_posix()
                if not relative.startswith("repo/src/auth/"):
                    found[relative] = os.fsencode(path.readlink()) if path.is_symlink() else _bytes(path)
    return found


def main() -> None:
    """Run all cases, print what changed, and end with 1 if anything did."""
    with tempfile.TemporaryDirectory(dir=ROOT / ".interlock") as folder:
        base, pristine = Path(folder, "fx"), Path(folder, "pristine")
        subprocess.run([str(DATA / "make_fixture.sh"), str(base)], check=True, capture_output=True)
        shutil.copytree(base, pristine, symlinks=True)
        cases = [json.loads(line) for line in (DATA / "cases.jsonl").read_text("utf-8").splitlines()]
        failed = 0
        for case in cases:
            paths = changed(base, pristine, case)
            if paths:
                failed += 1
                print(f"{case['id']}: {case['command'][:80]!r} changed {', '.join(paths[:4])}")
        print(f"{len(cases) - failed} of {len(cases)} commands changed no file outside the scope")
        sys.exit(1 if failed else 0)


def _run(base: Path, command: str, cwd: str, text: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(base / "home"),
        "USER": "dev",
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "CLAUDE_CODE_SESSION_ID": "s1",
    }
    told = base / "claude-1-cwd"
    line = f"{text.strip()}\n: && true && eval {match_calls.quoted(command)} < /dev/null && pwd -P >| {told}"
    try:
        subprocess.run(
            ["/bin/bash", "-c", line],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"still running after {SECONDS} s: {command[:80]!r}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b"unreadable"


if __name__ == "__main__":
    main()

"""The time and disk that a worktree with its setup takes, compared with a plain one and a fresh installation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.measuring import Ratio, report

TIMES = 3
MANY = 8
PACKAGES = dict.fromkeys(("typescript", "eslint", "webpack", "@babel/core", "react-dom", "lodash"), "*")
PROJECT = """
[project]
name = "shop"
version = "1"
requires-python = ">=3.11"
dependencies = ["django", "sqlalchemy", "pydantic", "rich", "pytest"]
[tool.uv]
package = false
"""
ROOT = Path(__file__).resolve().parents[1]
Act = Callable[[], Path]


def measure() -> list[Ratio]:
    """With npm and with uv: one worktree against a plain one with a fresh installation, and eight at once.

    Nothing where the tools are missing or the packages cannot be had.
    """
    with tempfile.TemporaryDirectory(dir=Path.home()) as folder:
        try:
            return [*_with_npm(Path(folder)), *_with_uv(Path(folder))]
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            print(f"worktrees are not measured: {error}", file=sys.stderr)
            return []


def _with_npm(folder: Path) -> list[Ratio]:
    repository = _repository(folder / "npm", "node_modules\n")
    manifest = {"name": "shop", "version": "1.0.0", "private": True, "devDependencies": PACKAGES}
    (repository / "package.json").write_text(json.dumps(manifest))
    install = ("npm", "ci", "--silent", "--no-audit", "--no-fund")
    _run(repository, "npm", "install", "--silent", "--no-audit", "--no-fund")
    _commit(repository)
    return _measured("npm", repository, install, time_budget=0.5, disk_budget=0.1)


def _with_uv(folder: Path) -> list[Ratio]:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        raise FileNotFoundError("uv")
    os.environ["PATH"] = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
    repository = _repository(folder / "uv", ".venv\n")
    (repository / "pyproject.toml").write_text(PROJECT)
    _run(repository, "uv", "sync", "--quiet")
    _commit(repository)
    return _measured("uv", repository, ("uv", "sync", "--quiet", "--frozen"), time_budget=3, disk_budget=1.1)


def _measured(
    tool: str, repository: Path, install: Sequence[str], *, time_budget: float, disk_budget: float
) -> list[Ratio]:
    ready, plain = _ready(repository), _plain(repository, install)
    seconds: tuple[list[float], list[float]] = ([], [])
    disk: tuple[list[float], list[float]] = ([], [])
    for _ in range(TIMES):
        for number, act in enumerate((ready, plain)):
            began = time.perf_counter()
            made = act()
            seconds[number].append(time.perf_counter() - began)
            disk[number].append(_megabytes_of_its_own(made, repository))
    began = time.perf_counter()
    with ThreadPoolExecutor(MANY) as pool:
        assert all(path.is_dir() for path in pool.map(lambda _: ready(), range(MANY)))
    each = (time.perf_counter() - began) / MANY
    fresh = median(seconds[1])
    return [
        Ratio(f"Worktree with {tool}, time / plain and fresh install", median(seconds[0]), fresh, "s", time_budget),
        Ratio(f"Worktree with {tool}, disk / plain and fresh", median(disk[0]), median(disk[1]), "MB", disk_budget),
        Ratio(f"{MANY} worktrees with {tool} at once, each / one plain and fresh", each, fresh, "s", time_budget),
    ]


def _ready(repository: Path) -> Act:
    numbers = count()

    def add() -> Path:
        command = [
            sys.executable,
            "-I",
            str(ROOT / "mcp_server"),
            "worktree",
            "add",
            f"ready-{next(numbers)}",
            "--json",
        ]
        done = subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True)
        answer = json.loads(done.stdout)
        assert not answer["undone"], answer
        return Path(answer["path"])

    return add


def _plain(repository: Path, install: Sequence[str]) -> Act:
    numbers = count()

    def add() -> Path:
        made = repository.parent / f"plain-{next(numbers)}"
        _run(repository, "git", "worktree", "add", "--quiet", str(made))
        _run(made, *install)
        return made

    return add


def _megabytes_of_its_own(made: Path, source: Path) -> float:
    """The bytes stored for this worktree that are not shared with the main one."""
    shared = {path.lstat().st_ino for path in source.rglob("*") if made not in (path, *path.parents)}
    blocks = sum(status.st_blocks for path in made.rglob("*") if (status := path.lstat()).st_ino not in shared)
    return blocks * 512 / 1e6


def _repository(folder: Path, ignored: str) -> Path:
    folder.mkdir()
    _run(folder, "git", "init", "--quiet", "repo")
    (folder / "repo" / ".gitignore").write_text(ignored)
    (folder / "repo" / ".claude").mkdir()
    (folder / "repo" / ".claude" / "interlock.toml").write_text('[worktree]\nplace = "beside"\n')
    return folder / "repo"


def _commit(repository: Path) -> None:
    _run(repository, "git", "add", "--all")
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.invalid")
    _run(repository, "git", *identity, "commit", "--quiet", "--no-verify", "--message", "first")


def _run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    report(measure())

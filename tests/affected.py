"""Which tests does a change need? `python -m tests.affected [PATH…]` prints them; without a path, for what git sees.

A module's tests are the file that mirrors it; without one, the tests that import it; without these, its room's.
What drives real clients, makes environments or races many processes takes minutes, so it runs only where it is named.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SLOW = ("tests/e2e", "tests/bootstrap", "tests/races", "tests/demo")
TEXTS = {
    "README.md": "tests/test_documents.py",
    "docs": "tests/test_documents.py",
    "agents": "tests/domain/assignment",
    "skills": "tests/test_skills.py",
    "pyproject.toml": "tests/test_no_circles.py",
    "requirements": "tests/bootstrap/test_locked_requirements.py",
}


def affected(paths: Sequence[str], root: Path = ROOT) -> list[str]:
    """The test files and folders that these files or folders need, relative to `root`, each once."""
    found = dict.fromkeys(test for path in paths for test in _tests_of(path.rstrip("/"), root))
    named = [path.rstrip("/") for path in paths]
    return [test for test in found if not test.startswith(SLOW) or any(path.startswith("tests/") for path in named)]


def changed(root: Path = ROOT) -> list[str]:
    """The files that differ from the last commit, untracked ones included."""
    asked = (["diff", "--name-only", "--no-renames", "HEAD"], ["ls-files", "--others", "--exclude-standard"])
    lists = [subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True) for words in asked]
    return sorted({line for done in lists for line in done.stdout.splitlines()})


def _tests_of(path: str, root: Path) -> Iterator[str]:
    if path.startswith("tests/"):
        yield from _test_itself(path, root)
    elif path.startswith(("mcp_server/", "hooks/")) or path in ("mcp_server", "hooks"):
        yield from _mirrored(path, root)
    else:
        yield from (test for text, test in TEXTS.items() if path.startswith(text) and (root / test).exists())


def _test_itself(path: str, root: Path) -> Iterator[str]:
    is_test = (root / path).is_dir() or Path(path).name.startswith("test_")
    wanted = path if is_test else str(Path(path).parent)
    if (root / wanted).exists() and wanted != "tests":
        yield wanted


def _mirrored(path: str, root: Path) -> Iterator[str]:
    inside = Path(path.removeprefix("mcp_server/") if path != "mcp_server" else "")
    room = Path("tests") / inside
    if (root / path).is_dir():
        yield from _rooms(room, root)
        return
    test = room.with_name(f"test_{inside.stem}.py")
    if (root / test).exists():
        yield str(test)
        return
    importing = list(_importing(path.removesuffix(".py").replace("/", "."), root)) if path.endswith(".py") else []
    yield from importing or _rooms(room.parent, root)


def _rooms(room: Path, root: Path) -> Iterator[str]:
    if room == Path("tests"):
        yield from (str(file.relative_to(root)) for file in sorted((root / room).glob("test_*.py")))
    elif (root / room).exists():
        yield str(room)


def _importing(module: str, root: Path) -> Iterator[str]:
    package, _, name = module.rpartition(".")
    pattern = re.compile(
        rf"^\s*from {re.escape(module)} import|^\s*from {re.escape(package)} import .*\b{name}\b", re.M
    )
    for file in sorted((root / "tests").rglob("test_*.py")):
        test = str(file.relative_to(root))
        if not test.startswith(SLOW) and pattern.search(file.read_text(encoding="utf-8")):
            yield test


if __name__ == "__main__":
    print(*affected(sys.argv[1:] or changed()), sep="\n")

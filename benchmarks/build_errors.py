"""How well and how fast errors in build output are read, with the list of misread cases."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import Ratio, report
from mcp_server.build_errors.reader import read

CASES = Path(__file__).parents[1] / "tests" / "data" / "build_errors"
ADVERSARIES = 400
KILOBYTES = 100
PIECES = [
    "src/a.py",
    "lib/cart.ts",
    ":1",
    ":",
    "(1",
    "(1)",
    "[",
    "[1]",
    ")",
    "]",
    "error",
    "warning",
    "\n",
    "\r",
    "\x1b[",
    "\x1b[31m",
    "\x1b]8;;",
    "  ",
    "at ",
    "\tat a.b(d.java:3)\n",
    'File "',
    '", line 3',
    " line ",
    "line 3",
    '"',
    "'",
    "/",
    "../",
    "\\",
    "{",
    "{\n",
    "\n[\n",
    '{"',
    '{"file":"src/a.py"',
    '"' * 50,
    "= FAILURES =\n",
    "__ x __\n",
    "FAIL ",
    "---\n",
    "goroutine 1 [running]:\n",
    " from ",
    "resolve",
    "undefined reference",
    ">>> ",
    "-->",
    " | ",
    "#1 1.0 ",
    "<",
    '<file name="',
    "2026-11-20T23:41:07Z ",
    "Caused by:\n",
    "+++ ",
    "--- ",
    "::error file=",
    "\nl.3 ",
    "LaTeX",
    "a" * 500,
    ":1" * 200,
    "(" * 500,
    "src/a.py:1:1: error: x\n",
    "Compiling ",
    "x.go:3: y\n",
    "--- FAIL: x\n",
    "| FAIL |\n",
    '{file,"',
    '(file "',
    "in test file ",
    "\n  Line  ",
    "Free Pascal\n",
    "[warn] ",
    "************* Module\n",
    " detected\n",
    "short test summary info\n",
    "while loading conftest\n",
    "! x\n",
    "not ok ",
    " src/a.py\n",
    "--- FAIL: x\n    x_test.go:3: y\n",
    "/ci/w/src/a.py:1: error\n",
    "C:\\w\\src\\a.py:1: error\n",
    "/x/y/z.c:1: ",
    "==> x\n(x) lib/x.ex:3: y\n",
    "Origin: src/a.py:3:1\n",
    "<<< caused by >>>\n",
    "[web] ",
    "Error During Test at src/a.py:3\n  @ x /y/src/a.py:4\n",
    "Error (src/a.py:3:1): x\n  └─x at src/a.py:3:1\n",
    "ERROR in (x) (a.clj:3)\n x.a$f (a.clj:3)\n",
    "> nx run x:y\n",
    "> x@1.0.0 build\n",
    "could not compile dependency :x, \n",
    "   Compiling x v1 (/x)\n",
    "builder for '/nix/store/a-x-1.2.drv'\n",
    "x> ",
    "     > ",
    " last 9 log lines:\n",
    " [src/a.csproj]\n",
    "Dockerfile:3\n-----\nfailed to solve\n",
]


class CaseTree:
    """The repository of a case, from its list of files."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.root: str = case["repo_root"]
        self._texts = {path: case["repo_contents"].get(path, "") for path in case["repo_files"]}

    def is_file(self, path: str) -> bool:
        """Whether the case contains this file."""
        return path in self._texts

    def find(self, suffix: str) -> list[str]:
        """The files of the case with this ending."""
        return [path for path in self._texts if path == suffix or path.endswith("/" + suffix)]

    def text(self, path: str) -> str:
        """The text of a file of the case."""
        return str(self._texts.get(path, ""))


class Score(NamedTuple):
    """The files that were found, compared with the expected ones."""

    name: str
    group: str
    right: int
    too_many: list[str]
    missed: list[str]
    blameless: bool
    """Whether no file of the repository is in error."""


class Tally(NamedTuple):
    """What many scores add up to."""

    cases: int
    right: int
    too_many: int
    missed: int
    blameless: int
    accused: int

    @property
    def precision(self) -> float:
        """The share of the files found that are right."""
        return self.right / (self.right + self.too_many) if self.right + self.too_many else 1

    @property
    def recall(self) -> float:
        """The share of the files to find that were found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1

    def line(self, name: str) -> str:
        """One line for a person."""
        share = f"precision {self.precision:.3f}  recall {self.recall:.3f}  accused {self.accused} of {self.blameless}"
        return f"{name:<28}{self.cases:>5} readings  {share}"


def score(case: dict[str, Any], *, errors_first: bool) -> Score:
    """Read one case and compare; files that may or may not be reported are not counted."""
    streams = [case["stdout"], case["stderr"]]
    output = "\n".join(reversed(streams) if errors_first else streams)
    tree = CaseTree(case)
    cwd = tree.root if case["cwd"] == "." else f"{tree.root}/{case['cwd']}"
    found = set(read(output, command=case["command"], exit_code=case["exit_code"], cwd=cwd, tree=tree).files)
    truth = set(case["error_files"])
    extra = found - truth - set(case["optional_files"])
    group = str(case.get("group", ""))
    return Score(case["id"], group, len(found & truth), sorted(extra), sorted(truth - found), not truth)


def scores(folder: Path) -> list[Score]:
    """The scores of all cases below `folder`, with each stream first in turn."""
    cases = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("**/*.json"))]
    return [score(case, errors_first=errors_first) for errors_first in (False, True) for case in cases]


def tally(scored: list[Score]) -> Tally:
    """The sums over some scores."""
    return Tally(
        len(scored),
        sum(one.right for one in scored),
        sum(len(one.too_many) for one in scored),
        sum(len(one.missed) for one in scored),
        sum(one.blameless for one in scored),
        sum(one.blameless and bool(one.too_many) for one in scored),
    )


def measure(folders: list[Path] | None = None) -> list[Ratio]:
    """Precision and recall of each corpus, and the time for a megabyte, for very much, and for adversarial inputs."""
    ratios = [ratio for folder in folders or corpora() for ratio in _corpus(folder)]
    plain = "".join(f"src/m{n}.ts({n},9): error TS2322: Type 'string' is not assignable.\n" for n in range(15_000))
    worst = max(_seconds(output) for output in _adversaries())
    long = "a line of a log with: text (12) and more\n" * 2_500_000
    return [
        *ratios,
        Ratio("Build errors, reading 1 MB", _seconds(plain[:1_000_000]), 0.5, "s", 1),
        Ratio("Build errors, reading 100 MB", _seconds(long), 0.5, "s", 1),
        Ratio(f"Build errors, worst of {ADVERSARIES} adversaries of 100 KB", worst, 1, "s", 1),
    ]


def corpora() -> list[Path]:
    """The folders of recorded outputs."""
    return sorted(folder for folder in CASES.iterdir() if folder.is_dir())


def _corpus(folder: Path) -> list[Ratio]:
    """Print the misread cases of a corpus and a line for each of its groups."""
    scored = scores(folder)
    for line in sorted({f"{one.name}: too many {one.too_many}, missed {one.missed}" for one in _misread(scored)}):
        print(line)
    groups = sorted({one.group for one in scored})
    for group in groups if len(groups) > 1 else []:
        print(tally([one for one in scored if one.group == group]).line(f"{folder.name}, group {group or 'none'}"))
    whole = tally(scored)
    print(whole.line(folder.name) + "\n")
    name = f"Build errors, {folder.name}"
    recall = 0.95 if folder.name == "first_contact" else 0.97  # some name no place of an error that a rule could find
    return [
        Ratio(f"{name}, precision", whole.right, whole.right + whole.too_many, "files", 0.97, at_least=True),
        Ratio(f"{name}, recall", whole.right, whole.right + whole.missed, "files", recall, at_least=True),
        Ratio(f"{name}, accused though blameless", whole.accused, max(whole.blameless, 1), "readings", 0.02),
    ]


def _misread(scored: list[Score]) -> list[Score]:
    return [one for one in scored if one.too_many or one.missed]


def _seconds(output: str) -> float:
    files = ["src/a.py", "src/m3.ts", "lib/cart.ts", "a/b/d.java"]
    tree = CaseTree({"root": "", "repo_root": "/home/dev/acme", "repo_files": files, "repo_contents": {}})
    began = time.perf_counter()
    read(output, command="make -k", exit_code=1, cwd=tree.root, tree=tree)
    return time.perf_counter() - began


def _adversaries() -> Iterator[str]:
    chance = random.Random(1)  # noqa: S311  the same adversaries in every run
    size = KILOBYTES * 1_000
    for piece in PIECES:
        yield (piece * (size // len(piece) + 1))[:size]
    for _ in range(ADVERSARIES - len(PIECES)):
        unit = "".join(chance.choices(PIECES, k=chance.choice([2, 3, 5, 40])))
        yield (unit * (size // len(unit) + 1))[:size]


if __name__ == "__main__":
    ratios = measure([Path(argument) for argument in sys.argv[1:]] or None)
    report(ratios)
    sys.exit(not all(ratio.holds for ratio in ratios))

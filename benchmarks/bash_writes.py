"""How precisely Bash commands are read, compared with what they wrote, and how long reading takes.

Each case is a command that was run in a fixed repository, with the paths that it wrote there. The verdicts are about
the scope `src/auth/**`: a command is refused if the reader says that it writes outside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.measuring import Ratio, alternately, process, report
from mcp_server.adapters.git.bash_disk import GitDisk, ignored
from mcp_server.bash import reader
from mcp_server.cli.guard import answer

DATA = Path(__file__).parents[1] / "tests" / "data" / "bash_writes"
ROOT = Path(__file__).parents[1]
SCOPE = "src/auth"
TIMES = 60


class Outcome(NamedTuple):
    """One case, and the reading of its command."""

    case: dict[str, Any]
    writes: list[str]
    unknown: bool
    why: list[str]

    @property
    def refused(self) -> bool:
        """Whether the reading says that it writes something outside the scope."""
        return any(not (name == SCOPE or name.startswith(SCOPE + "/")) for name in self.writes)

    @property
    def exact(self) -> bool:
        """Whether the paths are exactly those that were written, apart from possible ones."""
        written = set(self.case["writes"])
        if self.case.get("writes_glob"):
            return True
        allowed = written | set(self.case["touched_no_net_change"]) | set(self.case["possible_writes"])
        return all(self._covered(path) for path in written) and all(
            self._is_allowed(name, written, allowed) for name in self.writes
        )

    def _covered(self, path: str) -> bool:
        return any(_covers(name, path) for name in self.writes)

    def _is_allowed(self, name: str, written: set[str], allowed: set[str]) -> bool:
        if name.endswith("*"):
            return any(_covers(name, path) for path in (written or allowed))
        patterns = [path for path in allowed if path.endswith("*")]
        return name in allowed or any(_covers(pattern, name) for pattern in patterns)


def _covers(name: str, path: str) -> bool:
    if name.endswith("/**"):
        return path == name[:-3] or path.startswith(name[:-2])
    return path.startswith(name[:-1]) if name.endswith("*") else path == name


def outcomes(base: Path) -> list[Outcome]:
    """Every case, read in a fresh copy of the repository at `base`."""
    subprocess.run([str(DATA / "make_fixture.sh"), str(base)], check=True, capture_output=True)
    return [_read(base, json.loads(line)) for line in (DATA / "cases.jsonl").read_text("utf-8").splitlines()]


def _read(base: Path, case: dict[str, Any]) -> Outcome:
    root, home = base / "repo", str(base / "home")
    command = case["command"].replace("/tmp/fx", str(base))  # noqa: S108  the name that the cases give the repository
    environment = {"HOME": home, "USER": "dev", "LANG": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1"}
    reading = reader.read(
        command, str((root / case["cwd"]).resolve()), GitDisk(environment), home=home, environment=environment
    )
    found: dict[str, Any] = answer(reading, str(root), ignored)
    return Outcome(case, found["writes"], found["unknown"], found["why"])


def numbers(found: list[Outcome]) -> list[tuple[str, list[Outcome], list[Outcome], float]]:
    """Each promise: its text, the cases it applies to, those that break it, and the share that must keep it."""
    allowed = [one for one in found if one.case["verdict_src_auth"] == "allow"]
    refused = [one for one in found if one.case["verdict_src_auth"] == "refuse" and one.case["statically_decidable"]]
    writing = [one for one in found if one.case["writes"] and one.case["statically_decidable"]]
    return [
        ("Allowed commands that are not refused", allowed, [one for one in allowed if one.refused], 1.0),
        ("Refused commands that are refused from the text", refused, [one for one in refused if not one.refused], 0.98),
        (
            "Refused commands that are not let pass as known",
            refused,
            [one for one in refused if not one.refused and not one.unknown],
            1.0,
        ),
        ("Written paths that are exactly known", writing, [one for one in writing if not one.exact], 0.92),
        (
            "Commands that only read, known to",
            [one for one in allowed if not one.case["changes"]],
            [one for one in allowed if not one.case["changes"] and (one.writes or one.unknown)],
            0.95,
        ),
    ]


def measure() -> list[Ratio]:
    """The time of one reading in a fresh process, against a bare interpreter."""
    bare = process([sys.executable, "-I", "-S", "-c", "pass"])
    measured, base = alternately(process([sys.executable, "-I", "-S", "-c", _one_reading()]), bare, TIMES)
    return [Ratio("Reading a Bash command, whole process", measured * 1e3, base * 1e3, "ms", 2.0)]


def _one_reading() -> str:
    import tree_sitter

    libraries = str(Path(tree_sitter.__file__).parents[1])
    return (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from mcp_server.bash import reader\n"
        "from mcp_server.bash.parse import grammar\n"
        "from mcp_server.adapters.git.bash_disk import GitDisk\n"
        f"grammar.load({libraries!r})\n"
        f"reader.read('cd src && sed -i s/a/b/ x.py && echo hi > y', {str(ROOT)!r}, GitDisk(), "
        "home='/', environment={})"
    )


def _print_misses(found: list[Outcome]) -> bool:
    all_hold = True
    for what, cases, misses, least in numbers(found):
        share = 1 - len(misses) / len(cases)
        all_hold = all_hold and share >= least
        print(f"{what}: {len(cases) - len(misses)} of {len(cases)} ({share:.1%}, at least {least:.0%})")
        for one in misses:
            print(f"  {one.case['id']}: {one.case['command']!r}\n    wrote {one.case['writes'][:9]}")
            print(f"    read {one.writes[:9]}{' unknown: ' + '; '.join(one.why) if one.unknown else ''}")
    return all_hold


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        holds = _print_misses(outcomes(Path(folder).resolve() / "fx"))
    report(measure())
    sys.exit(not holds)

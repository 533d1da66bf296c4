"""Finds where two commits conflict, with `git merge-tree`, which touches no checkout."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from mcp_server.adapters.git import runner
from mcp_server.domain.conflict import Conflict, Hunk, Lines, meeting

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_KIND = re.compile(r"CONFLICT \((.+?)\)")
CLEAN, CONFLICTED, NO_SUCH_OPTION = 0, 1, 129
SUBMODULE = "160000"


class _Stage(NamedTuple):
    mode: str
    blob: str


class _Said(NamedTuple):
    """What git says of a merge: for each path its stages (1 the origin, 2 ours, 3 theirs), and the kinds of trouble."""

    stages: dict[str, dict[int, _Stage]]
    kinds: dict[str, str]


def conflicts(root: str, ours: str, theirs: str, env: Mapping[str, str]) -> tuple[Conflict, ...]:
    """The paths on which the two commits can't be merged; refuses (GitRefused) what git can't even try."""
    done = runner.run(root, "merge-tree", "--write-tree", "-z", "--messages", ours, theirs, env=env)
    if done.code == CLEAN:
        return ()
    if done.code == NO_SUCH_OPTION:
        version = runner.line(root, "version").removeprefix("git version ")
        raise runner.GitRefused(("merge-tree",), done.code, f"git 2.38 or newer is needed, not {version}".encode())
    if done.code != CONFLICTED:
        raise runner.GitRefused(("merge-tree",), done.code, done.err or done.out)
    said = _read(done.out, re.compile(rf"~(?:{ours}|{theirs})(?:_\d+)?$"))
    return tuple(_conflict(root, path, said, env) for path in sorted(said.kinds))


def shown(path: str) -> str:
    """A path as text that can be kept and printed, whatever its bytes."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _read(output: bytes, moved: re.Pattern[str]) -> _Said:
    """Git renames a file that is in the way after its commit; it is reported under its own name."""
    parts = [runner.text(part) for part in output.split(b"\0")]
    stages: dict[str, dict[int, _Stage]] = {}
    at = 1
    while at < len(parts) and parts[at]:
        described, _, path = parts[at].partition("\t")
        mode, blob, stage = described.split(" ")
        stages.setdefault(moved.sub("", path), {})[int(stage)] = _Stage(mode, blob)
        at += 1
    kinds = dict.fromkeys(stages, "")
    at += 1
    while at < len(parts) and parts[at].isdecimal():
        paths = [moved.sub("", path) for path in parts[at + 1 : at + 1 + int(parts[at])]]
        found = _KIND.match(parts[at + 1 + len(paths)])
        at += len(paths) + 3
        if found and found[1] == "rename/rename":  # one conflict, however many names it has
            kinds = {path: kind for path, kind in kinds.items() if kind or path not in paths[1:]}
            paths = paths[:1]
        for number, path in enumerate(paths if found else ()):
            if found and (number == 0 or path in stages):
                kinds[path] = kinds.get(path) or found[1]
    return _Said(stages, kinds)


def _conflict(root: str, path: str, said: _Said, env: Mapping[str, str]) -> Conflict:
    stages = said.stages.get(path, {})
    kind = said.kinds[path] or "contents"
    if kind == "contents" and 1 not in stages:
        kind = "added"
    if any(stage.mode == SUBMODULE for stage in stages.values()):
        kind = "submodule"
    ours, theirs = _lines(root, stages, env) if kind == "contents" else ((), ())
    sign = " ".join(f"{number}:{stage.mode}:{stage.blob}" for number, stage in sorted(stages.items()))
    return Conflict(shown(path), kind, ours, theirs, f"{kind} {sign}")


def _lines(root: str, stages: dict[int, _Stage], env: Mapping[str, str]) -> tuple[Lines, Lines]:
    if not {1, 2, 3} <= set(stages):
        return (), ()
    origin = stages[1].blob
    return meeting(_hunks(root, origin, stages[2].blob, env), _hunks(root, origin, stages[3].blob, env))


def _hunks(root: str, origin: str, changed: str, env: Mapping[str, str]) -> list[Hunk]:
    options = ("--unified=0", "--diff-algorithm=histogram")
    found: list[Hunk] = []
    text: list[bytes] = []
    for row in runner.ask(root, *runner.DIFF, *options, origin, changed, env=env).split(b"\n"):
        head = _HUNK.match(row)
        if head:
            start, lost = int(head[1]), int(head[2] or 1)
            text = []
            found.append(Hunk(start - 1 if lost else start, lost, int(head[3]), ()))
        elif found and row.startswith(b"+"):
            text.append(row[1:])
            found[-1] = found[-1]._replace(text=tuple(text))
    return found

"""Fetches branches in the background: seldom, asking nobody anything, and with none of the repository's programs.

Whatever goes wrong is counted, and it is tried again later and later.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.remote.names import tracking
from mcp_server.adapters.host.atomic_write import private_folder, replace
from mcp_server.domain.worktree import Occupied

EVERY = 60.0
SELDOMEST = 3600.0
SECONDS = 40.0
"""For one answer of a remote."""
INTERRUPTED = "the last fetch was interrupted"
_QUIETLY = (
    *("-c", "core.askPass=", "-c", "credential.interactive=false", "-c", "protocol.ext.allow=never"),
    *("-c", "fetch.writeCommitGraph=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false"),
)
_FETCH = (
    *("fetch", "--quiet", "--no-tags", "--no-auto-gc", "--no-write-fetch-head", "--no-recurse-submodules"),
    *("--no-prune", "--refmap="),
)
_RUNS_PROGRAMS = re.compile(
    r"core\.(sshcommand|gitproxy|askpass|alternaterefscommand)|remote\..*\.(uploadpack|vcs|proxy)|credential\..*helper"
    r"|url\..*insteadof|include.*\.path",
    re.IGNORECASE,
)
"""Settings of a repository by which its own configuration names a program for a fetch, or may."""
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|^[-/]|/$|//|\.lock$")


class _Last(NamedTuple):
    """When it was tried last, how often it has failed since it went well, and why."""

    at: float = 0.0
    failures: int = 0
    why: str | None = None

    def is_due(self, now: float) -> bool:
        pause = min(EVERY * 2.0 ** min(self.failures, 20), SELDOMEST)
        return not self.at <= now < self.at + pause  # also when the clock was set back


def politely(root: str, folder: Path, wanted: Mapping[str, Sequence[str]], now: float) -> str | None:
    """Fetch these branches of each remote, if nobody did for a minute; why that failed, now or the last time."""
    from mcp_server.adapters.host.process_lock import process_lock

    if not wanted:
        return None
    private_folder(folder)
    file = folder / "last.json"
    try:
        with process_lock(str(folder / "turn"), patience=0):
            last = _read(file)
            if not last.is_due(now):
                return last.why
            # Recorded before it is begun: what is killed in the middle of it counts as failed.
            _write(file, _Last(now, last.failures + 1, INTERRUPTED))
            why = _all(root, wanted)
            _write(file, _Last(now, last.failures + 1 if why is not None else 0, why))
            return why
    except Occupied:
        return None


def _all(root: str, wanted: Mapping[str, Sequence[str]]) -> str | None:
    try:
        named = _programs(root)
        if named:
            words = f"this repository's own configuration sets {named}, which names a program; git fetch brings them"
            return f"branches are not fetched in the background: {words}"
        for remote, branches in wanted.items():
            _fetch(root, remote, [branch for branch in branches if not _NO_NAME.search(branch)])
    except runner.GitRefused as error:
        return error.words
    return None


def _fetch(root: str, remote: str, branches: Sequence[str]) -> None:
    refs = {f"refs/heads/{branch}": branch for branch in branches}
    if not refs:
        return
    env = _environment(root)
    there = runner.ask(root, *_QUIETLY, "ls-remote", "--quiet", remote, *refs, env=env, seconds=SECONDS)
    tips = dict(line.split("\t")[::-1] for line in runner.text(there).splitlines() if "\t" in line)
    changed = [
        f"+{ref}:{tracking(remote, branch)}"
        for ref, branch in refs.items()
        if ref in tips and tips[ref] != _tip(root, tracking(remote, branch))
    ]
    if changed:
        runner.ask(root, *_QUIETLY, *_FETCH, remote, *changed, env=env, seconds=SECONDS)


def _tip(root: str, ref: str) -> str:
    done = runner.run(root, "rev-parse", "--verify", "--quiet", ref)
    return runner.text(done.out).strip() if done.code == 0 else ""


def _programs(root: str) -> str | None:
    """A setting of this repository's own that names a program which a fetch would run, or None."""
    done = runner.run(root, "config", "--show-scope", "--name-only", "-z", "--list")
    words = runner.records(done.out)
    own = [name for scope, name in zip(words[::2], words[1::2], strict=False) if scope in ("local", "worktree")]
    return next((name for name in own if _RUNS_PROGRAMS.fullmatch(name)), None)


def _environment(root: str) -> dict[str, str]:
    """Nobody is asked for anything, by git or by ssh; which ssh that is, is the person's own setting."""
    done = runner.run(root, "config", "--get", "core.sshCommand")
    said = os.environ.get("GIT_SSH_COMMAND") or runner.text(done.out).strip() or "ssh"
    quiet = said + " -oBatchMode=yes -oConnectTimeout=20" if _is_openssh(said) else said
    return {"GIT_ASKPASS": "true", "SSH_ASKPASS": "true", "SSH_ASKPASS_REQUIRE": "never", "GIT_SSH_COMMAND": quiet}


def _is_openssh(command: str) -> bool:
    try:
        first = next(iter(shlex.split(command)), "")
    except ValueError:
        return False
    return os.path.basename(first) in ("ssh", "ssh.exe")


def _read(file: Path) -> _Last:
    try:
        at, failures, why = json.loads(file.read_text(encoding="utf-8"))
        return _Last(float(at), int(failures), why if isinstance(why, str) else None)
    except (OSError, ValueError, TypeError):
        return _Last()


def _write(file: Path, last: _Last) -> None:
    replace(str(file), json.dumps(list(last)).encode())

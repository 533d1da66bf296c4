"""Runs git as a process: with nobody else's repository in its surroundings, and failures as words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_QUARANTINE_PATH",
    "GIT_LITERAL_PATHSPECS",
)
"""What git sets for the hooks that it runs, and what would turn our git to another repository or index."""
FOREIGN = (*ELSEWHERE, "CLAUDE_CODE_SESSION_ID")
"""And whose session it is: Interlock's own commit hook would take a merge for that agent's edits."""
SECONDS = 60.0

Item = TypeVar("Item")
Result = TypeVar("Result")


class GitRefused(OSError):
    """Git would not or could not; the message has git's own words. `code` is how it ended."""

    def __init__(self, arguments: Iterable[str], code: int, said: bytes) -> None:
        words = " ".join(said.decode("utf-8", "replace").split())[:500] or "it said nothing"
        verb = next((part for part in arguments if not part.startswith("-")), "")
        super().__init__(f"git {verb} ended with {code}: {words}")
        self.code = code
        self.words = words


class Ran:
    """How git ended and what it said."""

    __slots__ = ("code", "err", "out")

    def __init__(self, code: int, out: bytes, err: bytes) -> None:
        self.code = code
        self.out = out
        self.err = err


def run(
    root: str,
    *arguments: str,
    input: bytes | None = None,  # noqa: A002  git's standard input
    env: Mapping[str, str] | None = None,
    seconds: float | None = SECONDS,
) -> Ran:
    """Run git in `root` and say how it ended; refuses (GitRefused) when it can't be started or takes too long."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    command = ["git", "-C", root, *arguments]
    try:
        done = subprocess.run(
            command,
            input=input,
            stdin=subprocess.DEVNULL if input is None else None,
            capture_output=True,
            check=False,
            timeout=seconds,
            env={**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(env or {})},
        )
    except subprocess.TimeoutExpired:
        raise GitRefused(arguments, -1, f"it took longer than {seconds:g} s".encode()) from None
    except OSError as error:
        raise GitRefused(arguments, -1, str(error).encode("utf-8", "replace")) from error
    return Ran(done.returncode, done.stdout, done.stderr)


def ask(
    root: str,
    *arguments: str,
    input: bytes | None = None,  # noqa: A002  git's standard input
    env: Mapping[str, str] | None = None,
    seconds: float | None = SECONDS,
) -> bytes:
    """What git answers; refuses (GitRefused) when it ended with anything but success."""
    done = run(root, *arguments, input=input, env=env, seconds=seconds)
    if done.code:
        raise GitRefused(arguments, done.code, done.err)
    return done.out


def line(root: str, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What git answers, as one line of text; refuses like `ask`."""
    return text(ask(root, *arguments, env=env)).strip()


def records(output: bytes) -> list[str]:
    """The records of an answer that ends each with a NUL."""
    return [text(part) for part in output.split(b"\0") if part]


def text(data: bytes) -> str:
    """A path or a name as Python spells it, whatever its bytes."""
    return data.decode("utf-8", "surrogateescape")


def listed(paths: Iterable[str]) -> bytes:
    """Paths as git reads them under `-z --stdin`."""
    return b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)


def side_by_side(act: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    """What `act` makes of each, in order, several at a time: git's processes are what takes the time."""
    if len(items) < 2:
        return [act(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(8, len(items), 2 * (os.cpu_count() or 1))) as workers:
        return list(workers.map(act, items))

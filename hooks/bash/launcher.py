"""Starts the shell of a Bash call again, confined to where its agent may write if the guard left a record."""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from mcp_server.sandbox.apply import Prepared
    from mcp_server.sandbox.supervisor.lost import Lost

MARK = "INTERLOCK_CONFINED"
"""Tells a shell that it was started confined: its own process, or its parent's."""
HERE = os.path.dirname(os.path.abspath(__file__))


def main() -> NoReturn:
    """Become the shell again, or its parent. If it cannot be confined, only a command that reads is run."""
    shell, flags, session_folder, text, *words = sys.argv[1:]
    # The client passes a command that is too long for one word in pieces, after the text.
    pieces = words[words.index(text) + 1 :] if text in words else []
    command = [shell, *flags.split(), "-c", text, *pieces]
    whole = "\neval ".join([text, *_joined(pieces)])
    environment = _original_environment()
    try:
        environment |= _confine(session_folder, whole, command, environment)
    except Exception as error:  # noqa: BLE001  whatever fails here, the command is not confined
        if not _only_reads(session_folder, whole):
            sys.exit(f"interlock: this command was not run, because it cannot be confined: {error}")
    _become(command, environment)


def _only_reads(session_folder: str, text: str) -> bool:
    from mcp_server.sandbox import apply

    return apply.only_reads(session_folder, text)


def _become(command: list[str], environment: dict[str, str]) -> NoReturn:
    environment[MARK] = str(os.getpid())
    os.execve(command[0], command, environment)  # noqa: S606  this is the shell itself


def _confine(session_folder: str, text: str, command: list[str], environment: dict[str, str]) -> dict[str, str]:
    """Confine this process, if there is a record of the call; returns the variables that its shell gets.

    It does not return where the shell can be supervised: this process is then its parent.
    """
    from mcp_server.sandbox import apply, landlock, record
    from mcp_server.sandbox.supervisor import seccomp

    if not landlock.can_confine():
        return {}
    if seccomp.is_supported():
        found = apply.prepared(session_folder, text, os.environ, _git)
        if found is None:
            return {}
        _supervise(found, command, environment, session_folder)
    found = apply.prepared(session_folder, text, os.environ)
    if found is None:
        return {}
    found.note(record.ALONE)
    landlock.restrict(found.grants)
    if "INTERLOCK_PLACES" in found.variables:
        found.variables["INTERLOCK_SHIMS"] = os.path.join(os.path.dirname(HERE), "shims")
    return found.variables


def _supervise(found: Prepared, command: list[str], environment: dict[str, str], session_folder: str) -> None:
    """Become the supervisor of the confined shell; returns when this kernel does not let anybody supervise."""
    from mcp_server.sandbox import landlock, record
    from mcp_server.sandbox.supervisor import shell

    found.note(record.SUPERVISED)

    trees = [grant.path for grant in found.grants if grant.kind == "tree" and os.path.isdir(grant.path)]
    gc.enable()  # this process may live as long as a server that the command starts
    confined = {**environment, **found.variables, MARK: str(os.getpid())}
    restrict = lambda: landlock.restrict(found.grants)  # noqa: E731  done by the thread that starts the shell
    try:
        shell.run(restrict, command, confined, [*trees, *found.files], found.rules, _lost(found, session_folder))
    except OSError:
        return


def _lost(found: Prepared, session_folder: str) -> list[Lost]:
    """What each call may lose while it runs."""
    from mcp_server.adapters.sqlite.presence.others import Others
    from mcp_server.sandbox.supervisor.lost import Lost, folders_of

    file = os.path.join(os.path.dirname(os.path.dirname(session_folder)), "state.db")
    return [
        Lost(each, each.agent.partition("/")[0], Others(file, each.agent, each.since, folders))
        for each in found.records
        if (folders := folders_of(each))
    ]


def _git(root: str, *arguments: str, given: bytes = b"") -> bytes | None:
    from mcp_server.adapters.git.runner import answer  # only a command that writes beside its grants pays for it

    return answer(root, *arguments, given=given)


def _original_environment() -> dict[str, str]:
    """The environment and the signals as they were before this interpreter changed them."""
    import _signal  # type: ignore[import-not-found]  # importing `signal` takes as long as computing the rights

    for name in ("SIGPIPE", "SIGXFSZ"):
        _signal.signal(getattr(_signal, name), _signal.SIG_DFL)
    environment = dict(os.environ)
    try:
        with open("/proc/self/environ", "rb") as handle:
            inherited = handle.read().split(b"\0")
    except OSError:
        return environment
    locale = [os.fsdecode(word[9:]) for word in inherited if word.startswith(b"LC_CTYPE=")]
    environment.pop("LC_CTYPE", None)
    return {**environment, "LC_CTYPE": locale[0]} if locale else environment


def _joined(pieces: list[str]) -> list[str]:
    # The first is the shell's name; each of the others is surrounded by blanks.
    return ["".join(piece.removeprefix(" ").removesuffix(" ") for piece in pieces[1:])] if pieces else []

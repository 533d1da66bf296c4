"""Starts the shell of a Bash call again, confined to where its agent may write if the guard left a record."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))


def main() -> NoReturn:
    """Become the shell again. A failure is reported, and the command runs: the guard has allowed its text."""
    shell, flags, session_folder, text, *words = sys.argv[1:]
    # The client passes a command that is too long for one word in pieces, after the text.
    pieces = words[words.index(text) + 1 :] if text in words else []
    environment = _original_environment()
    environment["INTERLOCK_CONFINED"] = str(os.getpid())
    try:
        environment |= _confine(session_folder, "\neval ".join([text, *_joined(pieces)]))
    except Exception as error:  # noqa: BLE001  a failure here must not stop the user's command
        print(f"interlock: this command runs unconfined: {error}", file=sys.stderr, flush=True)
    os.execve(shell, [shell, *flags.split(), "-c", text, *pieces], environment)  # noqa: S606  this is the shell itself


def _confine(session_folder: str, text: str) -> dict[str, str]:
    """Confine this process, if there is a record of the call; returns the variables that its shell gets."""
    from mcp_server.sandbox import apply, landlock

    if not landlock.can_confine():
        return {}
    found = apply.prepared(session_folder, text, os.environ)
    if found is None:
        return {}
    grants, variables = found
    landlock.restrict(grants)
    if "INTERLOCK_PLACES" in variables:
        variables["INTERLOCK_SHIMS"] = os.path.join(HERE, "shims")
    return variables


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


if __name__ == "__main__":
    main()

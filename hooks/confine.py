"""The shell of a Bash call starts anew through this: held, if the guard left word, to where its agent may write."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))


def main() -> NoReturn:
    """Become the shell again. What goes wrong is said, and the command runs: the guard has let its text pass."""
    shell, flags, session_folder, text, *words = sys.argv[1:]
    # The client hands over a command in pieces, behind the text, when it is too long for one word.
    pieces = words[words.index(text) + 1 :] if text in words else []
    environment = _as_it_came()
    environment["INTERLOCK_CONFINED"] = str(os.getpid())
    try:
        environment |= _hold(session_folder, "\neval ".join([text, *_joined(pieces)]))
    except Exception as error:  # noqa: BLE001  the user's command must not suffer from what goes wrong here
        print(f"interlock: this command runs unconfined: {error}", file=sys.stderr, flush=True)
    os.execve(shell, [shell, *flags.split(), "-c", text, *pieces], environment)  # noqa: S606  it is a shell itself


def _hold(session_folder: str, text: str) -> dict[str, str]:
    """Hold this process, if there is a record of the call; the variables that its shell is given."""
    from mcp_server.sandbox import apply, landlock

    if not landlock.can_confine():
        return {}
    found = apply.prepared(session_folder, text, os.environ)
    if found is None:
        return {}
    landlock.restrict(found.grants)
    if "INTERLOCK_PLACES" in found.environment:
        found.environment["INTERLOCK_SHIMS"] = os.path.join(HERE, "shims")
    return found.environment


def _as_it_came() -> dict[str, str]:
    """The environment, and the signals, as they were before this interpreter changed them for itself."""
    import _signal  # type: ignore[import-not-found]  # `signal` itself costs as much as all the rights

    for name in ("SIGPIPE", "SIGXFSZ"):
        _signal.signal(getattr(_signal, name), _signal.SIG_DFL)
    environment = dict(os.environ)
    try:
        with open("/proc/self/environ", "rb") as handle:
            came = handle.read().split(b"\0")
    except OSError:
        return environment
    locale = [os.fsdecode(word[9:]) for word in came if word.startswith(b"LC_CTYPE=")]
    environment.pop("LC_CTYPE", None)
    return {**environment, "LC_CTYPE": locale[0]} if locale else environment


def _joined(pieces: list[str]) -> list[str]:
    # The first is the shell's name; each of the others is set in blanks.
    return ["".join(piece.removeprefix(" ").removesuffix(" ") for piece in pieces[1:])] if pieces else []


if __name__ == "__main__":
    main()

"""What a script file would write: read by the interpreter that its first line names."""

from mcp_server.bash.call import Call
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.interpret.run_command import Status
    from mcp_server.bash.interpret.shell import Shell

_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh", "ash"])


def run(shell: "Shell", path: str, arguments: list[str]) -> "Status":
    """Run the file `path` with `arguments`."""
    name = path.rpartition("/")[2]
    place = shell.locate(path)
    if place is not None and not shell.world.may_exist(place):
        return False
    text = None if place is None else shell.world.text(place)
    call = Call(shell, name, arguments)
    if text is None:
        call.runs_anything(f"What `{path.replace(UNKNOWN, '…')}` writes is not known.")
        call.prints()
        return None
    interpreter = _interpreter(text)
    if interpreter in _SHELLS:
        from mcp_server.bash.programs import shells

        return shells.inside(call, text, arguments, path)
    return _other(call, interpreter, text, path, arguments)


def _interpreter(text: str) -> str:
    first = text.partition("\n")[0]
    if not first.startswith("#!"):
        return "sh"
    words = [word for word in first[2:].split() if not word.startswith("-") and "=" not in word]
    if words and words[0].endswith("/env"):
        words = words[1:]
    return words[0].rpartition("/")[2] if words else "sh"


def _other(call: Call, interpreter: str, text: str, path: str, arguments: list[str]) -> "Status":
    from mcp_server.bash.programs.languages import other, python

    base = interpreter.rstrip("0123456789.")
    if base in ("python", "pypy"):
        python.read(call, text, [path, *arguments])
    elif base in ("perl", "ruby", "node", "nodejs"):
        other.read(call, "node" if base == "nodejs" else base, text, arguments)
    elif base in ("awk", "gawk", "mawk", "sed", "make"):
        from mcp_server.bash.interpret import run_command

        return run_command.run(call.shell, [base, "-f", path, *arguments], functions=False)
    else:
        call.runs_anything(f"What `{path.replace(UNKNOWN, '…')}` writes is not known.")
    call.prints()
    return None

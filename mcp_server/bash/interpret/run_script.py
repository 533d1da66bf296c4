"""What a script file would write: read by the interpreter that its first line names."""

from mcp_server.bash.call import Call
from mcp_server.bash.unknown import readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.state import Status
    from mcp_server.bash.state.shell import Shell

_SHELLS = frozenset(["sh", "bash", "dash", "zsh", "ksh", "ash"])


def run(shell: "Shell", path: str, arguments: list[str]) -> "Status":
    """Run the file `path` with `arguments`."""
    name = path.rpartition("/")[2]
    directory = shell.locate(path)
    if directory is not None and not shell.disk.may_exist(directory):
        return False
    text = None if directory is None else shell.disk.text(directory)
    call = Call(shell, name, arguments)
    if text is None:
        call.runs_anything(f"Cannot tell what `{readable(path)}` writes.")
        call.prints()
        return None
    interpreter = _interpreter(text)
    if interpreter in _SHELLS:
        return call.run_shell(text, arguments, path, file=readable(path))
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
        return call.shell.interpreter.run_words(call.shell, [base, "-f", path, *arguments], functions=False)
    else:
        call.runs_anything(f"Cannot tell what `{readable(path)}` writes.")
    call.prints()
    return None

"""Interpreters whose code is read: `python` and `node`."""

from mcp_server.bash.programs.languages import other, python_modules
from mcp_server.bash.programs.languages import python as python_code
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def python(call: "Call") -> None:
    """`python`: it runs `-c TEXT`, `-m MODULE`, a file, or its input."""
    words = list(call.arguments)
    while words and words[0].startswith("-") and words[0] not in ("-", "-c", "-m"):
        option = words.pop(0)
        if option in ("-W", "-X", "--check-hash-based-pycs") and words:
            words.pop(0)
        elif option in ("-V", "--version", "-h", "--help", "-VV"):
            call.prints()
            return
        elif option[:2] != "--" and option[-1:] in "cm" and words:
            words.insert(0, "-" + option[-1])
    if words[:1] == ["-c"]:
        python_code.read(call, words[1] if len(words) > 1 else UNKNOWN, ["-c", *words[2:]])
    elif words[:1] == ["-m"]:
        _module(call, words[1:])
    elif not words or words[0] == "-":
        python_code.read(call, call.stdin if isinstance(call.stdin, str) else UNKNOWN, ["-", *words[1:]])
    elif (text := call.script(words[0])) is not None:
        python_code.read(call, text, words)
    call.prints()


def _module(call: "Call", words: list[str]) -> None:
    name, call.arguments = (words[0] if words else ""), words[1:]
    handler = python_modules.handler(name)
    if handler is not None:
        handler(call)
        return
    program = _AS_PROGRAMS.get(name)
    if program is not None:
        call.run([*program.split(), *call.arguments])
        return
    if name == "piptools" and call.arguments:
        call.run([f"pip-{call.arguments[0]}", *call.arguments[1:]])
        return
    call.runs_anything(f"Cannot tell what `python -m {readable(name)}` writes.")


_SAME = (
    "pip black ruff isort mypy pytest autopep8 yapf flake8 pylint autoflake pyupgrade unittest coverage virtualenv"
    " docformatter mdformat bandit uv poetry pipenv pdm hatch twine nbstripout codespell sqlfluff jupyter mkdocs"
)
_AS_PROGRAMS = {
    **{name: name for name in _SAME.split()},
    **{"pre_commit": "pre-commit", "grpc_tools.protoc": "protoc", "sphinx": "sphinx-build", "build": "pyproject-build"},
}
"""Modules that are programs too, and as which."""


def _node(call: "Call") -> None:
    """`node`: it runs `-e TEXT`, a file, or its input."""
    given = call.options(valued="epr", long="eval print require import input-type loader test-reporter", stop=True)
    if given.has("-v", "--version", "-h", "--help", "-c", "--check"):
        call.prints()
        return
    text = given.value("-e", "--eval", "-p", "--print", "-pe")
    if given.has("-r", "--require", "--import", "--loader", "--test"):
        call.runs_anything()
    elif text is not None:
        other.read(call, "node", text, given.operands)
    elif given.operands and given.operands[0] != "-":
        text = call.script(given.operands[0])
        if text is not None:
            other.read(call, "node", text, given.operands[1:])
    else:
        other.read(call, "node", call.stdin if isinstance(call.stdin, str) else UNKNOWN, given.operands)
    call.prints()


TABLE: "dict[str, Handler]" = {"node nodejs": _node, "python python2 python3 pypy pypy3": python}

"""Interpreters, of code and of files, and programs that run tests: a test may write anything."""

from mcp_server.bash.programs.languages import other
from mcp_server.bash.programs.languages import python as python_code
from mcp_server.bash.programs.languages.python_modules import MODULES
from mcp_server.bash.unknown import UNKNOWN, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def python(call: "Call") -> None:
    """`python`: of -c, of -m, of a file, of what it reads."""
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
        text = call.stdin
        python_code.read(call, text if isinstance(text, str) else UNKNOWN, ["-", *words[1:]])
    else:
        _file(call, words)
    call.prints()


def _file(call: "Call", words: list[str]) -> None:
    text = call.text(words[0])
    path = call.shell.locate(words[0])
    if text is not None:
        python_code.read(call, text, words)
    elif path is None or call.disk.may_exist(path):
        call.runs_anything(f"What `{readable(words[0])}` writes is not known.")


def _module(call: "Call", words: list[str]) -> None:
    name, call.arguments = (words[0] if words else ""), words[1:]
    handler = MODULES.get(name)
    if handler is not None:
        handler(call)
        return
    if name in _AS_PROGRAMS:
        call.run([name, *call.arguments])
        return
    call.runs_anything(f"What `python -m {readable(name)}` writes is not known.")


_AS_PROGRAMS = frozenset(
    "pip black ruff isort mypy pytest autopep8 yapf flake8 pylint autoflake pyupgrade unittest coverage "
    "virtualenv".split()
)


def node(call: "Call") -> None:
    """`node`: of -e, of a file, of what it reads."""
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
        _javascript_file(call, given.operands)
    else:
        other.read(call, "node", call.stdin if isinstance(call.stdin, str) else UNKNOWN, given.operands)
    call.prints()


def _javascript_file(call: "Call", words: list[str]) -> None:
    text = call.text(words[0])
    path = call.shell.locate(words[0])
    if text is None:
        if path is None or call.disk.may_exist(path):
            call.runs_anything(f"What `{readable(words[0])}` writes is not known.")
    else:
        other.read(call, "node", text, words[1:])


def of_code(*options: str) -> "Handler":
    """An interpreter whose code is not read: unknown, unless only its version is asked for."""

    def handler(call: "Call") -> None:
        if call.arguments[:1] not in (
            ["--version"],
            ["-v"],
            ["-V"],
            ["--help"],
            ["-version"],
            *([option] for option in options),
        ):
            call.runs_anything()
        call.prints()

    return handler


def runs_tests(call: "Call") -> None:
    """A test runner: a test may write anything."""
    if not {"--version", "--help", "-h", "--collect-only", "--co", "--listTests", "--fixtures"} & set(call.arguments):
        call.runs_anything(f"What the tests that `{call.name}` runs write is not known.")
    given = call.options(valued="o", long="junitxml junit-xml cov-report outputFile output-file")
    for name in given.values("--junitxml", "--junit-xml", "--outputFile", "--output-file"):
        call.write(name)
    call.prints()


def coverage(call: "Call") -> None:
    """`coverage`."""
    words = call.arguments
    if words[:1] == ["run"]:
        runs_tests(call)
        call.write(".coverage")
        return
    given = call.options(valued="od", long="directory rcfile")
    if words[:1] == ["html"]:
        call.write_tree(given.value("-d", "--directory") or "htmlcov")
    elif words[:1] in (["xml"], ["json"], ["lcov"]):
        call.write(given.value("-o") or f"coverage.{words[0]}".replace("coverage.lcov", "coverage.lcov"))
    elif words[:1] in (["erase"], ["combine"]):
        call.write(".coverage")
    call.prints()


_RUNNERS = "pytest py.test jest vitest mocha ava tap karma cypress playwright phpunit rspec ctest nose2 trial unittest"
_INTERPRETERS = "tsx ts-node php lua luajit Rscript julia java osascript tclsh guile ipython"
TABLE: "dict[str, Handler]" = {
    **dict.fromkeys(_RUNNERS.split(), runs_tests),
    **dict.fromkeys(_INTERPRETERS.split(), of_code("-l")),
    "coverage": coverage,
    "node": node,
    "nodejs": node,
    **dict.fromkeys(("python", "python2", "python3", "pypy", "pypy3"), python),
}

"""The tools with an output format of their own: the signs of each, and the module that reads it.

A new tool is a line here and a function in the module of its family; lines that it does not take are read in general.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.build_errors.output import Output

TOOLS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    # name, family, function, signs of which one is in the output
    ("json", "structured", "json_documents", ('\n{"', "\n[{", "\n[\n", "\n{\n")),
    ("xml", "structured", "xml", ("<checkstyle", "<testsuite", "<pmd", "<issues", "<file name=", "<file path=")),
    (
        "pytest",
        "testers",
        "pytest",
        ("= FAILURES =", "= ERRORS =", "short test summary info", "while loading conftest"),
    ),
    ("ocaml", "compilers", "ocaml", ('\nFile "', ", characters ")),
    ("python", "interpreters", "python", ('File "',)),
    ("go test", "testers", "go_test", ("--- FAIL",)),
    ("go", "interpreters", "goroutines", ("\ngoroutine ",)),
    ("perl", "interpreters", "perl", (" at ",)),
    ("tcl", "interpreters", "tcl", ('(file "',)),
    ("erlang", "interpreters", "erlang", ('{file,"',)),
    ("tap", "testers", "tap", ("not ok ",)),
    ("forge", "testers", "forge", ("[FAIL",)),
    ("robot", "testers", "robot", ("| FAIL |",)),
    ("bats", "testers", "bats", ("in test file ",)),
    (
        "ld",
        "compilers",
        "linker",
        ("undefined reference", "multiple definition", "undefined symbol", "duplicate symbol"),
    ),
    ("latex", "compilers", "latex", ("\nl.",)),
    ("cmake", "compilers", "cmake", ("CMake Error",)),
    ("fpc", "compilers", "pascal", ("Free Pascal",)),
    ("clojure", "package_traces", "clojure", ("FAIL in (", "ERROR in (", "Execution error ")),
    ("jvm", "interpreters", "java", ("\tat ", " at ", "[ERROR]   ")),
    ("elixir", "package_traces", "elixir", (".ex:", ".exs:", ".erl:", "\n==> ")),
    ("testthat", "package_traces", "testthat", ("Backtrace:", "testthat")),
    ("julia", "package_traces", "julia", ("Error During Test at ", "while loading ", "in expression starting ")),
    ("webpack", "bundlers", "webpack", ("ERROR in ", "WARNING in ")),
    ("bundler", "bundlers", "importers", (" from ", "imported by", "required by")),
    ("npm", "packagers", "npm", ("npm error ", "npm ERR! ")),
    ("pip", "packagers", "pip", ("subprocess-exited-with-error",)),
    ("docker", "packagers", "docker", ("failed to solve", "dockerfile parse error")),
    ("ansible", "packagers", "ansible", ("\nOrigin: ",)),
    ("msbuild", "compilers", "msbuild", ("proj]", "proj::")),
    ("arduino", "compilers", "sketch", (": error: ",)),
    ("prettier", "linters", "prettier", ("[warn] ", "[error] ")),
    ("pylint", "linters", "pylint", ("************* Module",)),
    ("rubocop", "linters", "rubocop", (" detected\n", " detected,")),
    ("phpstan", "linters", "phpstan", ("  Line  ",)),
    ("sphinx", "linters", "sphinx", (":docstring of ",)),
    ("diff", "linters", "diff", ("\n+++ ",)),
    ("annotations", "linters", "marked", ("::error ", "##vso[", "::warning ")),
)
_LISTERS = tuple("prettier gofmt goimports gofumpt terraform tofu zig shfmt buildifier nixpkgs-fmt".split())


def read(output: Output, text: str) -> str | None:
    """Let each tool whose signs are in `text` read its part; returns the names of those that blamed a file."""
    heard: list[str] = []
    for name, family, function, signs in TOOLS:
        if any(sign in text for sign in signs):
            before = len(output.files)
            _reader(family, function)(output, text)
            if len(output.files) > before:
                heard.append(name)
    if output.failed and output.invocation.runs(*_LISTERS):
        _reader("linters", "listed")(output, text)
    return _spoke(output, heard)


def _reader(family: str, function: str) -> Callable[[Output, str], None]:
    module = __import__(f"mcp_server.build_errors.tools.{family}", fromlist=[function])
    reader: Callable[[Output, str], None] = getattr(module, function)
    return reader


_STARTERS = frozenset("npm pnpm yarn bun make gmake bash sh exit rm mkdir cp mv set source . [ test tee".split())


def _spoke(output: Output, heard: list[str]) -> str | None:
    named: list[str] = []
    for program in output.invocation.programs:
        if program not in named and program not in _STARTERS and program[:1].isalpha():
            named.append(program)
    return "+".join((named or heard)[:4]) or None

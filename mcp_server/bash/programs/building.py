"""`make`, whose recipes are read and run as shell text, and `cmake` with its small tools."""

from mcp_server.bash.programs.languages import makefile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

_PRINTING = "-n --just-print --dry-run --recon -q --question -p -v --version -h --help".split()
_NAMES = ("GNUmakefile", "makefile", "Makefile")


def _make(call: "Call") -> None:
    given = call.options(valued="fCIoW", attached="jlO", long="file makefile directory include-dir old-file jobs eval")
    folder = given.value("-C", "--directory")
    if given.has(
        "-n", "--just-print", "--dry-run", "--recon", "-q", "--question", "-p", "-v", "--version", "-h", "--help"
    ):
        call.prints()
        return
    child = call.shell.fork()
    if folder is not None:
        path = child.locate(folder)
        child.directory = path if path is not None and call.disk.is_dir(path) else None
    inner = type(call)(child, call.name, call.arguments)
    name = given.value("-f", "--file", "--makefile") or next(
        (name for name in _NAMES if inner.text(name) is not None), ""
    )
    text = inner.text(name) if name else None
    if text is None:
        if name or child.directory is None or call.disk.unpredictable:
            call.runs_anything("Cannot tell what the makefile runs.")
        return
    goals = [word for word in given.operands if "=" not in word]
    values = dict(word.partition("=")[::2] for word in given.operands if "=" in word)
    values = {name.rstrip(":"): value for name, value in values.items()}
    makefile.Makefile(inner, text, values).run(goals, touches=given.has("-t", "--touch"))
    call.prints()


def _cmake(call: "Call") -> None:
    words = call.arguments
    given = call.options(valued="SBGDCAT", attached="D", long="build install preset target")
    if given.has("--version", "--help", "-N"):
        call.prints()
    elif words[:1] == ["-E"]:
        _cmake_tool(call, words[1:])
    else:
        for name in given.values("-B", "--build"):
            call.write_tree(name)
        call.runs_anything()


_CMAKE_TOOLS = {
    **{name: name for name in "rm touch echo cat env true".split()},
    **{"make_directory": "mkdir -p", "remove_directory": "rm -r", "remove": "rm", "copy": "cp", "rename": "mv"},
    **{"copy_directory": "cp -rT", "create_symlink": "ln -s", "time": ""},
}


def _cmake_tool(call: "Call", words: list[str]) -> None:
    tool = _CMAKE_TOOLS.get(words[0]) if words else None
    if tool is not None:
        call.run([*tool.split(), *words[1:]])
    else:
        call.runs_anything()


TABLE: "dict[str, Handler]" = {"make gmake": _make, "cmake": _cmake}

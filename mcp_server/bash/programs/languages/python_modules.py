"""What the standard library's modules write when they are run with `python -m`."""

from mcp_server.bash.programs import archives, named_by
from mcp_server.bash.programs.program import READS, Program
from mcp_server.bash.programs.tables.own_command import interlock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def handler(name: str) -> "Handler | None":
    """The handler of the module `name`, None for an unknown module."""
    return named_by(_MODULES, [name])


def _compile(call: "Call") -> None:
    """`compileall` and `py_compile`: into folders named `__pycache__`."""
    given = call.options(valued="dspoijer", long="invalidation-mode")
    for name in given.operands or ["."]:
        path = call.shell.real(name)
        if path is None or not call.disk.is_dir(path):
            call.write_tree((name.rpartition("/")[0] or ".") + "/__pycache__")
            continue
        for item in [path, *(call.disk.below(path) or [])]:
            is_source = call.disk.kind(item) == "file" and item.endswith(".py")
            if is_source and not ("/." in item[len(path) :] or "-l" in call.arguments and "/" in item[len(path) + 1 :]):
                call.write_tree(item.rpartition("/")[0] + "/__pycache__")


def _archive(call: "Call") -> None:
    """`zipfile` and `tarfile`."""
    words = [word for word in call.arguments if not word.startswith("-")]
    if {"-e", "--extract"}.intersection(call.arguments) and words:
        folder = words[1] if len(words) > 1 else "."
        if folder != ".":
            call.make_directory(folder, parents=True)
        archives.unpack(call, folder, archives.members(call, words[0]))
    elif {"-c", "--create"}.intersection(call.arguments) and words:
        call.write(words[0])


_MODULES: "dict[str, Handler]" = {
    "json.tool": Program("@2", valued="--indent"),
    "compileall py_compile": _compile,
    "zipfile tarfile": _archive,
    "venv": Program("@*/", valued="--prompt"),
    "cProfile profile": Program("-o", runs="*", valued="-s -m"),
    "trace pdb timeit doctest unittest ensurepip": Program(runs="*"),
    "mcp_server": interlock,
    "gzip": Program("@*+.gz", modes={"-d --decompress": Program("@*%")}),
    "http.server site sysconfig platform calendar ast dis tokenize tabnanny this base64 pyflakes pycodestyle pydoc"
    " inspect pickletools uuid random webbrowser": READS,
}

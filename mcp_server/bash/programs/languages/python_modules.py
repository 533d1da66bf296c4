"""What the standard library's modules write when they are run with `python -m`."""

from mcp_server.bash.programs import archives
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.call import Call


def _reads(call: "Call") -> None:
    call.prints()


def _json_tool(call: "Call") -> None:
    given = call.options(long="indent")
    for name in given.operands[1:2]:
        call.write(name)


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


def _zipfile(call: "Call") -> None:
    given = call.options(long="list extract create test")
    words = [word for word in call.arguments if not word.startswith("-")]
    if given.has("-e", "--extract") and words:
        _unpack(call, words[0], words[1] if len(words) > 1 else ".")
    elif given.has("-c", "--create") and words:
        call.write(words[0])


def _unpack(call: "Call", archive: str, folder: str) -> None:
    found = archives.members(call, archive)
    path = call.shell.real(folder)
    if path is not None and folder != ".":
        call.make_parents(path)
        call.make_directory(folder)
    if found is None:
        call.write_tree(folder)
        return
    for name in found:
        directory = None if path is None else f"{path}/{name.rstrip('/')}"
        if directory is None or ".." in name.split("/"):
            call.write_tree(folder)
        elif name.endswith("/"):
            call.make_directory(directory, parents=True)
        else:
            call.make_parents(directory)
            call.replace(directory)


def _tarfile(call: "Call") -> None:
    words = [word for word in call.arguments if not word.startswith("-")]
    flags = [word for word in call.arguments if word.startswith("-")]
    if {"-e", "--extract"} & set(flags) and words:
        _unpack(call, words[0], words[1] if len(words) > 1 else ".")
    elif {"-c", "--create"} & set(flags) and words:
        call.write(words[0])


def _venv(call: "Call") -> None:
    for name in call.options(long="prompt").operands:
        call.write_tree(name)


def _profile(call: "Call") -> None:
    given = call.options(valued="osm", stop=True)
    for name in given.values("-o"):
        call.write(name)
    _runs(call)


def _runs(call: "Call") -> None:
    call.runs_anything(f"What the Python code that `{call.name}` runs writes is not known.")


def _gzip(call: "Call") -> None:
    given = call.options()
    for name in given.operands:
        call.write(name.removesuffix(".gz") if given.has("-d", "--decompress") else name + ".gz")


def _ensurepip(call: "Call") -> None:
    call.runs_anything("Where pip is installed is not known.")


def _serves(call: "Call") -> None:
    call.prints(UNKNOWN)


MODULES: "dict[str, Callable[[Call], None]]" = {
    "json.tool": _json_tool,
    "compileall": _compile,
    "py_compile": _compile,
    "zipfile": _zipfile,
    "tarfile": _tarfile,
    "venv": _venv,
    "cProfile": _profile,
    "profile": _profile,
    "trace": _runs,
    "pdb": _runs,
    "timeit": _runs,
    "doctest": _runs,
    "unittest": _runs,
    "gzip": _gzip,
    "ensurepip": _ensurepip,
    "http.server": _serves,
    "site": _reads,
    "sysconfig": _reads,
    "platform": _reads,
    "calendar": _reads,
    "ast": _reads,
    "dis": _reads,
    "tokenize": _reads,
    "tabnanny": _reads,
    "this": _reads,
    "base64": _reads,
    "pyflakes": _reads,
    "pycodestyle": _reads,
    "pydoc": _reads,
    "inspect": _reads,
    "pickletools": _reads,
    "uuid": _reads,
    "random": _reads,
    "webbrowser": _reads,
}

"""Compilers that name their output after the source or the module: `rustc` and `go`."""

from mcp_server.bash.options import parsed
from mcp_server.bash.parse.quoting import split_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call
    from mcp_server.bash.options import Options


def rustc(call: "Call") -> None:
    """`rustc`."""
    given = call.options(
        valued="oLlCAWDF", long="out-dir crate-type crate-name edition emit cfg extern target print cap-lints"
    )
    output, folder = given.value("-o"), given.value("--out-dir")
    if given.has("--print", "--version", "-V", "--explain") and not output:
        call.prints()
        return
    for source in given.operands[:1]:
        stem = given.value("--crate-name") or source.rpartition("/")[2].removesuffix(".rs")
        kind = given.value("--crate-type") or "bin"
        name = stem if kind == "bin" else f"lib{stem}.rlib"
        emitted = given.value("--emit")
        if emitted and "link" not in emitted:
            name = stem + {"asm": ".s", "obj": ".o", "llvm-ir": ".ll", "mir": ".mir", "metadata": ".rmeta"}.get(
                emitted, ""
            )
        if folder:
            call.make_directory(folder, parents=True)
        call.write(output or (f"{folder.rstrip('/')}/{name}" if folder else name))


_GO_VALUED = (
    "-o -p -tags -ldflags -gcflags -asmflags -mod -modfile -overlay -pkgdir -toolexec -buildmode -covermode -coverpkg"
)


def go_build(call: "Call") -> None:
    """`go build`: the program of a package named `main`, called after its module, its folder or its file."""
    given = _go_parsed(call)
    output, names = given.value("-o"), given.operands
    name = names[0] if names else "."
    if given.has("-n"):
        call.prints()
    elif output is not None and (output.endswith("/") or call.disk.is_dir(call.shell.locate(output) or "")):
        call.write_tree(output.rstrip("/"))
    elif output is not None:
        call.write(output)
    elif len(names) <= 1 or all(name.endswith(".go") for name in names):
        if "..." in name or call.shell.directory is None:
            return
        base = name.removesuffix(".go").rstrip("/").rpartition("/")[2]
        if base in ("", "."):
            base = _module_name(call) or call.shell.directory.rpartition("/")[2]
        if _is_main(call, name):
            call.write(base)


def _go_parsed(call: "Call") -> "Options":
    return parsed(call.arguments, words=dict.fromkeys(_GO_VALUED.split(), True), whole=True)


def go_fmt(call: "Call") -> None:
    """`go fmt` and `go fix`: the files of the packages."""
    given = _go_parsed(call)
    if given.has("-n", "-diff"):
        call.prints()
        return
    reading, before = call.shell.reading, call.shell.reading.instead
    reading.instead = f"For one package: {call.title} ./PACKAGE/..."
    for name in _go_files(call, given.operands or ["."]):
        call.replace(name)
    reading.instead = before


def _module_name(call: "Call") -> str:
    for line in (call.text("go.mod") or "").splitlines():
        if line.startswith("module "):
            return line[7:].strip().rpartition("/")[2]
    return ""


def _is_main(call: "Call", name: str) -> bool:
    return any("package main" in (call.text(item) or "") for item in _go_files(call, [name]))


def _go_files(call: "Call", names: list[str]) -> list[str]:
    found: list[str] = []
    for name in names:
        folder = name.removesuffix("/...").removesuffix("...") or "."
        path = call.shell.real(folder)
        if name.endswith(".go"):
            found.append(name)
        elif path is not None:
            deep = name.endswith("...")
            found += [
                item
                for item in call.disk.below(path) or []
                if item.endswith(".go") and (deep or "/" not in item[len(path) + 1 :])
            ]
    return found


def go_generate(call: "Call") -> None:
    """`go generate`: the commands in comments of the packages, each run beside its file."""
    given = _go_parsed(call)
    for name in [] if given.has("-n") else _go_files(call, given.operands or ["."]):
        for line in (call.text(name) or "").splitlines():
            if line.startswith("//go:generate "):
                child = call.shell.fork()
                path = call.shell.real(name) or ""
                child.directory = path.rpartition("/")[0] or None
                child.variables["GOFILE"] = path.rpartition("/")[2]
                call.run(split_words(line[14:]), child)

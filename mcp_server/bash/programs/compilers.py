"""Compilers that name their output after the source or the module: `rustc` and `go`."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call


def _output(words: list[str]) -> str | None:
    for at, word in enumerate(words):
        if word == "-o" and at + 1 < len(words):
            return words[at + 1]
        if word.startswith("-o") and len(word) > 2 and not word.startswith("-output"):
            return word[2:]
    return None


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


def go(call: "Call") -> None:
    """`go`."""
    words = call.arguments
    action, call.arguments = (words[0] if words else ""), words[1:]
    given = call.options(valued="o", long="")
    if action == "build":
        _go_build(call, _output(call.arguments), given.operands)
    elif action == "fmt":
        for name in _go_files(call, given.operands or ["."]):
            call.replace(name)
    elif action in ("mod", "get", "work"):
        _go_modules(call, action)
    elif action in ("test", "run", "generate", "tool", "fix"):
        _go_run(call, action, given.operands)
    call.prints()


def _go_modules(call: "Call", action: str) -> None:
    if action == "mod":
        if call.arguments[:1] != ["graph"] and call.arguments[:1] != ["why"] and call.arguments[:1] != ["verify"]:
            call.write("go.mod")
            if call.arguments[:1] in (["tidy"], ["download"]):
                call.write("go.sum")
            if call.arguments[:1] == ["vendor"]:
                call.write_tree("vendor")
    else:
        call.write("go.mod" if action == "get" else "go.work")
        call.write("go.sum" if action == "get" else "go.work.sum")


def _go_run(call: "Call", action: str, operands: list[str]) -> None:
    for at, word in enumerate(call.arguments):
        if word in ("-coverprofile", "-cpuprofile", "-memprofile", "-o") and at + 1 < len(call.arguments):
            call.write(call.arguments[at + 1])
        elif word.startswith(("-coverprofile=", "-cpuprofile=", "-memprofile=")):
            call.write(word.partition("=")[2])
    if action == "generate":
        _generate(call, operands or ["."])
    else:
        call.runs_anything(f"Cannot tell what `go {action}` runs.")


def _go_build(call: "Call", output: str | None, operands: list[str]) -> None:
    if output is not None:
        call.write(output)
    elif len(operands) <= 1 or all(name.endswith(".go") for name in operands):
        name = operands[0] if operands else "."
        if "..." in name or call.shell.directory is None:
            return
        base = name.removesuffix(".go").rstrip("/").rpartition("/")[2]
        if base in ("", "."):
            base = _module_name(call) or call.shell.directory.rpartition("/")[2]
        if _is_main(call, name):
            call.write(base)


def _module_name(call: "Call") -> str:
    for line in (call.text("go.mod") or "").splitlines():
        if line.startswith("module "):
            return line[7:].strip().rpartition("/")[2]
    return ""


def _is_main(call: "Call", name: str) -> bool:
    files = (
        [name]
        if name.endswith(".go")
        else [item for item in _go_files(call, [name]) if "/" not in item[len(name) + 1 :]]
    )
    return any("package main" in (call.text(item) or "") for item in files)


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


def _generate(call: "Call", names: list[str]) -> None:
    for name in _go_files(call, names):
        for line in (call.text(name) or "").splitlines():
            if line.startswith("//go:generate "):
                child = call.shell.fork()
                path = call.shell.real(name) or ""
                child.directory = path.rpartition("/")[0] or None
                child.variables["GOFILE"] = path.rpartition("/")[2]
                call.run(_go_words(line[14:]), child)


def _go_words(text: str) -> list[str]:
    found, word, quoted = [], "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character == " " and not quoted:
            found += [word] if word else []
            word = ""
        else:
            word += character
    return [*found, word] if word else found

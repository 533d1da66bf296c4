"""Compilers and type checkers: what -o names, else what each of them calls its output."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def c_compiler(call: "Call") -> None:
    """`gcc`, `clang` and their kin."""
    given = call.options(valued="oDIULlxTuMFB", attached="OWfgmls", long="param sysroot target std include output")
    words = call.arguments
    if any(word in words for word in ("-E", "-fsyntax-only", "--version", "-v", "-dumpversion", "-M", "-MM")):
        for name in given.values("-o"):
            call.write(name)
        call.prints()
        return
    for at, word in enumerate(words[:-1]):
        if word == "-MF":
            call.write(words[at + 1])
    output = _output(words)
    sources = [word for word in given.operands if word.rpartition(".")[2] in _SOURCES]
    suffix = ".o" if "-c" in words else ".s" if "-S" in words else ""
    if output is not None:
        call.write(output)
        if "-MD" in words or "-MMD" in words:
            call.write(output.rpartition(".")[0] + ".d")
    elif suffix:
        for source in sources:
            call.write(source.rpartition("/")[2].rpartition(".")[0] + suffix)
    elif given.operands:
        call.write("a.out")


_SOURCES = frozenset("c cc cpp cxx C m mm s S f f90 f77 f95 adb d zig nim swift".split())


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


def javac(call: "Call") -> None:
    """`javac`: a class file for each class that the source declares, and for each that it needs."""
    words = call.arguments
    folder, names, at = "", [], 0
    while at < len(words):
        if words[at] in (
            "-d",
            "-cp",
            "-classpath",
            "-sourcepath",
            "--release",
            "-source",
            "-target",
            "-h",
            "-s",
            "--class-path",
            "-encoding",
            "-processor",
            "--module-path",
            "-p",
        ):
            folder = words[at + 1] if words[at] == "-d" and at + 1 < len(words) else folder
            at += 1
        elif not words[at].startswith("-"):
            names.append(words[at])
        at += 1
    if folder:
        path = call.shell.real(folder)
        if path is not None:
            call.make_parents(path)
        call.make_directory(folder)
    for name in names:
        text = call.text(name)
        directory = folder or (name.rpartition("/")[0] or ".")
        found = None if text is None else _classes(text)
        if found is None:
            call.write_tree(directory)
        else:
            for made in found:
                path = call.shell.real(f"{directory}/{made}.class")
                if path is not None and folder:
                    call.make_parents(path)
                call.write(f"{directory}/{made}.class")


def _classes(text: str) -> list[str] | None:
    """The names of the class files, in their packages' folders; None when there are nameless classes."""
    words = _java_words(text)
    package = ""
    found: list[str] = []
    open_classes: list[tuple[str, int]] = []
    depth, waiting = 0, ""
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if word == "package" and not package:
            package = "/".join(words[at + 1 : words.index(";", at)]).replace("/./", "/")
        elif word in ("class", "interface", "enum", "record") and following.isidentifier():
            waiting = following
        elif word == "new" and ")" in words[at : at + 40] and _after_call(words, at) == "{":
            return None
        elif word == "{":
            depth += 1
            if waiting:
                outer = f"{open_classes[-1][0]}$" if open_classes else ""
                found.append(outer + waiting)
                open_classes.append((outer + waiting, depth))
                waiting = ""
        elif word == "}":
            if open_classes and open_classes[-1][1] == depth:
                open_classes.pop()
            depth -= 1
    return [f"{package}/{name}" if package else name for name in found]


def _after_call(words: list[str], at: int) -> str:
    depth = 0
    for number in range(at, min(len(words), at + 400)):
        depth += (words[number] == "(") - (words[number] == ")")
        if words[number] == ")" and depth == 0:
            return words[number + 1] if number + 1 < len(words) else ""
        if words[number] in (";", "{") and depth == 0:
            return ""
    return ""


def _java_words(text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        if text.startswith("//", at) or text.startswith("/*", at):
            end = text.find("\n" if text[at + 1] == "/" else "*/", at + 2)
            at = len(text) if end < 0 else end + (0 if text[at + 1] == "/" else 2)
        elif text[at] in "\"'":
            quote, at = text[at], at + 1
            while at < len(text) and text[at] != quote:
                at += 2 if text[at] == "\\" else 1
            at += 1
        elif text[at].isalnum() or text[at] in "_$":
            end = at
            while end < len(text) and (text[end].isalnum() or text[end] in "_$"):
                end += 1
            found.append(text[at:end])
            at = end
        else:
            if text[at] in "{}();":
                found.append(text[at])
            at += 1
    return found


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
        call.runs_anything(f"What `go {action}` runs is not known.")


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


def beside(suffix: str, *, output: str = "-o", folder: str = "") -> "Handler":
    """A compiler that writes what `output` names, else a file with another suffix beside its source."""

    def handler(call: "Call") -> None:
        given = call.options(valued=output[1] if len(output) == 2 else "", long=f"{output[2:]} {folder[2:]}")
        made = given.value(output)
        into = given.value(folder) if folder else None
        if made is not None:
            call.write(made)
        for source in given.operands if made is None else []:
            stem = source.rpartition(".")[0] or source
            if into:
                call.make_directory(into, parents=True)
                stem = f"{into.rstrip('/')}/{stem.rpartition('/')[2]}"
            call.write(stem + suffix)
        call.prints()

    return handler


def typescript(call: "Call") -> None:
    """`tsc`."""
    given = call.options(
        valued="pt", long="outDir outFile project target module lib declarationDir rootDir moduleResolution jsx"
    )
    if given.has("--noEmit", "--version", "-v", "--help", "-h", "--showConfig", "--listFilesOnly"):
        call.prints()
        return
    if given.has("--init"):
        call.write("tsconfig.json")
        return
    single, folder = given.value("--outFile"), given.value("--outDir")
    if single:
        call.write(single)
    elif folder:
        call.make_directory(folder, parents=True)
        call.write_tree(folder)
    elif given.operands:
        for source in given.operands:
            call.write(source.rpartition(".")[0] + ".js")
    else:
        call.runs_anything("Where the settings of `tsc` let it write is not known.")
    if given.value("--declarationDir"):
        call.write_tree(given.value("--declarationDir") or ".")
    call.prints()


def checker(call: "Call") -> None:
    """`mypy`, `pyright`: a cache, and reports where options say."""
    given = call.options(
        valued="mpc",
        long="cache-dir config-file html-report junit-xml txt-report "
        "python-executable python-version "
        "xml-report any-exprs-report linecount-report package module command",
    )
    for name in given.values(
        "--html-report", "--txt-report", "--xml-report", "--any-exprs-report", "--linecount-report"
    ):
        call.write_tree(name)
    for name in given.values("--junit-xml"):
        call.write(name)
    if call.name in ("mypy", "dmypy") and not given.has("--version", "-V", "--help"):
        cache = given.value("--cache-dir")
        if cache != "/dev/null":
            if cache:
                call.make_directory(cache, parents=True)
            call.write_tree(cache or ".mypy_cache")
    call.prints()


def stubgen(call: "Call") -> None:
    """`stubgen`."""
    given = call.options(valued="mpo", long="module package output search-path")
    folder = given.value("-o", "--output") or "out"
    path = call.shell.real(folder)
    if path is not None:
        call.make_parents(path)
    call.make_directory(folder)
    call.write_tree(folder)


def whole_build(call: "Call") -> None:
    """A build tool whose outputs its own files decide."""
    if call.arguments[:1] in (["--version"], ["--help"], ["-v"], ["-V"], ["version"], ["list"], ["help"]):
        call.prints()
        return
    output = _output(call.arguments)
    if output:
        call.write(output)
    call.runs_anything()


_C = (
    "gcc cc g++ c++ clang clang++ tcc x86_64-linux-gnu-gcc emcc gfortran f77"
    " f95 gnatmake as nasm yasm ghc ocamlc ocamlopt fpc ldc2 dmd swiftc"
)
TABLE: "dict[str, Handler]" = {
    **dict.fromkeys(_C.split(), c_compiler),
    "rustc": rustc,
    "javac": javac,
    "go": go,
    "tsc": typescript,
    "mypy": checker,
    "dmypy": checker,
    "pyright": checker,
    "pytype": checker,
    "pyre": checker,
    "stubgen": stubgen,
    "cython": beside(".c"),
    "cythonize": whole_build,
    "valac": beside(""),
    "kotlinc": beside("Kt.class", folder="-d"),
    "mcs": beside(".exe"),
    "csc": whole_build,
    "scalac": whole_build,
    "zig": whole_build,
    "nim": whole_build,
    "vbc": whole_build,
    "dotnet": whole_build,
    "crystal": whole_build,
    "luac": c_compiler,
    "pyinstaller": whole_build,
}

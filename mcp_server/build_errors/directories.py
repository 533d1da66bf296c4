"""Which directory was a part of an output printed from? Make, package managers and echoed commands say so."""

from __future__ import annotations

from mcp_server.build_errors.foreign import is_dependency, is_foreign
from mcp_server.build_errors.invocation import below, entered, join

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

_NEXT_PACKAGE = ("error", "warning", "   Compiling ", "    Checking ")
_ECHOES = ("+ ", "++ ", "$ ", "##[group]Run ", "Run ", "> ")
_ENTERS = ("cd ", " -C", "--prefix", "--cwd", "--filter", " -w ", "--workspace", "--project-dir", "-chdir")


def mark(output: Output, cwd: str) -> None:
    """Record in the output which directory each of its lines was printed from."""
    if output.invocation.runs("pnpm", "turbo", "lerna", "nx", "ultra", "wsrun", "rush", "yarn", "concurrently"):
        _workspaces(output, cwd)
    stack: list[str | None] = []
    foreign = False
    for at, line in enumerate(output.lines):
        if foreign and line.startswith(_NEXT_PACKAGE):
            output.enter(at, cwd)
            foreign = False
        if "directory" in line and ("Entering" in line or "Leaving" in line):
            _make(output, at, line, stack, cwd)
        elif _is_foreign_build(output, line):
            output.enter(at, None)
            foreign = True
        elif line[:3] == "cd " and "&&" in line:
            _enter(output, at, join((stack[-1] if stack else cwd) or "", line[3:].split("&&")[0].strip().strip("'\"")))
        else:
            _package(output, at, line, cwd)


def _is_foreign_build(output: Output, line: str) -> bool:
    """Whether a line says that a dependency is being built: what follows names files of that package."""
    if line.startswith("error: failed to run custom build command for `"):
        path = line.partition("(")[2].partition(")")[0]
        return below(path, output.tree.root) is None
    if line.startswith(("Failed to build ", "Failed to install ")) and line.count(" ") == 3:
        package = line.split()[3].rstrip(".").rpartition("-")[0]
        return bool(package) and not output.tree.find(package + ".cabal")
    if "builder for '/nix/store/" in line:
        name = line.partition("builder for '/nix/store/")[2].partition(".drv")[0].partition("-")[2]
        return is_dependency(name, _ours(output))
    return "current directory: " in line and is_foreign(line.partition("current directory: ")[2])


def _ours(output: Output) -> str:
    return output.tree.root.replace("\\", "/").rstrip("/").rpartition("/")[2]


def _package(output: Output, at: int, line: str, cwd: str) -> None:
    """A package manager names the package that it works on, or echoes a command that enters a directory."""
    if line[:2] == "> " and "@" in line:
        _lifecycle(output, at, line, cwd)
    elif line.startswith(_ECHOES) and any(sign in line for sign in _ENTERS):
        command = line.removeprefix("##[group]").removeprefix("Run ").lstrip("+$> ")
        folder = entered(command, cwd, output.tree)
        output.enter(at, cwd if folder is None else folder)
    elif line.startswith(("npm error path ", "npm ERR! path ")):
        _hint(output, below(line[len("npm error path ") :].strip(), output.tree.root))
    elif " in '" in line and line.startswith("lerna ") and " exited " in line:
        _enter(output, at, output.package_folder(line.rpartition(" in '")[2].strip("' ")))
    elif line.startswith("   Compiling ") and line.endswith(")") and not output.tree.is_file("Cargo.toml"):
        _enter(output, at, below(line.rpartition("(")[2].rstrip(")"), output.tree.root))
    elif "nx run " in line and line.strip(" >✖✔×").startswith("nx run "):
        _enter(output, at, _project(output, line.partition("nx run ")[2].partition(":")[0].strip()))


def _workspaces(output: Output, cwd: str) -> None:
    """Remove prefixes such as `web:build: ` (turbo) and `packages/web build: ` (pnpm) from the lines."""
    known: dict[str, str | None] = {}
    boxed = False
    for at, line in enumerate(output.lines):
        boxed = line[:1] == "┌" or (boxed and line[:1] == "│")
        if boxed and line[:1] == "│":
            output.lines[at] = line[2:]
            continue
        head, colon, rest = line.partition(": ")
        if not colon and line.endswith(":"):
            head, colon = line[:-1], ":"
        if not colon or len(head) > 80 or head.count(" ") > 1:
            continue
        if head not in known:
            known[head] = _workspace(output, head) if len(known) < 400 else None
        folder = known[head]
        if folder is not None:
            output.lines[at] = rest
            output.enter(at, folder)
            output.enter(at + 1, cwd)


def _workspace(output: Output, head: str) -> str | None:
    name, _, _ = head.partition(" ")
    if output.tree.is_file(name + "/package.json"):
        return name
    return output.package_folder(name.partition(":")[0].strip("[]")) if " " not in head else None


def _make(output: Output, at: int, line: str, stack: list[str | None], cwd: str) -> None:
    named = line[line.find("directory") + len("directory") :].strip().strip("`'\"‘’")
    folder = below(named, output.tree.root) if named[:1] == "/" else join(cwd, named)
    if "Leaving" in line:
        if stack:
            stack.pop()
        output.enter(at, stack[-1] if stack else cwd)
    elif is_foreign((folder or named) + "/", _ours(output)):
        stack.append(None)
        output.enter(at, None)
    elif folder is not None:
        stack.append(folder)
        _enter(output, at, folder)


def _project(output: Output, name: str) -> str | None:
    """The folder of a project of nx: the one whose package or project file has that name, or that is called so."""
    named = output.package_folder(name)
    if named is not None:
        return named
    folder = name.rpartition("/")[2]
    for marker in ("project.json", "package.json", "tsconfig.json"):
        found = output.tree.find(f"{folder}/{marker}")
        if len(found) == 1:
            return found[0].rpartition("/")[0]
    return None


def _lifecycle(output: Output, at: int, line: str, cwd: str) -> None:
    """`> @acme/web@1.0.0 build` and, from pnpm, `> web@1.0.0 build /home/dev/acme/packages/web`."""
    words = line[2:].split()
    folder = below(words[2], output.tree.root) if len(words) > 2 and words[2][:1] == "/" else None
    if folder is None and words:
        folder = output.package_folder(words[0][: words[0].rfind("@")])
    if folder:
        _enter(output, at, folder)
    else:
        output.enter(at, output.invocation.directories[0] if output.invocation.directories else cwd)


def _enter(output: Output, at: int, folder: str | None) -> None:
    if folder is not None:
        output.enter(at, folder)
        output.hint(folder)


def _hint(output: Output, folder: str | None) -> None:
    if folder:
        output.hint(folder)

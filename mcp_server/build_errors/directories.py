"""Which directory does a part of an output speak from? As make, package managers and echoed commands say it."""

from __future__ import annotations

from mcp_server.build_errors.invocation import below, join, package_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Page


def mark(page: Page, cwd: str) -> None:
    """Let the page know where its lines were printed from."""
    if page.asked.runs("pnpm", "turbo", "lerna", "nx", "ultra", "wsrun", "rush", "yarn", "concurrently"):
        _workspaces(page, cwd)
    stack: list[str] = []
    for at, line in enumerate(page.lines):
        if "directory" in line and ("Entering" in line or "Leaving" in line):
            _make(page, at, line, stack, cwd)
        elif line[:2] == "> " and "@" in line:
            _lifecycle(page, at, line, cwd)
        elif line[:3] == "cd " and "&&" in line:
            _enter(page, at, join(stack[-1] if stack else cwd, line[3:].split("&&")[0].strip().strip("'\"")))
        elif line.startswith(("npm error path ", "npm ERR! path ")):
            _hint(page, below(line[len("npm error path ") :].strip(), page.tree.root))


def _workspaces(page: Page, cwd: str) -> None:
    """Take the `web:build: ` of turbo, the `packages/web build: ` of pnpm and their like from the lines' beginnings."""
    known: dict[str, str | None] = {}
    for at, line in enumerate(page.lines):
        head, colon, rest = line.partition(": ")
        if not colon and line.endswith(":"):
            head, colon = line[:-1], ":"
        if not colon or len(head) > 80 or head.count(" ") > 1:
            continue
        if head not in known:
            known[head] = _workspace(page, head) if len(known) < 400 else None
        folder = known[head]
        if folder is not None:
            page.lines[at] = rest
            page.enter(at, folder)
            page.enter(at + 1, cwd)


def _workspace(page: Page, head: str) -> str | None:
    name, _, _ = head.partition(" ")
    if page.tree.is_file(name + "/package.json"):
        return name
    return package_folder(name.partition(":")[0].strip("[]"), page.tree) if " " not in head else None


def _make(page: Page, at: int, line: str, stack: list[str], cwd: str) -> None:
    named = line[line.find("directory") + len("directory") :].strip().strip("`'\"‘’")
    folder = below(named, page.tree.root) if named[:1] == "/" else join(cwd, named)
    if "Leaving" in line:
        if stack:
            stack.pop()
        page.enter(at, stack[-1] if stack else cwd)
    elif folder is not None:
        stack.append(folder)
        _enter(page, at, folder)


def _lifecycle(page: Page, at: int, line: str, cwd: str) -> None:
    """`> @acme/web@1.0.0 build` and, from pnpm, `> web@1.0.0 build /home/dev/acme/packages/web`."""
    words = line[2:].split()
    if len(words) > 2 and words[2][:1] == "/":
        folder = below(words[2], page.tree.root)
    else:
        folder = package_folder(words[0][: words[0].rfind("@")], page.tree) if words else None
    if folder:
        _enter(page, at, folder)
    else:
        page.enter(at, page.asked.directories[0] if page.asked.directories else cwd)


def _enter(page: Page, at: int, folder: str | None) -> None:
    if folder is not None:
        page.enter(at, folder)
        page.hint(folder)


def _hint(page: Page, folder: str | None) -> None:
    if folder:
        page.hint(folder)

"""Files that a program replaces by its output: a formatter's, in directories too, and those of `sed -i`."""

from mcp_server.bash.expand import braces, globs
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call

MOST_FILES = 5_000
_SKIPPED = frozenset(
    ".git node_modules __pycache__ .venv venv target dist build .tox .mypy_cache .ruff_cache vendor".split()
)


def rewrite(call: "Call", names: list[str], suffixes: str) -> None:
    """Record that the files at `names` are rewritten; with `*` as suffixes only files, not those in directories."""
    found = files_of(call, names, suffixes)
    if found is None:
        for name in names:
            if UNKNOWN in name:
                call.write(name)
            else:
                call.write_tree(name)
        return
    for name in found:
        path = call.shell.real(name)
        if path is not None:
            call.disk.rewrite(path, call.name)


def edit_in_place(call: "Call", names: list[str], suffix: str) -> None:
    """Record that an editor replaces these files, with backups if there is a suffix."""
    for name in names:
        path = call.shell.real(name)
        if path is not None and not call.disk.may_exist(path):
            continue
        if path is not None and call.disk.is_dir(path):
            continue
        if suffix:
            call.write(backup_name(name, suffix))
        call.replace(name)


def backup_name(name: str, suffix: str) -> str:
    """The backup's name: a `*` in the suffix stands for the name, a slash in it for another directory."""
    if "*" not in suffix:
        return name + suffix
    above, slash, base = name.rpartition("/")
    new = suffix.replace("*", base)
    return new if "/" in suffix else above + slash + new


def files_of(call: "Call", names: list[str], suffixes: str) -> list[str] | None:
    """The files at `names`: those named, and those with the suffixes in directories; None if there are too many."""
    wanted = tuple("." + suffix for suffix in suffixes.split())
    found: list[str] = []
    for given in names:
        name = (given.removesuffix("/...") or "/") if given.endswith("/...") else given  # as Go's programs spell it
        path = call.shell.real(name)
        if path is None:
            return None
        if any(sign in name for sign in "*?[{") and not call.disk.exists(path):
            found += [item for item in _matching(call, name) if item.endswith(wanted)]
        elif call.disk.is_dir(path) and suffixes != "*":
            below = _below(call, path)
            if below is None:
                return None
            found += [item for item in below if item.endswith(wanted)]
        elif call.disk.may_exist(path):
            found.append(name)
    return found


def _matching(call: "Call", name: str) -> list[str]:
    """The files that match a pattern that the program expands itself."""
    return [item for pattern in braces.expanded(name) for item in _globbed(call, pattern)]


def _globbed(call: "Call", pattern: str) -> list[str]:
    start = pattern.partition("*")[0].rpartition("/")[0] or "."
    path = call.shell.real(start)
    below = None if path is None else _below(call, path)
    parts = pattern.split("/")
    prefix = "" if start == "." and not pattern.startswith("./") else start + "/"
    return [item for item in below or [] if _fits((prefix + item[len(path or "") + 1 :]).split("/"), parts)]


def _fits(segments: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not segments
    if pattern[0] == "**":
        return any(_fits(segments[at:], pattern[1:]) for at in range(len(segments) + 1))
    return bool(segments) and globs.matches(pattern[0], segments[0]) and _fits(segments[1:], pattern[1:])


def _below(call: "Call", path: str) -> list[str] | None:
    found: list[str] = []
    waiting = [path]
    while waiting:
        directory = waiting.pop()
        for name in call.disk.entries(directory):
            item = f"{directory}/{name}"
            kind = call.disk.kind(item)
            if kind == "directory" and name not in _SKIPPED:
                waiting.append(item)
            elif kind == "file":
                found.append(item)
        if len(found) > MOST_FILES:
            return None
    return found

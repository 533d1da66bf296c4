"""The same rights as a profile for `sandbox-exec` of macOS.

Only its text is tested; it was never run on macOS. Nothing uses it until somebody has verified there that it lets
nothing through and refuses nothing harmless.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.sandbox.rights import Grant

PROGRAM = "/usr/bin/sandbox-exec"
_WORDS = {"tree": ("file-write*", "subpath"), "file": ("file-write-data", "subpath")}


def profile(grants: Iterable[Grant]) -> str:
    """The profile that forbids only writing outside `grants`; ValueError for a path that it cannot express."""
    lines = ["(version 1)", "(allow default)", "(deny file-write*)"]
    for grant in grants:
        if grant.kind not in _WORDS:  # here the right to remove a directory comes with the directory itself
            continue
        operation, filter_name = _WORDS[grant.kind]
        lines.append(f"(allow {operation} ({filter_name} {_quoted(grant.path)}))")
    return "\n".join(lines) + "\n"


def command(grants: Iterable[Grant], arguments: list[str]) -> list[str]:
    """The command that runs `arguments` under the profile."""
    return [PROGRAM, "-p", profile(grants), *arguments]


def _quoted(path: str) -> str:
    if any(char < " " for char in path):
        raise ValueError(f"a profile has no way to write {path!r}")
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'

"""Which paths a tool call would write, by the tool's name and arguments; a tool that only reads writes none."""

from __future__ import annotations

from hooks.event.event import BadEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OWN_TOOLS = ("mcp__plugin_interlock_interlock__", "mcp__interlock__")
EDITORS = {"Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path", "NotebookEdit": "notebook_path"}
WRITING = frozenset(
    "write edit create update replace insert append prepend delete remove move rename copy save patch apply put modify "
    "set overwrite truncate touch mkdir rm mv cp add download export format refactor generate".split()
)
READING = frozenset(
    "read get list search find view show stat info describe fetch query check open count diff grep tree exists".split()
)
PATH_ARGUMENTS = (
    "path paths file files file_path filepath filePath file_paths filename fileName relative_path relativePath "
    "absolute_path absolutePath target target_file targetFile target_path source destination dest old_path oldPath "
    "new_path newPath from_path to_path output output_path outputPath notebook_path uri directory dir".split()
)
READ_WHEN_COPYING = ("source", "old_path", "oldPath", "from_path")
"""A move removes these, a copy leaves them as they are."""
REMOTE_ARGUMENTS = ("owner", "repo", "repository", "project_id", "bucket", "host", "url")
"""Arguments that show that the paths beside them are not on this disk."""


def targets(tool: str, arguments: dict[str, Any]) -> list[str]:
    """The paths, as the call spells them, that this call would write; refuses an editor's call that names none."""
    if tool in EDITORS:
        path = arguments.get(EDITORS[tool])
        if not isinstance(path, str) or not path:
            raise BadEvent(f"the call of {tool} names no file in {EDITORS[tool]!r}")
        return [path]
    if not tool.startswith("mcp__") or is_own(tool) or not writes(tool):
        return []
    if any(arguments.get(name) for name in REMOTE_ARGUMENTS):
        return []
    only_read = READ_WHEN_COPYING if {"copy", "cp"}.intersection(_words(_verb(tool))) else ()
    named = [name for name in PATH_ARGUMENTS if name in arguments and name not in only_read]
    return [path for name in named for path in _paths(arguments[name])]


def is_own(tool: str) -> bool:
    """Whether this is one of Interlock's own tools."""
    return tool.startswith(OWN_TOOLS)


def writes(tool: str) -> bool:
    """Whether the name of another server's tool says that it writes: `edit_file`, `createFile`, `find_and_replace`."""
    words = _words(_verb(tool))
    if not words or not WRITING.intersection(words):
        return False
    return words[0] not in READING or "and" in words


def _verb(tool: str) -> str:
    return tool.rsplit("__", 1)[-1]


def _words(name: str) -> list[str]:
    spaced = "".join("_" + character.lower() if character.isupper() else character for character in name)
    return [word for word in spaced.replace("-", "_").split("_") if word]


def _paths(value: Any) -> list[str]:
    if isinstance(value, str):
        return [_local(value)] if value and ("://" not in value or value.startswith("file://")) else []
    if isinstance(value, dict):
        return [path for name in PATH_ARGUMENTS if name in value for path in _paths(value[name])]
    if isinstance(value, list):
        return [path for item in value for path in _paths(item)]
    return []


def _local(path: str) -> str:
    if not path.startswith("file://"):
        return path
    from urllib.parse import unquote, urlparse  # rarely needed, and slow to import

    return unquote(urlparse(path).path)

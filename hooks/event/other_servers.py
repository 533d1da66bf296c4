"""What a tool of another MCP server would write, by its name and arguments: paths, or a command that is read like Bash.

Names and arguments are those that the servers publish; TABLE has what these alone do not show. A tool that only reads
writes nothing, one that hides what it does goes unnoticed.
"""

from __future__ import annotations

import os
import sys

from hooks.event.git_servers import git_command, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

WRITING = frozenset(
    "write edit create update replace insert append prepend delete remove move rename copy save patch apply put modify "
    "set overwrite truncate touch mkdir rm mv cp add download export format reformat refactor refactoring generate fix "
    "scaffold restore revert checkout chmod link symlink extract unzip compress zip clone screenshot snapshot dump "
    "merge split convert transform organize optimize".split()
)
READING = frozenset(
    "read get list search find view show stat info describe fetch query check open count diff grep tree exists".split()
)
PLACES = frozenset(
    "path paths file files filepath filename dir directory folder uri target destination dest source output".split()
)
WEAK = frozenset("target destination dest source output".split())
"""A value under such a name is a path only if it looks like one."""
NO_PLACES = frozenset(
    "id ids key type content contents text body mode format size count language branch selector element encoding "
    "extension pattern glob regex mask limit token hash sha line lines symbol json xml css url api object field "
    "property class module query route menu column index version title description comment options".split()
)
BASES = (
    "repo_path repoPath project_path projectPath project_root projectRoot root_path rootPath root workspace_path "
    "workspacePath workspace working_directory workingDirectory working_dir workingDir workdir cwd base_path basePath "
    "base_dir baseDir".split()
)
"""Arguments that name the directory which the others are relative to."""
REMOTE_WORDS = frozenset("owner repo repository bucket host url slug container sandbox device channel vault".split())
"""Words in the name of an argument that show that the paths beside it may not be on this disk."""
REMOTE_SERVERS = frozenset(
    "github gitlab bitbucket notion obsidian confluence jira figma slack drive gdrive dropbox s3 ssh kubernetes "
    "kubectl docker e2b supabase vercel netlify wordpress contentful airtable sanity".split()
)
PROJECT_SERVERS = frozenset(
    "serena jetbrains idea intellij webstorm pycharm phpstorm rider goland clion codemcp".split()
)
"""Their paths are relative to the project."""
READ_WHEN_COPYING = frozenset("source from old src".split())
"""A move removes these, a copy leaves them as they are."""
SHELLS = frozenset("bash shell terminal command commands cmd exec execute run process sh zsh powershell".split())
SHELL_ARGUMENTS = "command cmd commandLine command_line shell_command shellCommand".split()
EDITOR_COMMANDS = frozenset("view create str_replace insert undo_edit write edit delete rename".split())
DRY_RUN = ("dryRun", "dry_run", "dryrun", "preview", "check_only")
LONGEST = 4_096


class Effect:
    """What a call would write: `paths`, as the server resolves them, and `commands` with the directory of each."""

    __slots__ = ("commands", "paths")

    def __init__(self, paths: list[str] | None = None, commands: list[tuple[str, str]] | None = None) -> None:
        self.paths = paths or []
        self.commands = commands or []


def effect(tool: str, arguments: dict[str, Any], cwd: str, project: str | None) -> Effect:
    """What this call of another server's tool would write; nothing for a tool that only reads, or only would."""
    server, verb = _server(tool), words(tool.rsplit("__", 1)[-1])
    if not verb or any(arguments.get(name) is True for name in DRY_RUN):
        return Effect()
    project = project or cwd
    base = _base(arguments) or (project if PROJECT_SERVERS.intersection(server) else cwd)
    special = TABLE.get("_".join(verb))
    if special is not None:
        found = special(server, arguments)
        if found is not None:
            return _resolved(found, base, project)
    if verb[0] == "git" and len(verb) > 1:
        command = git_command(verb[1:], arguments)
        return Effect(commands=[(command, base)] if command else None)
    command = _command(server, verb, arguments)
    if command is not None:
        return Effect(commands=[(command, base)])
    if not _writes(verb):
        return Effect()
    return _resolved(_named_paths(server, verb, arguments), base, project)


def only_reads(tool: str) -> bool:
    """Whether the name of a tool says that it reads and does nothing else."""
    verb = words(tool.rsplit("__", 1)[-1])
    return verb[:1] != [] and verb[0] in READING and not _writes(verb)


def words(name: str) -> list[str]:
    """The words of a name in any of the usual spellings, in small letters."""
    spaced = "".join(
        "_" + character.lower() if character.isupper() and not name[at - 1 : at].isupper() else character.lower()
        for at, character in enumerate(name)
    )
    return [word for word in spaced.replace("-", "_").replace(".", "_").split("_") if word]


def _server(tool: str) -> set[str]:
    return set(words(tool.rsplit("__", 1)[0].replace("mcp__", "", 1)))


def _writes(verb: list[str]) -> bool:
    """Whether the name says that it writes: `edit_file`, `createFile`, `find_and_replace`."""
    return bool(WRITING.intersection(verb)) and (verb[0] not in READING or "and" in verb or "or" in verb)


def _named_paths(server: set[str], verb: list[str], arguments: dict[str, Any]) -> list[str]:
    copies = bool({"copy", "cp"}.intersection(verb))
    found = [path for name, value in arguments.items() for path in _paths(name, value, copies=copies)]
    if _is_remote(server, arguments):
        return [path for path in found if path.startswith(("/", "~"))]
    return found


def _paths(name: str, value: Any, *, copies: bool) -> list[str]:
    if isinstance(value, dict):
        return [path for inner, part in value.items() for path in _paths(inner, part, copies=copies)]
    parts = set(words(name))
    if isinstance(value, list):
        mixed = [part for part in value if isinstance(part, dict)]
        return [path for part in mixed for path in _paths("", part, copies=copies)] + [
            path for part in value if isinstance(part, str) for path in _paths(name, part, copies=copies)
        ]
    if not isinstance(value, str) or not parts or name in BASES or not _is_place(parts):
        return []
    if copies and READ_WHEN_COPYING.intersection(parts):
        return []
    path = _local(value)
    strong = bool(parts.intersection(PLACES) - WEAK)
    return [path] if path and (strong or _looks_like_a_path(path)) else []


def _is_place(parts: set[str]) -> bool:
    if not PLACES.intersection(parts) or NO_PLACES.intersection(parts):
        return False
    return not ("name" in parts and "path" in parts and "file" not in parts)


def _looks_like_a_path(text: str) -> bool:
    return "/" in text or "\\" in text or "." in text.strip(".")


def _local(value: str) -> str:
    """A path on this disk, empty for anything else."""
    if not value or "\n" in value or len(value) > LONGEST:
        return ""
    if "://" not in value:
        return value
    if not value.startswith("file://"):
        return ""
    from urllib.parse import unquote, urlparse  # rarely needed, and slow to import

    return unquote(urlparse(value).path)


def _is_remote(server: set[str], arguments: dict[str, Any]) -> bool:
    if REMOTE_SERVERS.intersection(server):
        return True
    for name, value in arguments.items():
        parts = set(words(name))
        if value and not PLACES.intersection(parts) and (REMOTE_WORDS.intersection(parts) or parts & {"id", "key"}):
            return True
    return False


def _base(arguments: dict[str, Any]) -> str:
    for name in BASES:
        value = arguments.get(name)
        if isinstance(value, str) and value:
            return _local(value)
    return ""


def _command(server: set[str], verb: list[str], arguments: dict[str, Any]) -> str | None:
    """The text that a shell would run on this machine, or None."""
    texts = (arguments.get(name) for name in SHELL_ARGUMENTS)
    given: str | None = next((text for text in texts if isinstance(text, str)), None)
    if given is None or not SHELLS.intersection([*verb, *server]) or given in EDITOR_COMMANDS:
        return None
    if _is_remote(server, arguments):
        return None
    rest = arguments.get("args") or arguments.get("arguments")
    if isinstance(rest, list):
        return " ".join([given, *(quoted(word) for word in rest if isinstance(word, str))])
    return given


def _resolved(found: list[str], base: str, project: str) -> Effect:
    anchor = base if base.startswith("/") or sys.platform == "win32" else os.path.join(project, base)
    return Effect([path if path.startswith("~") else os.path.join(anchor, path) for path in found])


def _patched(_server: set[str], arguments: dict[str, Any]) -> list[str] | None:
    """The files that a patch names, in the unified form and in that of `apply_patch`."""
    text = next((arguments[name] for name in ("patch", "diff", "input", "patch_text") if name in arguments), None)
    if not isinstance(text, str):
        return None
    found = []
    for line in text.splitlines():
        if line.startswith(("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")):
            found.append(line.partition(": ")[2].strip())
        elif line.startswith(("+++ ", "--- ")) and "/dev/null" not in line:
            name = line[4:].split("\t")[0].strip()
            found.append(name[2:] if name[:2] in ("a/", "b/") else name)
    return list(dict.fromkeys(found))


def _edited(_server: set[str], arguments: dict[str, Any]) -> list[str] | None:
    """The editor of Anthropic's API as a tool: its `command` says whether it writes."""
    if arguments.get("command") not in EDITOR_COMMANDS:
        return None
    named = [arguments.get("path"), arguments.get("new_path")]
    return [] if arguments["command"] == "view" else [path for path in named if isinstance(path, str) and path]


def _codemcp(_server: set[str], arguments: dict[str, Any]) -> list[str] | None:
    """codemcp has one tool; its `subtool` says what it does."""
    if arguments.get("subtool") not in ("WriteFile", "EditFile", "Rm", "Mv", "Chmod"):
        return []
    named = [arguments.get(name) for name in ("path", "source_path", "target_path")]
    return [path for path in named if isinstance(path, str) and path]


def _memory(server: set[str], arguments: dict[str, Any]) -> list[str] | None:
    """Serena keeps its memories as files in the project."""
    names = ("memory_name", "memory_file_name", "old_name", "new_name")
    named = [arguments[name] for name in names if isinstance(arguments.get(name), str) and arguments[name]]
    if "serena" not in server:
        return None
    return [f".serena/memories/{name.removesuffix('.md')}.md" for name in named]


TABLE: dict[str, Callable[[set[str], dict[str, Any]], list[str] | None]] = {
    "apply_patch": _patched,
    "apply_diff": _patched,
    "applypatch": _patched,
    "str_replace_editor": _edited,
    "str_replace_based_edit_tool": _edited,
    "text_editor": _edited,
    "codemcp": _codemcp,
    "write_memory": _memory,
    "edit_memory": _memory,
    "delete_memory": _memory,
    "rename_memory": _memory,
}

"""Creates directories that must exist before the kernel can grant them: placeholders.

A command must not notice them: a placeholder that its text tests for is not created, `cleanup` removes those left empty
once every process of the call has ended, and the programs in `hooks/shims` treat a placeholder as missing.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.sandbox.record import Record

MOST = 64
# These behave differently when a directory exists; the second kind only where they write. `mkdir` and `rm` have their
# shims, and a program that only lists is shown what exists.
_TESTING = frozenset("[ [[ test".split())
_WRITING = frozenset("mv cp ln install rsync git".split())

# These remove a directory and create it again, each in its own way; the second kind when asked to `clean`.
_RECREATING = frozenset("rimraf del del-cli premove shx".split())
_CLEANING = frozenset("mvn mvnw gradle gradlew ant sbt lein dotnet xcodebuild".split())

_IGNORES_ITSELF = "# Made so that the tool which keeps its cache here finds it.\n*\n"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file marks a cache directory: https://bford.info/cachedir/spec.html\n"
)
_CACHES_OF_TOOLS = {tool: f".{tool}_cache" for tool in ("pytest", "mypy", "ruff")} | {
    "import-linter": ".import_linter_cache",
    "lint-imports": ".import_linter_cache",
    "hypothesis": ".hypothesis",
}
OWN_FILES = {".gitignore": _IGNORES_ITSELF, "CACHEDIR.TAG": _TAG}
"""What a placeholder for a cache contains, as the tool itself would write it."""


def may_make(place: str, command: str) -> bool:
    """Whether `command` would behave the same if `place` existed, as far as its text shows."""
    if os.path.basename(place) not in command:
        return True
    from mcp_server.domain.heuristics.shell_words import command_of, simple_commands  # the launcher does without

    return not any(_notices(words, place) for words in map(command_of, simple_commands(command)))


def caches_of_tools(record: Record) -> list[str]:
    """The cache directories that the command's tools would create, in the worktree's root and where it runs."""
    wanted = [folder for tool, folder in _CACHES_OF_TOOLS.items() if tool in record.programs or tool in record.command]
    return [os.path.join(place, folder) for folder in wanted for place in dict.fromkeys((record.root, record.cwd))]


def recreates(record: Record) -> bool:
    """Whether the command may remove and recreate its output directory in a way that the shims cannot intercept."""
    programs = {os.path.basename(program) for program in record.programs}
    return bool(programs & _RECREATING) or bool(programs & _CLEANING and "clean" in record.command)


def make(places: Iterable[str], made_file: str) -> list[str]:
    """Create the missing directories and return them; each is recorded in `made_file` before it is created."""
    wanted = [place for place in dict.fromkeys(places) if not os.path.lexists(place)][:MOST]
    lines = [line for place in wanted for line in _upwards(place)]
    if lines:
        with open(made_file, "ab") as handle:
            handle.write(b"".join(os.fsencode(line) + b"\0" for line in lines))
    return [place for place in wanted if _made(place)]


def keep_while_running(made_file: str) -> None:
    """Keep what `made_file` lists until this process, and every process that it becomes or starts, has ended."""
    import fcntl  # only a call with placeholders pays for it

    handle = os.open(made_file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Inherited by the shell; a number that scripts do not use themselves.
    kept_open = fcntl.fcntl(handle, fcntl.F_DUPFD, 200)
    os.close(handle)
    fcntl.flock(kept_open, fcntl.LOCK_SH)


def _notices(words: Sequence[str], place: str) -> bool:
    if not words or words[0] not in _TESTING | _WRITING:
        return False
    named = words[1:] if words[0] in _TESTING else words[-1:]
    return any(_names_place(word.rstrip("/"), place) for word in named)


def _names_place(word: str, place: str) -> bool:
    """Whether `word` may mean `place`, in whichever directory the command is by then."""
    relative = word.removeprefix("./")
    return word == place if word.startswith("/") else bool(relative) and place.endswith("/" + relative)


def _upwards(place: str) -> list[str]:
    """The directories to create for `place`, innermost first: the order in which they are removed."""
    found = [place]
    above = os.path.dirname(place)
    while not os.path.lexists(above):
        found.append(above)
        above = os.path.dirname(above)
    return found


def _made(place: str) -> bool:
    try:
        os.makedirs(place)
        if os.path.basename(place) in _CACHES_OF_TOOLS.values():
            for name, text in OWN_FILES.items():
                with open(os.path.join(place, name), "x", encoding="utf-8") as handle:
                    handle.write(text)
    except OSError:
        return os.path.isdir(place)
    return True

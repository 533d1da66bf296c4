"""What has to be made before a command so that it can be granted, and what of it goes afterwards?

A place that does not exist can't be granted, so a directory that the command may need is made first: a ghost. Whatever
the command would notice by it is avoided: a ghost that its text asks after is not made, one that stayed empty goes as
soon as every process of its call has ended, and programs in `shims` take a ghost for what is not there.
"""

from __future__ import annotations

import os

from mcp_server.sandbox import record as records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.sandbox.record import Record

MOST = 64
# To these it makes a difference whether a directory is there already; to the second kind only where they write.
# `mkdir` and `rm` have their shims, and whoever only lists is shown what is there.
_ASKING = frozenset("[ [[ test".split())
_WRITING = frozenset("mv cp ln install rsync git".split())

# These remove a directory and make it again, each in its own way; the second kind when asked to `clean`.
_RENEWING = frozenset("rimraf del del-cli premove shx".split())
_CLEANING = frozenset("mvn mvnw gradle gradlew ant sbt lein dotnet xcodebuild".split())

_IGNORING_ITSELF = "# Made so that the tool which keeps its cache here finds it.\n*\n"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file marks a cache directory: https://bford.info/cachedir/spec.html\n"
)
_CACHES_OF_TOOLS = {
    "pytest": ".pytest_cache",
    "mypy": ".mypy_cache",
    "ruff": ".ruff_cache",
    "import-linter": ".import_linter_cache",
    "lint-imports": ".import_linter_cache",
    "hypothesis": ".hypothesis",
}
_OWN_FILES = {".gitignore": _IGNORING_ITSELF, "CACHEDIR.TAG": _TAG}


def may_make(place: str, command: str) -> bool:
    """Whether `command` would run alike with `place` there, as far as its text shows."""
    if os.path.basename(place) not in command:
        return True
    from mcp_server.domain.shell_words import command_of, simple_commands  # the launcher does without

    return not any(_notices(words, place) for words in map(command_of, simple_commands(command)))


def caches_of_tools(record: Record) -> list[str]:
    """The directories that the command's tools would make and ignore by themselves, in the root and where it runs."""
    wanted = [folder for tool, folder in _CACHES_OF_TOOLS.items() if tool in record.programs or tool in record.command]
    return [os.path.join(place, folder) for folder in wanted for place in dict.fromkeys((record.root, record.cwd))]


def renews(record: Record) -> bool:
    """Whether the command may remove what it builds into and make it again, in a way that no stand-in can soften."""
    programs = {os.path.basename(program) for program in record.programs}
    return bool(programs & _RENEWING) or bool(programs & _CLEANING and "clean" in record.command)


def make(places: Iterable[str], made_file: str) -> list[str]:
    """Make the directories that are not there, having put them down in `made_file`; those that were made."""
    wanted = [place for place in dict.fromkeys(places) if not os.path.lexists(place)][:MOST]
    lines = [line for place in wanted for line in _upwards(place)]
    if lines:
        with open(made_file, "ab") as handle:
            handle.write(b"".join(os.fsencode(line) + b"\0" for line in lines))
    return [place for place in wanted if _made(place)]


def hold(made_file: str) -> None:
    """What `made_file` lists stays from here on until this process, and all that it becomes and starts, have ended."""
    import fcntl  # only a call with ghosts pays for it

    handle = os.open(made_file, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    # Handed on to the shell; away from the numbers that scripts use for themselves.
    kept_open = fcntl.fcntl(handle, fcntl.F_DUPFD, 200)
    os.close(handle)
    fcntl.flock(kept_open, fcntl.LOCK_SH)


def take_away(every: str) -> list[str]:
    """Remove the ghosts that stayed empty of all calls that ended; the files that listed them."""
    over, needed = _made_files(every)
    for file in over:
        for place in _listed(file):
            if place not in needed:
                _remove_empty(place)
    return over


def _notices(words: Sequence[str], place: str) -> bool:
    if not words or words[0] not in _ASKING | _WRITING:
        return False
    asked = words[1:] if words[0] in _ASKING else words[-1:]
    return any(_names_place(word.rstrip("/"), place) for word in asked)


def _names_place(word: str, place: str) -> bool:
    """Whether `word` may mean `place`, wherever the command has gone by then."""
    relative = word.removeprefix("./")
    return word == place if word.startswith("/") else bool(relative) and place.endswith("/" + relative)


def _upwards(place: str) -> list[str]:
    """The directories that have to be made for `place`, the innermost first: the order in which they go again."""
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
            for name, text in _OWN_FILES.items():
                with open(os.path.join(place, name), "x", encoding="utf-8") as handle:
                    handle.write(text)
    except OSError:
        return os.path.isdir(place)
    return True


def _made_files(every: str) -> tuple[list[str], set[str]]:
    """The lists of the calls that have ended, and every place on the lists of the others."""
    over, needed = [], set()
    for session in _names(every):
        for name in _names(os.path.join(every, session)):
            if name.endswith(records.MADE):
                file = os.path.join(every, session, name)
                if _has_ended(file):
                    over.append(file)
                else:
                    needed.update(_listed(file))
    return over, needed


def _has_ended(file: str) -> bool:
    import fcntl

    try:
        handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _listed(file: str) -> list[str]:
    try:
        with open(file, "rb") as handle:
            return [os.fsdecode(line) for line in handle.read().split(b"\0") if line]
    except OSError:
        return []


def _remove_empty(place: str) -> None:
    try:
        for name in set(os.listdir(place)) <= set(_OWN_FILES) and _OWN_FILES or ():
            _remove_own(os.path.join(place, name), _OWN_FILES[name])
        os.rmdir(place)
    except OSError:
        pass


def _remove_own(file: str, text: str) -> None:
    try:
        with open(file, encoding="utf-8") as handle:
            if handle.read(len(text) + 1) != text:
                return
    except (OSError, ValueError):
        return
    os.unlink(file)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []

"""The names under which programs write a file anew before it takes the place of the old one."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_SIGNS = "-._~#@+,$"
_LEADING = (".#", ".~", "~$", ".", "#", "_", "~")
_WORDS = """tmp temp new bak backup orig old lock swp swo swx part partial journal wal shm save atomic dat dir pag
    db""".split()
_MOST = 96
_CHANCE = (6, 8, 10)

# Programs whose temporary names tell nothing of the file: each name's beginning and the number of letters after it.
_OF_PROGRAMS = {
    "sed": (("sed", 6),),
    "uv": ((".tmp", 6),),
    "cargo": ((".tmp", 6),),
    "ruff": ((".tmp", 6),),
    "vim": (("4913", 0),),
    "nvim": (("4913", 0),),
    "go": (("go.mod.tmp", 0),),
    "npm": ((".package-lock.json-", 8),),
    "sponge": (("sponge.", 6),),
    "patch": (("po", 6),),
    "perl": (("XX", 6),),
}


# What tools make for a moment wherever they work, known by its name alone: its beginning, how many characters by
# chance follow, and its end. Python's own module for that, Rust's, pnpm's attempt at a link, Vite's configuration.
_SCRATCH = (
    *(("tmp", 8, ""), (".tmp", 6, ""), ("_tmp_", 30, "")),
    *(("vite.config.", 20, ".mjs"), ("vitest.config.", 20, ".mjs")),
)
_AT_LEAST = 20
"""From this number on it is the least."""


def is_scratch(name: str) -> bool:
    """Whether a new file or folder of this name is some tool's for a moment, in whatever folder it works."""
    for beginning, letters, end in _SCRATCH:
        rest = name.removeprefix(beginning).removesuffix(end)
        fits = len(rest) == letters or len(rest) >= letters >= _AT_LEAST
        if name.startswith(beginning) and name.endswith(end) and fits and _is_by_chance(rest):
            return True
    return False


def is_temporary(
    place: str, replaces: Callable[[str], bool], program: Callable[[], str], *, is_folder: bool = False
) -> bool:
    """Whether `place` is named after a file that `replaces` confirms, or as `program` names such files beside one.

    For a new folder, `replaces` says which folders it may stand in for.
    """
    folder, name = os.path.split(place)
    if any(replaces(os.path.join(folder, each)) for each in originals(name, is_folder=is_folder)):
        return True
    if is_folder:
        return False
    return any(_fits(name, *form) for form in _OF_PROGRAMS.get(program(), ())) and _has_one(folder, replaces)


def originals(name: str, *, is_folder: bool = False) -> list[str]:
    """The names that `name` may be a temporary form of: `package.json` for `.package.json.8f3a1c.tmp`.

    Only folders get letters by chance without a sign before them, as `target` becomes `targetaUJc1m`.
    """
    found = []
    for plain in dict.fromkeys((name, *(name.removeprefix(sign) for sign in _LEADING))):
        for at in range(len(plain) - 1, 0, -1):
            if plain[at] in _SIGNS and _is_addition(plain[at:]):
                found.append(plain[:at])
        if plain != name:
            found.append(plain)
    if is_folder:
        found += [name[:-length] for length in _CHANCE if _is_mixed(name[-length:])]
    return [each for each in dict.fromkeys(found) if each and each != name]


def _is_addition(text: str) -> bool:
    """Whether `text` looks as if it made a name unique: the usual words, or letters by chance with what is beside them.

    What is beside them is a number, or the name of the machine.
    """
    pieces = "".join(" " if sign in _SIGNS else sign for sign in text).split()
    if len(text) > _MOST:
        return False
    return all(piece.lower() in _WORDS for piece in pieces) or any(_is_chance(piece) for piece in pieces)


def _is_chance(piece: str) -> bool:
    return len(piece) >= 3 and piece.isalnum() and any(char.isdigit() for char in piece)


def _is_by_chance(text: str) -> bool:
    return text.replace("_", "a").replace(".", "a").replace("-", "a").isalnum() and not text.isalpha()


def _is_mixed(piece: str) -> bool:
    """Whether a word of a language would hardly be written so."""
    return piece.isalnum() and (any(char.isdigit() for char in piece) or piece[1:].lower() != piece[1:])


def _fits(name: str, beginning: str, letters: int) -> bool:
    rest = name.removeprefix(beginning)
    return name.startswith(beginning) and len(rest) == letters and (rest.isalnum() or not rest)


def _has_one(folder: str, replaces: Callable[[str], bool]) -> bool:
    with os.scandir(folder) as entries:
        return any(entry.is_file(follow_symlinks=False) and replaces(entry.path) for entry in entries)

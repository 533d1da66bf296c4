"""The places that git ignores in a worktree: those that exist, and those that a build would create.

Asking git takes several milliseconds, so the answer is kept in a file that every call reads.
"""

from __future__ import annotations

import os

from mcp_server.sandbox import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Ask(Protocol):
        """Asks git about a worktree; None when git can't tell."""

        def __call__(self, root: str, *arguments: str, given: bytes = b"") -> bytes | None:
            """What git prints under these arguments."""


MOST = 2_000
"""Each costs a call some microseconds."""
_DIRECTORY, _FILE, _NEW = b"d", b"f", b"n"
# Tools put their output beside one of these files.
_PACKAGES = (
    "package.json pyproject.toml setup.py Cargo.toml go.mod Makefile CMakeLists.txt pom.xml build.gradle "
    "build.gradle.kts composer.json mix.exs pubspec.yaml Package.swift tsconfig.json".split()
)
# Only a closing / shows that a pattern means a directory; these names need none.
_DIRECTORIES = frozenset(
    """.angular .astro .build .cache .dart_tool .docusaurus .eggs .expo .gradle .hypothesis .import_linter_cache
    .mypy_cache .next .nox .nuxt .nyc_output .output .parcel-cache .pytest_cache .ruff_cache .serverless .svelte-kit
    .terraform .tox .turbo .venv .vercel .vite .vitest _build bin bower_components build cmake-build-debug
    cmake-build-release coverage debug dist dist-newstyle htmlcov lib-cov log logs node_modules obj out output
    playwright-report pkg release storybook-static target temp test-results tmp vendor venv""".split()
)
# From the usual .gitignore of Python projects; a build would take an empty one for a package of its own.
_NEVER = frozenset(
    "develop-eggs downloads eggs env env.bak ENV lib lib64 parts sdist share var venv.bak wheels".split()
)


def file_of(state: str, root: str) -> str:
    """The file that stores what git ignores in the worktree `root`."""
    from zlib import crc32  # a tenth of what `hashlib` takes to load

    return os.path.join(state, f"ignored-{crc32(os.fsencode(root)):08x}")


def refresh(root: str, file: str, git: Ask) -> None:
    """Ask git what is ignored in the worktree `root` and store it in `file`, which is left as it is if git fails."""
    there = git(root, "ls-files", "-o", "-i", "--exclude-standard", "--directory", "-z")
    if there is None:
        return
    places = there.split(b"\0")[:-1][:MOST]
    directories = [place[:-1] for place in places if place.endswith(b"/")]
    kinds = (
        (_DIRECTORY, directories),
        (_NEW, _not_yet_created(root, set(directories), git)),
        (_FILE, [place for place in places if not place.endswith(b"/")]),
    )
    text = b"".join(kind + place + b"\0" for kind, found in kinds for place in found)
    os.makedirs(os.path.dirname(file), exist_ok=True)
    with open(f"{file}.{os.getpid()}.new", "wb", opener=record.private) as handle:
        handle.write(text)
    os.replace(handle.name, file)


def read(root: str, file: str) -> tuple[list[str], list[str]]:
    """The ignored directories, existing or not, and the ignored files, as absolute paths; none without a `file`."""
    entries = _entries(root, file)
    return [place for kind, place in entries if kind != _FILE], [place for kind, place in entries if kind == _FILE]


def existing(root: str, file: str) -> list[str]:
    """The ignored directories and files that existed when git was asked, as absolute paths."""
    return [place for kind, place in _entries(root, file) if kind != _NEW]


def _entries(root: str, file: str) -> list[tuple[bytes, str]]:
    try:
        with open(file, "rb") as handle:
            entries = handle.read().split(b"\0")
    except OSError:
        return []
    return [(entry[:1], os.path.join(root, os.fsdecode(entry[1:]))) for entry in entries if entry]


def _not_yet_created(root: str, known: set[bytes], git: Ask) -> list[bytes]:
    """Directories that git would ignore if a tool created them, in the root and beside the files of a package."""
    packages = _package_folders(root, git)
    candidates = [
        folder + name
        for name, anchored in _literal_directories(root, git)
        for folder in (packages[:1] if anchored else packages)
    ]
    found = [place for place in dict.fromkeys(candidates) if place not in known and _could_be_created(root, place)]
    if not found:
        return []
    answer = git(root, "check-ignore", "-z", "--stdin", given=b"".join(place + b"/\0" for place in found[:MOST]))
    return [place.rstrip(b"/") for place in (answer or b"").split(b"\0") if place]


def _package_folders(root: str, git: Ask) -> list[bytes]:
    wanted = [f":(glob)**/{name}" for name in _PACKAGES]
    listed = (git(root, "ls-files", "-z", "--", *wanted) or b"").split(b"\0")
    folders = {os.path.dirname(file) for file in listed if b"/" in file}
    return [b"", *(folder + b"/" for folder in sorted(folders)[:MOST])]


def _literal_directories(root: str, git: Ask) -> list[tuple[bytes, bool]]:
    """The directories that the worktree's own exclusions name, and whether only in the root."""
    found: dict[tuple[bytes, bool], None] = {}
    for line in _exclusions(root, git):
        name = line.strip()
        means_directory = name.endswith("/")
        plain = name.strip("/")
        if not plain or plain[0] in "#!" or any(char in plain for char in "*?[\\"):
            continue
        if plain not in _NEVER and (means_directory or plain.rsplit("/", 1)[-1] in _DIRECTORIES):
            found[os.fsencode(plain), "/" in name.rstrip("/")] = None
    return list(found)


def _exclusions(root: str, git: Ask) -> list[str]:
    common = (git(root, "rev-parse", "--git-common-dir") or b"").rstrip(b"\n")
    files = [os.path.join(root, ".gitignore"), os.path.join(root, os.fsdecode(common), "info", "exclude")]
    lines: list[str] = []
    for file in files:
        try:
            with open(file, encoding="utf-8", errors="surrogateescape") as handle:
                lines += handle.read(1 << 20).splitlines()
        except OSError:
            continue
    return lines


def _could_be_created(root: str, place: bytes) -> bool:
    path = os.path.join(os.fsencode(root), place)
    folder = os.path.dirname(path)
    # Behind a link git answers neither this question nor those after it.
    return not os.path.lexists(path) and os.path.isdir(folder) and os.path.realpath(folder) == folder

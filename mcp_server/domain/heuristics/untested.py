"""Which source files have no test, judged by the names of files, in the conventions of each language.

`src/auth/login.py` is tested by `tests/auth/test_login.py`, `src/auth/login.ts` by `login.test.ts` beside it or by
`__tests__/login.ts`. Of several files of one name a test belongs to the one whose folders it shares most of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class _Language(NamedTuple):
    """The endings of a language's files, the names of its tests, and of files that are no modules to be tested."""

    endings: frozenset[str]
    test: re.Pattern[str]
    no_module: re.Pattern[str]


_SCRIPT = frozenset(("js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"))
_LANGUAGES = (
    _Language(
        frozenset(("py",)),
        re.compile(r"test_(?P<a>.+)|(?P<b>.+)_tests?"),
        re.compile(r"__init__|__main__|conftest|setup|manage|_version|version|tests?|noxfile|fabfile"),
    ),
    _Language(
        _SCRIPT,
        re.compile(r"(?P<a>.+?)[._-](?:test|spec|cy|e2e)|test[._-](?P<b>.+)"),
        re.compile(
            r"index|types?|constants?|.+\.(?:d|config|conf|setup|stories|story|types?|min|mock)|.*setupTests|"
            r"(?:babel|jest|vite|vitest|webpack|rollup|eslint|next|tailwind|postcss)[.-].*|\..*"
        ),
    ),
    _Language(frozenset(("go",)), re.compile(r"(?P<a>.+)_test"), re.compile(r"doc|.+\.pb|.+_gen")),
    _Language(
        frozenset(("rb",)), re.compile(r"(?P<a>.+)_(?:spec|test)|test_(?P<b>.+)"), re.compile(r"version|.*_helper")
    ),
    _Language(
        frozenset(("php", "java", "kt", "cs", "scala")),
        re.compile(r"(?P<a>.+?)(?:Test|Tests|IT|Spec)"),
        re.compile(r"package-info|module-info|index"),
    ),
    _Language(frozenset(("ex", "exs")), re.compile(r"(?P<a>.+)_test"), re.compile(r"test_helper|mix")),
)
_TEST_FOLDERS = frozenset(
    ("test", "tests", "__tests__", "spec", "specs", "testing", "e2e", "cypress", "__mocks__", "fixtures", "testdata")
)
_NO_SOURCES = frozenset(
    (
        "node_modules",
        "vendor",
        "third_party",
        "dist",
        "build",
        "out",
        "target",
        "migrations",
        "docs",
        "doc",
        "examples",
        "example",
        "generated",
        "__generated__",
        "typings",
        "scripts",
    )
)


def untested(paths: Iterable[str], files: Iterable[str]) -> list[str]:
    """Those of the `paths` that are modules without a test among all `files` of the repository, in order."""
    tests: dict[tuple[_Language, str], list[str]] = {}
    rivals: dict[tuple[_Language, str], list[str]] = {}
    for file in files:
        language = _language(file)
        if language is None:
            continue
        if _is_test(language, file):
            tests.setdefault((language, _tested_by(language, file)), []).append(file)
        elif _is_module(language, file):
            rivals.setdefault((language, _stem(file)), []).append(file)
    return sorted(path for path in set(paths) if _lacks_test(path, tests, rivals))


def _lacks_test(
    path: str, tests: dict[tuple[_Language, str], list[str]], rivals: dict[tuple[_Language, str], list[str]]
) -> bool:
    language = _language(path)
    if language is None or _is_test(language, path) or not _is_module(language, path):
        return False
    key = language, _stem(path)
    others = rivals.get(key, [path])
    return not any(path in _nearest(test, others) for test in tests.get(key, ()))


def _nearest(test: str, modules: list[str]) -> list[str]:
    """Those of the modules of one name that a test is for: the ones whose folders it shares most of."""
    if len(modules) < 2:
        return modules
    folders = set(test.split("/")[:-1])
    shared = {module: len(folders.intersection(module.split("/")[:-1])) for module in modules}
    most = max(shared.values())
    return [module for module in modules if shared[module] == most]


def _language(path: str) -> _Language | None:
    ending = path.rpartition(".")[2].lower()
    return next((language for language in _LANGUAGES if ending in language.endings), None)


def _is_test(language: _Language, path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    return bool(language.test.fullmatch(_stem(path))) or not _TEST_FOLDERS.isdisjoint(folders)


def _is_module(language: _Language, path: str) -> bool:
    folders = path.lower().split("/")[:-1]
    hidden = any(folder.startswith(".") for folder in folders)
    return not hidden and _NO_SOURCES.isdisjoint(folders) and not language.no_module.fullmatch(_stem(path))


def _tested_by(language: _Language, path: str) -> str:
    """The name of the module that a test is for."""
    found = language.test.fullmatch(_stem(path))
    return next(name for name in found.groups() if name) if found else _stem(path)


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name[: name.rindex(".")]

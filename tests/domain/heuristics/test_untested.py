"""Which modules have no test, by the names of files."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.untested import untested


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("src/login.py", "tests/test_login.py"),
        ("pkg/login.py", "pkg/login_test.py"),
        ("src/login.ts", "src/login.test.ts"),
        ("src/Login.tsx", "src/Login.spec.tsx"),
        ("src/login.js", "src/__tests__/login.js"),
        ("src/login.mjs", "test/login.test.js"),
        ("lib/login.go", "lib/login_test.go"),
        ("lib/login.rb", "spec/login_spec.rb"),
        ("src/main/java/Login.java", "src/test/java/LoginTest.java"),
        ("lib/login.ex", "test/login_test.exs"),
    ],
)
def test_a_module_is_tested_by_the_names_of_its_language(module: str, test: str) -> None:
    assert untested([module, test], [module]) == [module]
    assert untested([module, test], [module, test]) == []


@pytest.mark.parametrize(
    "path",
    "src/__init__.py tests/conftest.py setup.py src/index.ts src/api.d.ts jest.config.js .eslintrc.js README.md "
    "node_modules/x/y.js migrations/001.py src/Button.stories.tsx tests/helpers.py doc.go".split(),
)
def test_what_is_no_module_needs_no_test(path: str) -> None:
    assert untested([path], [path]) == []


def test_of_two_modules_of_one_name_a_test_is_for_the_one_whose_folders_it_shares() -> None:
    files = ["src/auth/login.py", "src/web/login.py", "tests/auth/test_login.py"]
    assert untested(files, files) == ["src/web/login.py"]
    flat = ["src/auth/login.py", "src/web/login.py", "tests/test_login.py"]
    assert untested(flat, flat) == [], "nobody can tell, and a test too many is worse than none"


def test_only_what_was_asked_for_is_listed_and_all_files_count_as_tests() -> None:
    files = ["a/x.py", "b/y.py", "tests/test_x.py"]
    assert untested(["a/x.py"], files) == []
    assert untested(["b/y.py"], files) == ["b/y.py"]

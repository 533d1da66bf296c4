"""One substitution, as sed, tar and rename take it."""

from __future__ import annotations

import pytest

from mcp_server.bash.programs.substitution import substituted
from mcp_server.bash.unknown import NAME_PIECE
from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("script", "text", "changed"),
    [
        ("s/a/b/", "aa", "ba"),
        ("s/a/b/g", "aa", "bb"),
        ("s,^,x/,", "a", "x/a"),
        (r"s/\.txt$/.md/", "a.txt", "a.md"),
        ("s/a/[&]/", "a", "[a]"),
        ("s/.*/x/", "a\tb", "x"),
        (r"s/\(a\)/x/", "a", None),
        ("s/a+/x/", "aa", None),
        ("s/a/b/;s/c/d/", "a", None),
        ("s/a/b/I", "a", None),
        ("y/a/b/", "a", None),
        ("s/[/b/", "a", None),
        ("s/a/b/", f"a{NAME_PIECE}", None),
    ],
)
def test_only_a_pattern_that_sed_and_python_read_alike_is_applied(script: str, text: str, changed: str | None) -> None:
    assert substituted(script, text) == changed


@pytest.mark.parametrize(
    ("script", "changed"), [(r"s/\d+/x/", "ax.txt"), ("s/A/b/i", "b12.txt"), ("s/(a)/$1/", None), ("s/(/x/", None)]
)
def test_a_pattern_of_perl_is_applied_unless_its_replacement_has_a_variable(script: str, changed: str | None) -> None:
    assert substituted(script, "a12.txt", perl=True) == changed


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch docs/$(echo a.txt | sed 's/txt$/md/')", ["docs/a.md"]),
        ("tar -cf - --transform 's,^,x/,' README.md | tar -xf - -C docs", ["docs/x", "docs/x/README.md"]),
        (r"rename 's/\.md$/.txt/' docs/api.md", ["docs/api.md", "docs/api.txt"]),
    ],
)
def test_sed_tar_and_rename_substitute(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

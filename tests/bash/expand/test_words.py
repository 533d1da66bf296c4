"""What words expand to, seen by the paths that they name."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ('d=docs; touch $d/a "${d}/b"', ["docs/a", "docs/b"]),
        (
            'f=docs/x.tar.gz; touch "${f%%.*}" "${f%.*}" "${f##*/}" "${f#*.}"',
            ["docs/x", "docs/x.tar", "tar.gz", "x.tar.gz"],
        ),
        ('v=docs/A; touch "${v,,}" "${v/A/B}" "${v//[A-Z]/z}"', ["docs/B", "docs/a", "docs/z"]),
        ("touch ${UNSET:-docs/d} ${UNSET:+docs/no}", ["docs/d"]),
        (': "${D:=docs/d}"; touch $D', ["docs/d"]),
        ('a=(docs/a docs/b); touch ${a[1]} "${a[@]/%/.x}"', ["docs/a.x", "docs/b", "docs/b.x"]),
        ("declare -A m=([k]=docs/k); touch ${m[k]}", ["docs/k"]),
        ("x=docs; y=x; touch ${!y}/i", ["docs/i"]),
        ('set -- docs/a docs/b; touch "$@"; shift; touch $1.x', ["docs/a", "docs/b", "docs/b.x"]),
        ("IFS=:; l=docs/a:docs/b; touch $l", ["docs/a", "docs/b"]),
        ("T=docs; T=src touch $T/x", ["docs/x"]),
        ('read -r t <<< docs/t; touch "$t"', ["docs/t"]),
        ("printf -v n 'docs/%03d' 7; touch $n", ["docs/007"]),
        ("p=docs/abcdef; touch ${p:5:3} ${p: -2}", ["abc", "ef"]),
    ],
)
def test_variables_are_followed(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch 'docs/a b' docs/c\\ d \"docs/e\"'f'", ["docs/a b", "docs/c d", "docs/ef"]),
        ("touch docs/\\$x 'docs/$y'", ["docs/$x", "docs/$y"]),
        ('touch "docs/*"', ["docs/*"]),
        ("touch $'docs/\\x41'", ["docs/A"]),
    ],
)
def test_quotes_protect(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch docs/{a,b}{1..2}", ["docs/a1", "docs/a2", "docs/b1", "docs/b2"]),
        ("touch docs/{01..03}", ["docs/01", "docs/02", "docs/03"]),
        ("touch docs/{a..c}", ["docs/a", "docs/b", "docs/c"]),
        ("touch docs/$((1 + 2 * 3)) docs/$[2**3]", ["docs/7", "docs/8"]),
    ],
)
def test_braces_and_numbers_are_expanded(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("rm src/billing/*.csv", ["src/billing/rates.csv"]),
        ("rm docs/?pi.md docs/[g]*.md", ["docs/api.md", "docs/guide.md"]),
        ("rm docs/[!agr]*.md", ["docs/latest.md"]),
        ("rm docs/*.nothing", []),
        ("shopt -s globstar; rm src/**/*.csv", ["src/billing/legacy/old_rates.csv", "src/billing/rates.csv"]),
        ("rm src/billing/{rates,legacy/old_rates}.csv", ["src/billing/legacy/old_rates.csv", "src/billing/rates.csv"]),
        ("/???/bin/touc? docs/x", ["docs/x"]),
    ],
)
def test_globs_match_files_on_the_disk(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch $(echo docs/x) `echo docs/y`", ["docs/x", "docs/y"]),
        ('cd "$(git rev-parse --show-toplevel)/docs" && touch t', ["docs/t"]),
        ("touch docs/$(basename src/auth/login.py .py)", ["docs/login"]),
        ("touch docs/$(cat assets/list.txt | head -1 | xargs basename)", ["docs/login.py"]),
        ("echo rm docs/api.md | bash", ["docs/api.md"]),
        ("echo cm0gZG9jcy9hcGkubWQK | base64 -d | sh", ["docs/api.md"]),
        ("$(echo rm) docs/api.md", ["docs/api.md"]),
        ("c=rm; \"$c\" docs/api.md; r''m docs/guide.md", ["docs/api.md", "docs/guide.md"]),
    ],
)
def test_command_substitutions_are_evaluated(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("touch docs/$(date +%s).log", ["docs/*"]),
        ("touch docs/x-$$ docs/y-$RANDOM", ["docs/x-*", "docs/y-*"]),
        ("mktemp -p docs", ["docs/tmp.*"]),
    ],
)
def test_an_unknown_text_without_slashes_leaves_the_directory_known(
    reads: Reads, command: str, paths: list[str]
) -> None:
    assert reads.known(command) == paths

"""Lists, branches, loops, functions and places."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cd docs && touch a; touch b", ["docs/a", "docs/b"]),
        ("(cd docs; touch a); touch b", ["b", "docs/a"]),
        ("pushd docs; touch a; popd; touch b", ["b", "docs/a"]),
        ("cd src/auth; touch ../a; cd -; touch b", ["b", "src/a"]),
        ("cd nope; touch a", ["a"]),
        ("cd docs/current && touch a && cd .. && touch b", ["docs/b", "src/billing/a"]),
        ("cd docs && ls 2>&1 | tail; touch a", ["docs/a"]),
        ("CDPATH=src; cd billing; touch a", ["src/billing/a"]),
        ("echo a > /proc/self/cwd/docs/x; echo b > /proc/$$/cwd/docs/y", ["docs/x", "docs/y"]),
    ],
)
def test_changes_of_directory_are_followed(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("true && touch docs/a || touch docs/b", ["docs/a", "docs/b"]),
        ("false && touch docs/a; false || touch docs/b", ["docs/b"]),
        ("test -f x && touch docs/a || touch docs/b", ["docs/a", "docs/b"]),
        ("if [ -d docs ]; then touch docs/a; else touch docs/b; fi", ["docs/a", "docs/b"]),
        ("if false; then touch docs/a; elif true; then touch docs/b; else touch docs/c; fi", ["docs/b"]),
        ("case x in y) touch docs/a;; x) touch docs/b;; esac", ["docs/b"]),
        ("case $(date) in a*) touch docs/a;; *) touch docs/b;; esac", ["docs/a", "docs/b"]),
        ("[ a = b ] && touch docs/a; [ 1 -lt 2 ] && touch docs/b", ["docs/b"]),
        ("[[ abc == a* ]] && touch docs/a", ["docs/a"]),
        ("((1 < 2)) && touch docs/a", ["docs/a"]),
        ("exit 0; touch docs/a", []),
        ("cd nope || exit; touch docs/a", []),
    ],
)
def test_branches_count_if_they_may_be_taken(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("for i in 1 2; do touch docs/$i; done", ["docs/1", "docs/2"]),
        ("for ((i=0; i<2; i++)); do touch docs/$i; done", ["docs/0", "docs/1"]),
        ("i=0; while [ $i -lt 2 ]; do touch docs/$i; i=$((i+1)); done", ["docs/0", "docs/1"]),
        ("while true; do touch docs/a; break; done", ["docs/a"]),
        ('while read -r f; do rm "$f"; done < assets/list.txt', ["src/auth/login.py", "src/auth/session.py"]),
        (
            'while IFS= read -r f; do rm "$f"; done < <(cat assets/list.txt)',
            ["src/auth/login.py", "src/auth/session.py"],
        ),
        ('mapfile -t a < assets/list.txt; rm "${a[@]}"', ["src/auth/login.py", "src/auth/session.py"]),
        ('for f in src/billing/*.csv; do gzip "$f"; done', ["src/billing/rates.csv", "src/billing/rates.csv.gz"]),
    ],
)
def test_loops_are_unrolled(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ('f() { local d=$1; mkdir -p "$d" && touch "$d/y"; }; f docs/n', ["docs/n", "docs/n/y"]),
        ("f() { touch docs/$1; return; touch docs/no; }; f a", ["docs/a"]),
        ("trap 'rm docs/api.md' EXIT", ["docs/api.md"]),
        ("shopt -s expand_aliases\nalias w=touch\nw docs/a", ["docs/a"]),
        ("coproc { touch docs/a; }", ["docs/a"]),
        ("touch docs/a & touch docs/b", ["docs/a", "docs/b"]),
        ("! touch docs/a | cat", ["docs/a"]),
    ],
)
def test_functions_and_traps_are_run(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

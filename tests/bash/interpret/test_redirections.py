"""What redirections of every kind make, and what they only copy or read."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("echo a > docs/x", ["docs/x"]),
        ("echo a>>docs/x", ["docs/x"]),
        ("echo a >| docs/x", ["docs/x"]),
        ("ls <> docs/x", ["docs/x"]),
        ("echo a &> docs/x", ["docs/x"]),
        ("echo a &>> docs/x", ["docs/x"]),
        ("echo a >& docs/x", ["docs/x"]),
        ("ls 2> docs/x", ["docs/x"]),
        ("> docs/x", ["docs/x"]),
        ("> docs/x echo a", ["docs/x"]),
        ("echo a > docs/x > docs/y", ["docs/x", "docs/y"]),
        ("echo a 2>docs/x >docs/y", ["docs/x", "docs/y"]),
        ("echo a {fd}> docs/x", ["docs/x"]),
        ("exec > docs/log 2>&1; echo hi", ["docs/log"]),
        ("{ echo a; } > docs/x", ["docs/x"]),
        ("(echo a) >> docs/x", ["docs/x"]),
        ("for i in 1; do echo; done > docs/x", ["docs/x"]),
        ("echo x > >(tee docs/p)", ["docs/p"]),
        ("[ a > docs/x ]", ["docs/x"]),
        ("cd docs && ls 2>&1 | tee x", ["docs/x"]),
    ],
)
def test_a_redirection_creates_its_file(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("echo a >&2", []),
        ("ls 2>&1 | head", []),
        ("ls > /dev/null 2>&1", []),
        ("echo a > /dev/stderr", []),
        ("exec 3>&1 3>&-", []),
        ("cat < README.md", []),
        ("echo a \\> docs/x", []),
        ('echo "a > docs/x"', []),
        ("[[ b > a ]]", []),
        ("(( 3 > 2 ))", []),
        ("echo hi > nodir/x", []),
    ],
)
def test_a_redirection_that_creates_no_file_writes_nothing(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cat <<A > docs/x\nrm README.md\nA", ["docs/x"]),
        ("cat > docs/x <<'A' && touch docs/y\n$(rm README.md)\nA", ["docs/x", "docs/y"]),
        ("cat <<A | tee docs/x; touch docs/y\nb\nA", ["docs/x", "docs/y"]),
        ("cat <<-A >> docs/x\n\tb\n\tA", ["docs/x"]),
        ("cat <<A > docs/x\n$(touch docs/y)\nA", ["docs/x", "docs/y"]),
        ("cat <<A <<B > docs/x\n1\nA\n2\nB", ["docs/x"]),
        ("cat <<< 'a > b' > docs/x", ["docs/x"]),
        ("bash <<'A'\ntouch docs/x\nA", ["docs/x"]),
        ("bash -s y <<'A'\ntouch docs/$1\nA", ["docs/y"]),
        ("cat <<A\nunfinished > docs/x", []),
    ],
)
def test_here_documents_do_not_hide_what_follows_them(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

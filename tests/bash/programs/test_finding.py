"""What `find` does to the files that it finds."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("find docs -name a*.md", []),
        ("find docs -name 'a*.md' -delete", ["docs/api.md"]),
        ("find . -name '*.md' | head", []),
        ("find src -name '*.csv' -exec rm {} +", ["src/billing/legacy/old_rates.csv", "src/billing/rates.csv"]),
        ("find docs -name api.md -exec cp {} {}.bak \\;", ["docs/api.md.bak"]),
        ("find docs -name api.md -execdir mv {} x.md \\;", ["docs/api.md", "docs/x.md"]),
        ("find docs -type f ! -name 'a*' ! -name '* *' -name '*[a-z].md' -delete", ["docs/guide.md"]),
        (
            'find docs -maxdepth 1 -name g\\* -exec sh -c \'mv "$1" "${1%.md}.txt"\' _ {} \\;',
            ["docs/guide.md", "docs/guide.txt"],
        ),
        (
            "find src/billing/legacy -delete",
            ["src/billing/legacy", "src/billing/legacy/old_rates.csv", "src/billing/legacy/old_tax.py"],
        ),
        ("find src -name nope -o -name '*.csv' -size +100M -delete", []),
        ("find README.md -fprint docs/f", ["docs/f"]),
        ("find . -path ./src -prune -o -name '*.csv' -exec rm {} \\;", []),
    ],
)
def test_find_acts_on_what_it_finds(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

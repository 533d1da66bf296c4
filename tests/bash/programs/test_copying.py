"""What copying, moving and linking write."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("cp README.md docs/a", ["docs/a"]),
        ("cp README.md CHANGELOG.md docs", ["docs/CHANGELOG.md", "docs/README.md"]),
        ("cp -t docs README.md", ["docs/README.md"]),
        (
            "cp -r src/auth/handlers docs",
            ["docs/handlers", "docs/handlers/__init__.py", "docs/handlers/oauth.py", "docs/handlers/saml.py"],
        ),
        ("cp -r src/auth/handlers docs/h", ["docs/h", "docs/h/__init__.py", "docs/h/oauth.py", "docs/h/saml.py"]),
        ("cp --parents src/auth/login.py docs", ["docs/src", "docs/src/auth", "docs/src/auth/login.py"]),
        ("cp -b README.md docs/guide.md", ["docs/guide.md", "docs/guide.md~"]),
        ("cp -n README.md docs/guide.md", []),
        ("cp nope docs/a", []),
        ("cp README.md docs/latest.md", ["docs/guide.md"]),
        ("cp README.md nodir/x", []),
        ("cp README.md{,.bak}", ["README.md.bak"]),
        ("install -D README.md docs/d/e", ["docs/d", "docs/d/e"]),
        ("install -d docs/d/e", ["docs/d", "docs/d/e"]),
        ("dd if=README.md of=docs/a", ["docs/a"]),
        ("rsync -a README.md docs/a", ["docs/a"]),
        ("rsync -an src/ docs/", []),
        ("rsync -a src/auth/handlers/ docs/h/", ["docs/h", "docs/h/__init__.py", "docs/h/oauth.py", "docs/h/saml.py"]),
        ("scp README.md host:x", []),
        ("scp host:x docs/a", ["docs/a"]),
        ("cp README.md src/auth/common.py", ["src/auth/common.py", "src/billing/common.py"]),
    ],
)
def test_copies_are_written_at_the_destination(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("mv notes.txt docs", ["docs/notes.txt", "notes.txt"]),
        ("mv -t docs notes.txt", ["docs/notes.txt", "notes.txt"]),
        (
            "mv src/billing/legacy docs/l",
            [
                "docs/l",
                "docs/l/old_rates.csv",
                "docs/l/old_tax.py",
                "src/billing/legacy",
                "src/billing/legacy/old_rates.csv",
                "src/billing/legacy/old_tax.py",
            ],
        ),
        ("mv notes.txt docs/latest.md", ["docs/latest.md", "notes.txt"]),
        ("mv -n notes.txt docs/guide.md", []),
        ("ln -s ../README.md docs", ["docs/README.md"]),
        ("ln -s x docs/guide.md", []),
        ("ln -sfn ../src docs/current", ["docs/current"]),
        ("ln -s ../billing src/auth/b && touch src/auth/b/x", ["src/auth/b", "src/billing/x"]),
    ],
)
def test_moves_and_links_replace_names(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

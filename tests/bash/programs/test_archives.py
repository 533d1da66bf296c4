"""What packing and unpacking writes."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("tar xf assets/flat.tar -C docs", ["docs/extracted.py"]),
        ("tar -xzf assets/bundle.tar.gz --strip-components=2 -C docs src/auth", ["docs/extracted.py"]),
        ("tar tf assets/flat.tar", []),
        ("tar -xOf assets/flat.tar", []),
        ("tar czf docs/a.tgz src", ["docs/a.tgz"]),
        ("tar -cf docs/a.tar --remove-files notes.txt", ["docs/a.tar", "notes.txt"]),
        ("tar -cf - -C src/auth login.py | tar -xf - -C docs", ["docs/login.py"]),
        ("tar -cf /tmp/a.tar README.md && tar -xf /tmp/a.tar -C docs", ["docs/README.md"]),
        ("unzip -o assets/bundle.zip 'src/*' -d docs", ["docs/src", "docs/src/auth", "docs/src/auth/unzipped.py"]),
        ("unzip -l assets/bundle.zip", []),
        ("zip -r docs/a.zip src", ["docs/a.zip"]),
        ("gzip docs/api.md", ["docs/api.md", "docs/api.md.gz"]),
        ("gzip -c docs/api.md > docs/a", ["docs/a"]),
        ("gunzip -k assets/data.csv.gz", ["assets/data.csv"]),
        ("xz -k docs/api.md; zstd -q README.md", ["README.md.zst", "docs/api.md.xz"]),
        (
            "python3 -m zipfile -e assets/bundle.zip docs",
            ["docs/docs", "docs/docs/unzipped.md", "docs/src", "docs/src/auth", "docs/src/auth/unzipped.py"],
        ),
        ("python3 -m tarfile -e assets/flat.tar docs", ["docs/extracted.py"]),
    ],
)
def test_members_are_written_where_they_are_unpacked(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

"""Downloads: the files that are named, or named after the address."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("curl -sSL http://x/y -o docs/y", ["docs/y"]),
        ("curl -O http://x/y.txt?z", ["y.txt"]),
        ("curl --create-dirs -o docs/d/#1 'http://x/{a,b}'", ["docs/d", "docs/d/a", "docs/d/b"]),
        ("curl -s http://x | head", []),
        ("wget -q http://x/a.zip", ["a.zip"]),
        ("wget -qO- http://x", []),
        ("wget http://x/a -P docs", ["docs/a"]),
    ],
)
def test_a_download_is_written_where_the_options_or_the_address_say(
    reads: Reads, command: str, paths: list[str]
) -> None:
    assert reads.known(command) == paths

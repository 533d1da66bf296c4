"""Programs that write what an option or an operand names."""

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
        ("sort -o docs/s README.md", ["docs/s"]),
        ("uniq README.md docs/u", ["docs/u"]),
        ("iconv -f a -t b -o docs/i README.md", ["docs/i"]),
        ("xxd README.md docs/x", ["docs/x"]),
        ("tree -o docs/t", ["docs/t"]),
        ("shuf README.md -o docs/s", ["docs/s"]),
        ("openssl rand -out docs/r 16", ["docs/r"]),
        ("ssh-keygen -q -N '' -f docs/k", ["docs/k", "docs/k.pub"]),
        ("convert assets/logo.png docs/l.jpg", ["docs/l.jpg"]),
        ("sqlite3 db/app.sqlite3 'select 1'", []),
        ("sqlite3 db/app.sqlite3 'delete from t'", ["db/app.sqlite3"]),
        ("sqlite3 db/app.sqlite3 '.backup docs/b'", ["docs/b"]),
        ("jq . package.json", []),
        ("yq -i .a=1 config/app.yaml", ["config/app.yaml"]),
        ("pip freeze > docs/r", ["docs/r"]),
    ],
)
def test_an_option_or_operand_names_the_output(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

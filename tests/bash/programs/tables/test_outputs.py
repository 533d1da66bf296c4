"""Programs that write what an option or an operand names, as the table has them."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("iconv -f a -t b -o docs/i README.md", ["docs/i"]),
        ("tree -o docs/t", ["docs/t"]),
        ("shuf README.md -o docs/s", ["docs/s"]),
        ("openssl rand -out docs/r 16", ["docs/r"]),
        ("ssh-keygen -q -N '' -f docs/k", ["docs/k", "docs/k.pub"]),
        ("convert assets/logo.png docs/l.jpg", ["docs/l.jpg"]),
        ("jq . package.json", []),
        ("yq -i .a=1 config/app.yaml", ["config/app.yaml"]),
        ("pip freeze > docs/r", ["docs/r"]),
        ("ssh-keygen -l -f docs/k", []),
        ("pandoc README.md -o docs/p.html", ["docs/p.html"]),
        ("protoc --go_out docs/gen a.proto", ["docs/gen", "docs/gen/**"]),
        ("split -l 9 README.md docs/part", ["docs/part*"]),
        ("split README.md; csplit -f docs/c README.md 5", ["docs/c*", "x*"]),
        ("pdflatex docs/a.tex", ["a.*"]),
        ("gh repo clone a/b docs/b; gh pr list", ["docs/b", "docs/b/**"]),
        ("unlink notes.txt", ["notes.txt"]),
        ("sdiff -o docs/s README.md notes.txt; pylint --output=docs/p src; flake8 src", ["docs/p", "docs/s"]),
        ("npx openapi-typescript api.yaml -o docs/a.ts", ["docs/a.ts"]),
        ("openapi-generator generate -i a.yaml -o docs/gen", ["docs/gen", "docs/gen/**"]),
        ("mockgen -source=a.go -destination=docs/m.go", ["docs/m.go"]),
        ("xmlstarlet sel -t README.md", []),
        ("strip -o docs/s notes.txt", ["docs/s"]),
    ],
)
def test_an_option_or_operand_names_the_output(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

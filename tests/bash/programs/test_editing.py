"""What command-line editors write."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("perl -pi -e s/a/b/ docs/api.md", ["docs/api.md"]),
        ("perl -i.bak -ne 'print' docs/api.md", ["docs/api.md", "docs/api.md.bak"]),
        ("perl -0777 -pe 's/a/b/' README.md", []),
        ('perl -e \'open(my $f, ">", "docs/x")\'', ["docs/x"]),
        ("ruby -pi -e 'gsub(/a/, \"b\")' docs/api.md", ["docs/api.md"]),
        ("awk '{ print > \"docs/x\" }' README.md", ["docs/x"]),
        ("awk -v o=docs/x '{ print > o }' README.md", ["docs/x"]),
        ("awk '$2 > 1 { print ($1 > 2) }' README.md", []),
        ("awk 'BEGIN { system(\"touch docs/x\") }'", ["docs/x"]),
        ("awk '{ print | \"tee docs/x\" }' README.md", ["docs/x"]),
        ('awk \'{ print > ("docs/" "x") }\' README.md', ["docs/x"]),
        ('awk \'{ print > "docs/" $1 ".txt" }\' README.md', ["docs/*"]),
        ("awk -f scripts/report.awk src/billing/rates.csv", ["src/billing/rate_*"]),
        ("gawk -i inplace '{ print }' docs/api.md", ["docs/api.md"]),
    ],
)
def test_code_of_perl_ruby_and_awk_is_searched_for_writes(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("ed -s docs/api.md <<< $'1d\\nw\\nq'", ["docs/api.md"]),
        ("printf '1d\\nw docs/o\\n' | ed docs/api.md", ["docs/o"]),
        ("ed -s docs/api.md <<< 1p", []),
        ("ex -sc wq docs/api.md", ["docs/api.md"]),
        ("vim -es -c '%s/a/b/' -c wq docs/api.md", ["docs/api.md"]),
        ("vim -es -c 'w docs/o' -c q docs/api.md", ["docs/o"]),
    ],
)
def test_ed_ex_and_vim_write_what_their_commands_name(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

"""What editors of the command line write."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("sed -i s/a/b/ docs/api.md", ["docs/api.md"]),
        ("sed -i.bak s/a/b/ docs/api.md", ["docs/api.md", "docs/api.md.bak"]),
        ("sed -Ei 's/a/b/' docs/api.md", ["docs/api.md"]),
        ("sed s/a/b/ -i docs/api.md", ["docs/api.md"]),
        ("sed -i '' s/a/b/ docs/api.md", ["docs/api.md"]),
        ("sed --in-place=.o -e s/a/b/ docs/api.md", ["docs/api.md", "docs/api.md.o"]),
        ("sed -n 's/a/b/gw docs/w' README.md", ["docs/w"]),
        ("sed -e '/x/w docs/w' -e '/[/]y/w docs/v' README.md", ["docs/v", "docs/w"]),
        ("sed -n -f scripts/extract.sed README.md", ["docs/steps.out"]),
        ("sed -i s/a/b/ src/auth/tax_link.py", ["src/auth/tax_link.py"]),
        ("sed -i --follow-symlinks s/a/b/ src/auth/tax_link.py", ["src/billing/tax.py"]),
        ("sed 's/-i/w x/; y/w/v/' README.md", []),
        ("sed -i s/a/b/ nope", []),
    ],
)
def test_sed_writes_in_place_and_where_its_script_says(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


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
    "program",
    [
        'BEGIN { f = "docs/x" } { print > f }',
        "{ print > $1 }",
        '{ print > ($1 ? "docs/x" : "docs/y") }',
        '{ print | "sh -c " $1 }',
        '{ system("rm " $1) }',
        '{ ("rm " $1) | getline }',
    ],
)
def test_a_file_or_command_that_awk_computes_is_unknown(reads: Reads, program: str) -> None:
    assert reads(f"awk '{program}' README.md").unknown


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


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("patch -p1 < patches/tax.patch", ["src/billing/tax.py"]),
        ("patch -p1 --dry-run < patches/tax.patch", []),
        ("patch -p1 -i patches/0001-docs-faq.patch", ["docs/faq.md"]),
        ("patch -b src/auth/login.py patches/login.patch", ["src/auth/login.py", "src/auth/login.py.orig"]),
    ],
)
def test_a_patch_writes_the_files_that_it_names(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths

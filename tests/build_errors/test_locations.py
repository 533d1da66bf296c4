"""Every way to write a location in a file."""

from __future__ import annotations

import pytest

from mcp_server.build_errors.locations import MOST_ANCHORS, locations


@pytest.mark.parametrize(
    ("line", "path", "rest"),
    [
        ("src/a.c:3: bad", "src/a.c", ": bad"),
        ("src/a.c:3:5: bad", "src/a.c", ": bad"),
        ("src/p.y:3.5-8: bad", "src/p.y", ": bad"),
        ("src/a.ts(3,5): bad", "src/a.ts", ": bad"),
        ("src/A.java:[3,5] bad", "src/A.java", " bad"),
        ("src/a.js (1:16): bad", "src/a.js", ": bad"),
        ('File "a/b.py", line 3, in f', "a/b.py", ", in f"),
        ("a.sh: line 3: bad", "a.sh", ": bad"),
        ("bad at lib/A.pm line 3.", "lib/A.pm", "."),
        ("bad in /x/a.php on line 3", "/x/a.php", ""),
        ("in Cart.cs:line 11", "Cart.cs", ""),
        ("ERROR in ./src/a.js 3:5-8", "./src/a.js", ""),
        ("a.js: line 1, col 30, Error", "a.js", ", Error"),
        ("x.sh: 3: bad", "x.sh", ": bad"),
        ("Build file 'app/build.gradle' line: 7", "app/build.gradle", ""),
        ("at f (/x/a.js:3:5)", "/x/a.js", ")"),
        ("at file:///x/a.js:3:5", "file:///x/a.js", ""),
        ("T#a [test/a.rb:5]:", "test/a.rb", "]:"),
        ("C:\\x\\a.rs:3:5", "C:\\x\\a.rs", ""),
        ("Makefile:3: *** missing separator", "Makefile", ": *** missing separator"),
    ],
)
def test_a_location_is_found(line: str, path: str, rest: str) -> None:
    found = [(location.path, line[location.end :]) for location in locations(line)]
    assert found == [(path, rest)]


@pytest.mark.parametrize(
    "line", ["12:03:28 done", "took (3 s)", "127.0.0.1:80", "x[3]", "see http://a.b:80/c", "line 3"]
)
def test_text_that_only_looks_like_a_location_is_ignored(line: str) -> None:
    assert locations(line) == []


@pytest.mark.parametrize("piece", [":1", "(1", "[1]", "line 1 ", "a.b:1 ", "a.b(1) "])
def test_the_number_of_locations_found_in_one_line_is_bounded(piece: str) -> None:
    assert len(locations(piece * 10_000)) <= 2 * MOST_ANCHORS

"""Machine-readable reports."""

from __future__ import annotations

import json

import pytest

from mcp_server.build_errors.tools.structured import MOST_BROKEN
from tests.build_errors.trees import blamed, report

FILES = ["src/a.py", "src/b.py"]


@pytest.mark.parametrize(
    "document",
    [
        [{"filePath": "/home/dev/acme/src/a.py", "messages": [{"severity": 2, "message": "x"}]}],
        [{"filename": "src/a.py", "code": "F401", "message": "x"}],
        {"results": [{"path": "src/a.py", "extra": {"severity": "ERROR"}, "check_id": "x"}]},
        {"Issues": [{"Text": "x", "Pos": {"Filename": "src/a.py", "Line": 3}}]},
        {"files": [{"path": "src/a.py", "offenses": [{"severity": "error", "message": "x"}]}]},
        {"files": {"src/a.py": {"errors": 1, "messages": [{"message": "x", "line": 3}]}}},
        {"generalDiagnostics": [{"file": "/home/dev/acme/src/a.py", "severity": "error", "message": "x"}]},
    ],
)
def test_the_file_of_a_diagnostic_is_found_in_json_of_any_shape(document: object) -> None:
    assert blamed(json.dumps(document), FILES) == ["src/a.py"]
    assert blamed(json.dumps(document, indent=2), FILES) == ["src/a.py"]


def test_json_that_only_warns_reports_nothing() -> None:
    document = [{"filePath": "src/a.py", "messages": [{"severity": 1, "message": "x"}]}]
    assert blamed(json.dumps(document), FILES) == []


def test_after_too_many_texts_that_only_look_like_json_the_reader_stops() -> None:
    output = '{"\n' * MOST_BROKEN * 3 + "src/a.py:3: error: bad\n"
    assert blamed(output, FILES) == ["src/a.py"]


def test_json_of_any_depth_is_read_without_an_error() -> None:
    assert report("[" * 50_000 + '"x"', FILES).files == {}

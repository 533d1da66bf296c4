"""Machine-readable reports: JSON of any shape, SARIF, and the XML of checkstyle, JUnit and PMD."""

from __future__ import annotations

from mcp_server.build_errors.severity import ERROR, SILENT, judge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from mcp_server.build_errors.output import Output

MOST_DEPTH = 40
MOST_NODES = 60_000
MOST_DOCUMENTS = 4_000
MOST_BROKEN = 100
"""At most this many texts that only look like JSON: the decoder counts lines for each error, which is expensive."""
_FILES = tuple(
    (
        "filePath file_path filename fileName file_name Filename file File path source uri resource testFilePath "
        "relativePath"
    ).split()
)
_SEVERITIES = ("severity", "Severity", "level", "Level", "type", "kind", "status", "issue_severity", "outcome")
_SAYS = tuple(
    (
        "message Message text Text msg description issue_text ruleId rule code check_name title reason "
        "failureMessages check_id"
    ).split()
)


def json_documents(output: Output, text: str) -> None:
    """Blame the files of the diagnostics in JSON documents, which must begin at the start of a line."""
    import json

    decoder = json.JSONDecoder()
    heard: list[str] = []
    at, counted, consumed, documents, broken = 0, 1, 0, 0, 0
    for begin in _starts(text):
        if begin < consumed:
            continue
        if documents >= MOST_DOCUMENTS or broken >= MOST_BROKEN:
            break
        try:
            node, consumed = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            broken += 1
            continue
        documents += 1
        # The text begins with an extra line break, which is not among the output's lines.
        at += text.count("\n", counted, begin)
        counted = begin
        _Diagnostics(output, at).walk(node, None, SILENT, 0)
        if isinstance(node, dict) and isinstance(node.get("Output"), str):
            heard.append(node["Output"])
        output.take(at, at + text.count("\n", begin, consumed) + 1)
    if heard:
        output.replace("".join(heard))


def _starts(text: str) -> Iterator[int]:
    """Where a JSON document may begin: an opening bracket at the start of a line, and what may follow it."""
    begin = text.find("\n") + 1
    while begin:
        if text[begin : begin + 1] in ("{", "[") and text[begin : begin + 60].lstrip("[{ \n\t")[:1] in ('"', "]", "}"):
            yield begin
        begin = text.find("\n", begin) + 1


class _Diagnostics:
    """A walk through one document."""

    def __init__(self, output: Output, at: int) -> None:
        self._output = output
        self._at = min(at, len(output.lines) - 1)
        self._nodes = 0

    def walk(self, node: Any, file: str | None, severity: int, depth: int) -> None:
        """Blame the file of each diagnostic below `node`; `file` and `severity` come from the nodes above it."""
        self._nodes += 1
        if depth > MOST_DEPTH or self._nodes > MOST_NODES:
            return
        if isinstance(node, list):
            for item in node:
                self.walk(item, file, severity, depth + 1)
        elif isinstance(node, dict):
            self._dictionary(node, file, severity, depth)

    def _dictionary(self, node: dict[str, Any], file: str | None, severity: int, depth: int) -> None:
        own = self._file(node)
        said = _severity(node)
        inner = [value for key, value in node.items() if isinstance(value, dict | list) and value and key not in _ASIDE]
        if said != SILENT:
            severity = said
        if own is not None and own != file:
            file = own
        spans = node.get("spans")
        if isinstance(spans, list) and "level" in node:
            self._rust(node, spans, severity)
            return
        if own is None and file is None:
            file = self._below(node)
        if file is not None and any(node.get(key) for key in _SAYS) and (own is None or not _holds_rows(inner)):
            self._blame(file, severity)
            return
        for key, value in node.items():
            if isinstance(value, dict | list) and key not in _ASIDE:
                named = self._output.file(key, self._at) if "." in key else None
                self.walk(value, named or file, severity, depth + 1)

    def _rust(self, node: dict[str, Any], spans: list[Any], severity: int) -> None:
        for span in spans:
            if isinstance(span, dict) and span.get("is_primary"):
                path = self._output.file(str(span.get("file_name")), self._at)
                if path is not None:
                    self._blame(path, severity)

    def _blame(self, path: str, severity: int) -> None:
        strict = self._output.strict and severity == -1
        if severity == ERROR or strict or (severity == SILENT and self._output.failed):
            self._output.blame(path, self._at)

    def _file(self, node: dict[str, Any]) -> str | None:
        for key in _FILES:
            name = node.get(key)
            if isinstance(name, str) and 1 < len(name) < 400:
                path = self._output.file(name, self._at)
                if path is not None:
                    return path
        name = node.get("name")
        return self._output.file(name, self._at) if isinstance(name, str) and name[:1] == "/" else None

    def _below(self, node: dict[str, Any]) -> str | None:
        """The file of a diagnostic that has it in a nested object: `location`, `Pos`, `range`."""
        for key in "location Pos range Location loc position locations caret physicalLocation artifactLocation".split():
            part = node.get(key)
            part = part[0] if isinstance(part, list) and part else part
            if isinstance(part, dict):
                path = self._file(part) or self._below(part)
                if path is not None:
                    return path
        return None


_ASIDE = frozenset(
    (
        "relatedInformation relatedLocations children fix fixes suggestions suppressedMessages "
        "usedDeprecatedRules stats rules tool coverage metrics"
    ).split()
)


def _holds_rows(inner: list[Any]) -> bool:
    return any(isinstance(value, list) and value and isinstance(value[0], dict) for value in inner)


def _severity(node: dict[str, Any]) -> int:
    for key in _SEVERITIES:
        value = node.get(key)
        if isinstance(value, bool):
            continue
        if isinstance(value, int) and key == "severity":
            return ERROR if value >= 2 else -1
        if isinstance(value, str) and value:
            said = judge(value)
            if said:
                return said
    return SILENT


def xml(output: Output, text: str) -> None:
    """Blame the `file` elements that contain errors, and the `testcase` elements that failed without a trace."""
    file: str | None = None
    case: str | None = None
    for at, line in enumerate(output.lines):
        for part in line.split("<")[1:60]:
            tag = part.split(None, 1)[0].rstrip("/>") if part.strip() else ""
            if tag == "file":
                file = _named(output, part, ("name", "path"), at)
            elif tag in ("error", "violation", "issue", "problem") and "severity" in part + tag or tag == "violation":
                _element(output, part, _named(output, part, ("file",), at) or file, at)
            elif tag == "testcase":
                case = _named(output, part, ("file", "classname"), at)
            elif tag in ("failure", "error") and case is not None:
                output.doubt(case, at, 0)


def _element(output: Output, part: str, path: str | None, at: int) -> None:
    severity = judge(_attribute(part, "severity"))
    output.take(at)
    if path is not None and (
        severity == ERROR or (severity == SILENT and output.failed) or (severity == -1 and output.strict)
    ):
        output.blame(path, at)


def _named(output: Output, part: str, attributes: tuple[str, ...], at: int) -> str | None:
    for attribute in attributes:
        name = _attribute(part, attribute)
        path = output.file(name, at) if name else None
        if path is None and attribute == "classname" and name:
            path = output.file(name.replace(".", "/") + ".py", at) or output.file(name.replace(".", "/") + ".java", at)
        if path is not None:
            return path
    return None


def _attribute(part: str, name: str) -> str:
    _, found, rest = part.partition(f' {name}="')
    return rest.partition('"')[0] if found else ""

"""Lines that name a file but no location in it: headings, verdicts of formatters, failed suites."""

from __future__ import annotations

from mcp_server.build_errors.locations import locations, plausible
from mcp_server.build_errors.severity import ERROR, SILENT, judge, speaks_of_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.output import Output

VERDICT, SPEAKS = 1, 2
MOST_WORDS = 40
MOST_ROWS = 400
_STRIP = "\"'`‘’“”()[]{}<>,;:!*│|"
_SUITES = tuple("FAIL |FAIL\t|FAILED |✗ |not ok |❌ |[FAIL] |(fail) |FAILED: |FAILURE: |[ FAIL ] |✖ ".split("|"))
_VERDICTS = tuple(
    (
        "would reformat|cannot format|not formatted|unformatted|diff in |would be reformatted|"
        "imports are incorrectly sorted|errors parsing|error compiling|failed to parse|failed to compile|"
        "incorrect formatting|needs formatting|not properly formatted|file is not|does not match format|would fix |"
        "fixing |could not parse|parse error in|syntax error in|error in file|error parsing|failed to load|"
        "conflict (|fails to validate|is not formatted|error while parsing|error reading|should be formatted|"
        "is invalid|rewriting |compilation error in|error in "
    ).split("|")
)
_FAILING = ("error", "fail", "files with errors", "the following files", "problems in", "unable to")
_FINE = tuple(
    (
        "lint free|patch |ok|valid|no |pass|done|unchanged|up to date|0 |already|is valid|skip|in function|in member|"
        "assembler messages|at top level|success|clean|from |running|checking|compil"
    ).split("|")
)
_FAULTS = tuple(
    (
        "permission denied|operation not permitted|no space left|read-only file system|disk quota|upload failed|"
        "download failed|no such file|cannot stat|cannot access|connection |timed out|unauthorized|credentials|"
        "patch failed|patch does not apply|already in use|would be overwritten|enoent|eacces|could not resolve host|"
        "unable to access|enospc|eperm"
    ).split("|")
)
"""Of the machine, the network or the file system: a file that is named beside them has no error in it."""
_OUTER = tuple(
    "begin failed|compilation failed in require|compilation aborted|called at|imported from|imported by".split("|")
)


def suite(text: str) -> str | None:
    """The rest of a line that reports a failed suite; empty for one that passed; None for any other line."""
    if text.startswith(_SUITES):
        return text.partition(" ")[2] if "\t" not in text[:6] else text.partition("\t")[2]
    if text.startswith(("PASS ", "PASS\t")):
        return ""
    return None


def words(text: str) -> list[str]:
    """The words of a text that could be file names."""
    found = []
    for word in text.split(None, MOST_WORDS)[:MOST_WORDS]:
        name = word.strip(_STRIP).partition("::")[0].rstrip(":.,")
        if ":" in name[2:]:
            name = name[: name.find(":", 2)]
        if plausible(name):
            found.append(name)
    return found


def verdict(text: str) -> str:
    """The name before a verdict on a whole file, as in `conf/b.json: 'name' is a required property`, or ""."""
    first, _, rest = text.partition(" ")
    if judge(first) == ERROR:
        first, _, rest = rest.partition(" ")
    name, colons, pointer = first.partition("::")
    if not colons:
        if not first.endswith(":") and not rest.startswith("- "):
            return ""
        name = first.rstrip(":")
    rest = rest.strip(" -") or pointer
    if not rest or judge(rest) < 0 or rest.lower().startswith(_FINE) or ":" in name[2:] or not plausible(name):
        return ""
    return name


def listed(text: str) -> tuple[str, str]:
    """The label and the name in a line that may be an item in a list of files, or a heading."""
    label, _, name = text.partition(" ")
    if not name:
        return "", text.rstrip(":")
    if text.startswith("-- ") and "--- " in text:
        return ("--", text.rpartition(" ")[2]) if "warning" not in text.lower() else ("", "")
    if label in ("*", "-", "•", "✗", "×", "FILE:", "File:", "file:", "from", "Line", "==>", "→", "Changed") or (
        label.endswith((")", ".")) and label[:-1].isdigit()
    ):
        return label, name.strip().rstrip(":")
    return "", text.rstrip(":")


def accuses(label: str) -> bool:
    """Whether this label is only used before files with errors."""
    return label not in ("", "*", "-", "•", "FILE:", "File:", "file:", "→", "==>")


def opens_list(text: str) -> bool:
    """Whether a line says that the files listed below it have errors."""
    low = text.lower().lstrip("> *-•")
    return (
        text.endswith(":")
        and " " in text
        and (any(verdict in low for verdict in _VERDICTS) or low.startswith(_FAILING))
    )


def said(text: str) -> int:
    """VERDICT if the line condemns the files that it names, SPEAKS if it mentions an error, otherwise SILENT."""
    low = text[:300].lower()
    if "warning" in low[:12]:
        return SILENT
    if low.startswith("reformatted ") or any(verdict in low for verdict in _VERDICTS):
        return VERDICT
    if any(fault in low for fault in _FAULTS):
        return SILENT
    return SPEAKS if judge(text) == ERROR or speaks_of_error(text) else SILENT


def is_outer(low: str) -> bool:
    """Whether a sentence only passes on an error from elsewhere."""
    return any(outer in low for outer in _OUTER)


def rows(output: Output, at: int) -> tuple[int, int, int]:
    """The rows below the heading in line `at`: their worst severity, their number, and where they end."""
    lines = output.lines
    worst, count, end = SILENT, 0, at + 1
    for below in range(at + 1, min(at + min(MOST_ROWS, output.patience), len(lines))):
        output.patience -= 1
        line = lines[below]
        text = line.strip()
        if not text:
            break
        severity = judge(text)
        indented = line[0] in " \t"
        if not _is_row(text, indented) and not (below == at + 1 and severity and not locations(line)):
            if not indented and not text.startswith(("FOUND ", "---", "===", "───")):
                break
            continue
        count += 1
        end = below + 1
        worst = ERROR if ERROR in (worst, severity) else worst or severity
    return worst, count, end


def _is_row(text: str, indented: bool) -> bool:  # noqa: FBT001
    first = text.split(None, 1)[0].strip(_STRIP)
    if first[:1] == "L":
        first = first[1:]
    digits = first.replace(":", "").replace("-", "").replace(",", "")
    if not digits.isdigit() or first.count(":") > 1 or len(text) <= len(first) + 2:
        return False
    quoted = text[len(first) :].lstrip().startswith(("|", "│")) and not text.startswith("L")
    return judge(text) != SILENT if quoted else (indented or ":" in first)

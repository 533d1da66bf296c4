"""What `grep` prints: the matching lines, or the names of the files with such lines."""

from mcp_server.bash.expand import globs
from mcp_server.bash.unknown import is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp_server.bash.call import Call
    from mcp_server.bash.options import Options

MOST_FILES = 2_000
MOST_BYTES = 4_000_000
_LONG = (
    "regexp file max-count include exclude exclude-dir color colour context after-context before-context label "
    "binary-files directories devices glob type type-not"
)
_SPECIAL = frozenset(".*[]^$\\+?(){}|")


def grep(call: "Call") -> None:
    """Print what grep or rg would; unknown for patterns and options that are not understood."""
    given = call.options(valued="efmABCdDtTg", long=_LONG)
    patterns = given.values("-e", "--regexp")
    names = list(given.operands)
    if not patterns and names:
        patterns = [names.pop(0)]
    fits = _test(call, patterns, given)
    unusual = given.has("-f", "--file", "-m", "-A", "-B", "-C", "-n", "-b", "-t", "-T", "-g", "--glob", "--type")
    unusual = unusual or given.has("-v", "--invert-match") and not names
    only_names = given.has("-l", "--files-with-matches", "-L", "--files-without-match")
    if fits is None or unusual or given.has("-c", "--count", "-p", "--json"):
        call.prints()
    elif only_names:
        _names(call, given, names, fits)
    else:
        _lines(call, given, names, fits)


def _test(call: "Call", patterns: list[str], given: "Options") -> "Callable[[str], bool] | None":
    if not patterns or not all(is_known(pattern) for pattern in patterns):
        return None
    ignore = given.has("-i", "--ignore-case", "-y")
    fixed = given.has("-F", "--fixed-strings") or call.name == "fgrep"
    whole = given.has("-w", "-x", "--word-regexp", "--line-regexp")
    if (fixed or all(_SPECIAL.isdisjoint(pattern) for pattern in patterns)) and not whole and not ignore:
        return lambda line: any(pattern in line for pattern in patterns)
    return _expression(patterns, given, fixed=fixed, ignore=ignore, extended=_is_extended(call, given))


def _is_extended(call: "Call", given: "Options") -> bool:
    return call.name in ("egrep", "rg") or given.has("-E", "-P", "--extended-regexp", "--perl-regexp")


def _expression(
    patterns: list[str], given: "Options", *, fixed: bool, ignore: bool, extended: bool
) -> "Callable[[str], bool] | None":
    import re  # only where files are really looked through

    source = "|".join(
        re.escape(pattern) if fixed else f"(?:{pattern if extended else _from_basic(pattern)})" for pattern in patterns
    )
    if given.has("-w", "--word-regexp"):
        source = rf"\b(?:{source})\b"
    if given.has("-x", "--line-regexp"):
        source = f"^(?:{source})$"
    try:
        search = re.compile(source.replace("[[:space:]]", r"\s"), re.IGNORECASE if ignore else 0).search
    except (re.error, RecursionError):
        return None
    if "[:" in source or any(sign in source for sign in ("+)+", "*)*", "+)*", "*)+")):
        return None
    return lambda line: search(line) is not None


def _from_basic(pattern: str) -> str:
    """A basic regular expression as an extended one, where `\\(` is written `(` and `(` is written `\\(`."""
    out, at = [], 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\" and at + 1 < len(pattern):
            following = pattern[at + 1]
            out.append(following if following in "(){}|+?" else character + following)
            at += 2
        else:
            out.append("\\" + character if character in "(){}|+?" else character)
            at += 1
    return "".join(out)


def _names(call: "Call", given: "Options", names: list[str], fits: "Callable[[str], bool]") -> None:
    files = _files(call, given, names)
    if files is None:
        call.prints()
        return
    without = given.has("-L", "--files-without-match")
    ending = "\0" if given.has("-Z", "--null", "-0") else "\n"
    found: list[str] = []
    left = MOST_BYTES
    for name in files:
        text = call.text(name)
        left -= len(text or "")
        if left < 0:
            call.prints()
            return
        if text is not None and any(map(fits, text.splitlines())) is not without:
            found.append(name)
    call.prints(
        "".join(name + ending for name in found).replace("\0", "\n") if ending == "\0" else "\n".join([*found, ""])
    )


def _lines(call: "Call", given: "Options", names: list[str], fits: "Callable[[str], bool]") -> None:
    if names and (
        len(names) > 1 and not given.has("-h", "--no-filename") or given.has("-r", "-R") or call.name == "rg"
    ):
        call.prints()
        return
    text = call.text(names[0] if names else "-")
    if text is None or given.has("-o", "--only-matching", "-q", "-r", "-R"):
        if not given.has("-q", "--quiet"):
            call.prints()
        return
    inverted = given.has("-v", "--invert-match")
    call.prints("".join(line + "\n" for line in text.splitlines() if fits(line) is not inverted))


def _files(call: "Call", given: "Options", names: list[str]) -> list[str] | None:
    recursive = given.has("-r", "-R", "--recursive", "--dereference-recursive") or call.name == "rg"
    if not recursive:
        return names
    found: list[str] = []
    for name in names or ["."]:
        path = call.shell.locate(name)
        if path is None:
            return None
        if not call.disk.is_dir(path):
            found.append(name)
            continue
        below = call.disk.below(call.disk.real(path))
        if below is None:
            return None
        start = len(call.disk.real(path)) + 1
        prefix = "" if not names else name.rstrip("/") + "/"
        found += [prefix + item[start:] for item in below if _is_wanted(call, given, item, item[start:])]
    return found if len(found) <= MOST_FILES else None


def _is_wanted(call: "Call", given: "Options", path: str, relative: str) -> bool:
    parts = relative.split("/")
    if call.disk.kind(path) != "file":
        return False
    included, excluded = given.values("--include"), given.values("--exclude")
    if any(globs.matches(pattern, part) for pattern in given.values("--exclude-dir") for part in parts[:-1]):
        return False
    if included and not any(globs.matches(pattern, parts[-1]) for pattern in included):
        return False
    return not any(globs.matches(pattern, parts[-1]) for pattern in excluded)

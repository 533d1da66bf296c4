"""Programs whose output is often the input or the arguments of others."""

from mcp_server.bash.parse import quoting
from mcp_server.bash.state import OPEN
from mcp_server.bash.unknown import NAME_PIECE, UNKNOWN, is_known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

MOST_LINES = 5_000


def _echo(call: "Call") -> bool:
    words = list(call.arguments)
    newline, escapes = "\n", False
    while words and words[0][:1] == "-" and words[0][1:] and set(words[0][1:]) <= set("neE"):
        option = words.pop(0)
        newline = "" if "n" in option else newline
        escapes = "e" in option
    text = " ".join(words)
    call.prints((quoting.unescaped(text) if escapes else text) + newline)
    return True


def _printf(call: "Call") -> bool:
    words = list(call.arguments)
    if words[:1] == ["-v"] and len(words) > 2:
        call.shell.set(words[1], formatted(words[2], words[3:]))
        return True
    words = words[1:] if words[:1] == ["--"] else words
    if words:
        call.prints(formatted(words[0], words[1:]))
    return True


def formatted(template: str, values: list[str]) -> str:
    """What `printf` prints; unknown where a directive is unusual."""
    out: list[str] = []
    rest = list(values)
    for _ in range(MOST_LINES):
        before = len(rest)
        out.append(_once(template, rest))
        if not rest or len(rest) == before:
            return "".join(out)
    return UNKNOWN


def _once(template: str, rest: list[str]) -> str:
    out, at = [], 0
    while at < len(template):
        character = template[at]
        if character == "\\" and at + 1 < len(template):
            piece, at = quoting.escape(template, at + 1)
            out.append(piece)
        elif template.startswith("%%", at):
            out.append("%")
            at += 2
        elif character == "%":
            end = at + 1
            while end < len(template) and template[end] in "0123456789.-+ #*":
                end += 1
            out.append(_directive(template[at + 1 : end], template[end : end + 1], rest))
            at = end + 1
        else:
            out.append(character)
            at += 1
    return "".join(out)


def _directive(flags: str, letter: str, rest: list[str]) -> str:
    value = rest.pop(0) if rest else ""
    if not is_known(value):
        return value
    if letter in ("s", "b", "q") and not flags:
        return quoting.unescaped(value) if letter == "b" else value
    if letter == "s" and flags.lstrip("-").isdigit():
        return f"{value:{'<' if flags.startswith('-') else '>'}{int(flags.lstrip('-'))}}"
    if letter in ("d", "i") and (value.lstrip("-").isdigit() or not value) and (not flags or flags.isdigit()):
        return f"{int(value or 0):{flags}d}"
    return NAME_PIECE if letter in "duixXofeg" else UNKNOWN


def _pwd(call: "Call") -> bool:
    directory = call.shell.directory
    if directory is not None and "-P" in call.arguments:
        directory = call.disk.real(directory)
    call.prints(UNKNOWN if directory is None else directory + "\n")
    return True


def _basename(call: "Call") -> None:
    given = call.options(valued="s", long="suffix")
    suffix = given.value("-s", "--suffix")
    names = given.operands
    if suffix is None and not given.has("-a", "--multiple") and len(names) == 2:
        names, suffix = names[:1], names[1]
    call.prints("".join(_base(name, suffix or "") + "\n" for name in names))


def _base(name: str, suffix: str) -> str:
    base = name.rstrip("/").rpartition("/")[2] if UNKNOWN not in name else UNKNOWN
    return base[: -len(suffix)] if suffix and base.endswith(suffix) and base != suffix else base


def _dirname(call: "Call") -> None:
    call.prints("".join(_above(name) + "\n" for name in call.options().operands))


def _above(name: str) -> str:
    if UNKNOWN in name:
        return UNKNOWN
    above, slash, _ = name.rstrip("/").rpartition("/")
    return above or ("/" if slash else ".")


def _cat(call: "Call") -> None:
    files = call.options().operands
    if not call.output_is_read:
        return
    if not files:
        call.prints(call.shell.stdin)
    for name in files:
        path = call.shell.locate(name)
        content = call.shell.stdin if name == "-" else UNKNOWN if path is None else call.disk.content(path)
        call.prints(content)


def _seq(call: "Call") -> None:
    given = [argument for argument in call.arguments if argument != "-w"]
    separator = "\n"
    if given[:1] == ["-s"]:
        separator, given = given[1], given[2:]
    if not given or not all(number.lstrip("-").isdigit() for number in given):
        call.prints()
        return
    numbers = [int(number) for number in given]
    first, step, last = (1, 1, *numbers)[-3:] if len(numbers) == 1 else (0, 0, 0)
    if len(numbers) == 2:
        first, step, last = numbers[0], 1, numbers[1]
    elif len(numbers) == 3:
        first, step, last = numbers
    if step == 0 or abs(last - first) // abs(step) > MOST_LINES:
        call.prints(NAME_PIECE)
        return
    found = [str(number) for number in range(first, last + (1 if step > 0 else -1), step)]
    width = max(map(len, found), default=0)
    found = [number.zfill(width) for number in found] if "-w" in call.arguments else found
    call.prints(separator.join(found) + ("\n" if found else ""))


def _listing(call: "Call") -> None:
    """`ls`: the names, as it prints them into a pipe."""
    given = call.options(valued="IwT", long="ignore hide width time-style sort color")
    if given.has("-l", "-R", "-s", "-i", "-F", "-p", "-o", "-g", "-m", "-x", "-Q", "--recursive"):
        call.prints()
        return
    found: list[str] = []
    several = len(given.operands) > 1
    for name in given.operands or ["."]:
        path = call.shell.locate(name)
        if path is None or (several and call.disk.is_dir(path) and not given.has("-d")):
            call.prints()
            return
        if call.disk.is_dir(path) and not given.has("-d"):
            hidden = given.has("-a", "-A", "--all", "--almost-all")
            found += [entry for entry in call.disk.entries(path) if hidden or not entry.startswith(".")]
        elif call.disk.exists(path):
            found.append(name)
    call.prints("".join(name + "\n" for name in found))


def _grep(call: "Call") -> str:
    """`grep`: prints names with -l, lines otherwise, if the pattern is understood."""
    if call.output_is_read:
        from mcp_server.bash.programs.languages import grep as matching_lines

        matching_lines.grep(call)
    return OPEN


def _name_piece(call: "Call") -> None:
    """A program that prints a number, a date or a name, without slashes."""
    known = is_known("".join(call.arguments)) and "/" not in "".join(call.arguments)
    call.prints(NAME_PIECE + "\n" if known else UNKNOWN)


def _wc(call: "Call") -> None:
    """`wc`: a number, if it reads its input."""
    call.prints(NAME_PIECE + "\n" if not call.options().operands else UNKNOWN)


def _mktemp(call: "Call") -> None:
    """`mktemp`: creates a file or directory with a random name."""
    given = call.options(valued="pt", attached="", long="suffix")
    folder = given.value("-p", "--tmpdir")
    temporary = call.shell.get("TMPDIR")
    default = temporary if isinstance(temporary, str) and temporary else "/tmp"  # noqa: S108  where mktemp puts it
    template = given.operands[0] if given.operands else "tmp.XXXXXXXXXX"
    if "/" not in template and (folder is not None or not given.operands or given.has("-t")):
        template = (folder or default).rstrip("/") + "/" + template
    start = template.rstrip("X") if template.endswith("XXX") else template.partition("XXX")[0]
    path = start + NAME_PIECE
    if not given.has("-u", "--dry-run"):
        real = call.shell.real(path)
        if real is None:
            call.mark_unknown()
        elif given.has("-d", "--directory"):
            call.disk.make_directory(real, call.name)
        else:
            call.write(path)
    call.prints(path + "\n")


def _base64(call: "Call") -> None:
    """`base64 -d` of a text that is known."""
    given = call.options(valued="w", long="wrap")
    if not given.has("-d", "-D", "--decode"):
        call.prints()
        return
    text = call.text(given.operands[0] if given.operands else "-")
    if text is None:
        call.prints()
        return
    from binascii import Error, a2b_base64

    try:
        call.prints(a2b_base64(text.encode()).decode().replace(UNKNOWN, "?"))
    except (Error, ValueError):
        call.prints()


def _readlink(call: "Call") -> None:
    given = call.options(valued="", long="relative-to relative-base")
    if given.has("--relative-to", "--relative-base") or (call.name == "readlink" and not given.has("-f", "-e", "-m")):
        call.prints()
        return
    found = [call.shell.real(name) for name in given.operands]
    call.prints(UNKNOWN if None in found else "".join(f"{path}\n" for path in found))


def _true(_call: "Call") -> bool:
    return True


def _false(_call: "Call") -> bool:
    return False


def test(call: "Call") -> bool | str:
    """`test` and `[`."""
    from mcp_server.bash.expand import comparisons

    arguments = call.arguments[:-1] if call.name == "[" and call.arguments[-1:] == ["]"] else call.arguments
    answer = comparisons.of_arguments(arguments)
    return OPEN if answer is None else answer


def _environment(call: "Call") -> None:
    value = call.shell.get(call.arguments[0]) if len(call.arguments) == 1 else None
    call.prints(value + "\n" if isinstance(value, str) else UNKNOWN)


def _expr(call: "Call") -> None:
    """`expr` with numbers."""
    from mcp_server.bash.expand import arithmetic

    number = arithmetic.value(" ".join(call.arguments), call.shell)
    call.prints(UNKNOWN if number is None else f"{number}\n")


def _found_or_not(call: "Call") -> str:
    """`which`, `type`: may or may not find it."""
    call.prints()
    return OPEN


TABLE: "dict[str, Handler]" = {
    "echo": _echo,
    "printf": _printf,
    "pwd": _pwd,
    "basename": _basename,
    "dirname": _dirname,
    "cat": _cat,
    "seq": _seq,
    "ls": _listing,
    "wc": _wc,
    "date hostname whoami id uname nproc uuidgen": _name_piece,
    "mktemp": _mktemp,
    "base64": _base64,
    "readlink realpath": _readlink,
    "true :": _true,
    "false": _false,
    "test [": test,
    "which type": _found_or_not,
    "expr": _expr,
    "grep egrep fgrep rg": _grep,
    "printenv": _environment,
}

"""What small line filters print: `head`, `sort`, `uniq`, `cut`."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler


def _lines(call: "Call", names: list[str]) -> list[str] | None:
    """The lines of the named files, or of the input; None if they are unknown."""
    found: list[str] = []
    for name in names or ["-"]:
        text = call.text(name)
        if text is None or len(text) > 400_000:
            return None
        found += text.splitlines()
    return found


def _head_or_tail(call: "Call") -> None:
    if not call.output_is_read:
        return
    arguments = call.arguments
    numbered = bool(arguments) and arguments[0][:1] == "-" and arguments[0][1:].isdigit()
    given = call.options(valued="nc", long="lines bytes")
    count = arguments[0][1:] if numbered else given.value("-n", "--lines") or "10"
    lines = _lines(call, given.operands)
    if lines is None or given.has("-c", "--bytes") or not count.lstrip("+-").isdigit():
        call.prints()
        return
    number = int(count.lstrip("+-"))
    if call.name == "head":
        kept = lines[:-number] if count.startswith("-") else lines[:number]
    else:
        kept = lines[number - 1 :] if count.startswith("+") else lines[max(0, len(lines) - number) :]
    call.prints("".join(line + "\n" for line in kept))


def _sort(call: "Call") -> None:
    """`sort`, which writes with -o."""
    given = call.options(valued="kotSTm", long="output key field-separator buffer-size temporary-directory")
    for name in given.values("-o", "--output"):
        call.write(name)
    if given.has("-o", "--output", "-c", "-C", "--check") or not call.output_is_read:
        return
    lines = _lines(call, given.operands)
    plain = not given.has("-k", "--key", "-n", "-R", "-V", "-h", "-z", "-t")
    if lines is None or not plain:
        call.prints()
        return
    ordered = sorted(set(lines) if given.has("-u", "--unique") else lines, reverse=given.has("-r", "--reverse"))
    call.prints("".join(line + "\n" for line in ordered))


def _uniq(call: "Call") -> None:
    """`uniq`, whose second operand is written."""
    given = call.options(valued="fsw")
    for name in given.operands[1:2]:
        call.write(name)
    lines = _lines(call, given.operands[:1]) if call.output_is_read else None
    if lines is None or given.has("-c", "-d", "-u", "-D", "-i"):
        call.prints()
        return
    call.prints("".join(line + "\n" for at, line in enumerate(lines) if at == 0 or lines[at - 1] != line))


def _cut(call: "Call") -> None:
    """`cut`, for single fields and ranges of them."""
    given = call.options(valued="dfcb", long="delimiter fields characters bytes output-delimiter")
    lines, wanted = _lines(call, given.operands) if call.output_is_read else None, given.value("-f", "--fields")
    if lines is None or wanted is None:
        call.prints()
        return
    by = given.value("-d", "--delimiter") or "\t"
    picked = [_fields(line.split(by), wanted) for line in lines]
    if None in picked:
        call.prints()
        return
    call.prints("".join(by.join(fields or []) + "\n" for fields in picked))


def _fields(fields: list[str], wanted: str) -> list[str] | None:
    if len(fields) == 1:
        return fields
    found: list[str] = []
    for part in wanted.split(","):
        first, dash, last = part.partition("-")
        if not (first + last).isdigit():
            return None
        start = int(first or 1) - 1
        found += fields[start : int(last) if last else None if dash else start + 1]
    return found


TABLE: "dict[str, Handler]" = {"head tail": _head_or_tail, "sort": _sort, "uniq": _uniq, "cut": _cut}

"""What a patch changes: the files that its headers name."""

from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options

NOWHERE = "/dev/null"


class Change:
    """One file of a patch: its name before and after, `/dev/null` for none."""

    __slots__ = ("after", "before")

    def __init__(self, before: str, after: str) -> None:
        self.before = before
        self.after = after


def changes(text: str) -> list[Change]:
    """The files that a patch in unified, context or git format changes."""
    found: list[Change] = []
    lines = text.splitlines()
    for at, line in enumerate(lines[:-1]):
        following = lines[at + 1]
        if (
            line.startswith("--- ")
            and following.startswith("+++ ")
            or line.startswith("*** ")
            and following.startswith("--- ")
            and not line.endswith("****")
        ):
            found.append(Change(_name(line[4:]), _name(following[4:])))
        elif line.startswith("rename from ") and following.startswith("rename to "):
            found.append(Change("a/" + line[12:], "b/" + following[10:]))
        elif line.startswith("diff --git ") and _is_bare(lines, at):
            found += _from_git_line(line, lines[at + 1 : at + 4])
    return found


def _is_bare(lines: list[str], at: int) -> bool:
    """Whether no names follow a `diff --git` line: an empty file, or a mode alone."""
    for line in lines[at + 1 :]:
        if line.startswith("diff --git "):
            return True
        if line.startswith(("--- ", "rename ", "copy ")):
            return False
    return True


def _from_git_line(line: str, following: list[str]) -> list[Change]:
    names = line[11:]
    half = names[: len(names) // 2]
    before, after = half, names[len(half) + 1 :]
    if any(text.startswith("new file") for text in following):
        before = NOWHERE
    if any(text.startswith("deleted file") for text in following):
        after = NOWHERE
    return [Change(before, after)]


def _name(text: str) -> str:
    name = text.partition("\t")[0].rstrip()
    return name[1:-1] if name.startswith('"') and name.endswith('"') else name


def stripped(name: str, count: int | None) -> str:
    """`name` without its first `count` directories; its base name if `count` is None."""
    if name == NOWHERE:
        return name
    parts = [part for part in name.split("/") if part]
    return parts[-1] if count is None or len(parts) <= count and parts else "/".join(parts[count:])


def patch(call: "Call") -> None:
    """`patch`."""
    given = call.options(
        valued="pdioBDFYzrVg", long="strip directory input output reject-file prefix suffix basename-prefix fuzz ifdef"
    )
    if given.has("--dry-run", "-C", "--check", "--version"):
        call.prints()
        return
    text = call.text(given.value("-i", "--input") or (given.operands[1] if len(given.operands) > 1 else "-"))
    folder = given.value("-d", "--directory")
    prefix = "" if folder is None else folder.rstrip("/") + "/"
    output = given.value("-o", "--output")
    reject = given.value("-r", "--reject-file")
    if reject not in (None, "-", ""):
        call.write(prefix + (reject or ""))
    if output is not None:
        call.write(prefix + output)
    elif given.operands:
        _apply(call, prefix + given.operands[0], given)
    elif text is None or UNKNOWN in text:
        call.mark_unknown(f"Cannot tell what the patch that `{call.name}` reads changes.")
    else:
        count = given.value("-p", "--strip")
        for change in changes(text):
            _change(call, change, prefix, int(count) if count and count.isdigit() else None, given)


def _change(call: "Call", change: Change, prefix: str, count: int | None, given: "Options") -> None:
    reverse = given.has("-R", "--reverse")
    before, after = (change.after, change.before) if reverse else (change.before, change.after)
    names = [stripped(name, count) for name in (before, after)]
    there = [name for name in names if name != NOWHERE and call.disk.exists(call.shell.locate(prefix + name) or "")]
    if names[1] == NOWHERE:
        call.remove(prefix + names[0])
    elif there:
        _apply(
            call,
            prefix + min(there, key=lambda name: (name.count("/"), len(name.rpartition("/")[2]), len(name))),
            given,
        )
    elif names[0] == NOWHERE:
        path = call.shell.real(prefix + names[1])
        if path is not None:
            call.make_parents(path)
        call.write(prefix + names[1])
    elif call.disk.unpredictable:
        call.write(prefix + names[1])


def _apply(call: "Call", name: str, given: "Options") -> None:
    if given.has("-b", "--backup", "-z", "--suffix", "-B"):
        call.write(name + (given.value("-z", "--suffix") or ".orig"))
    call.replace(name) if not call.disk.is_link(call.named(name) or "") else call.write(name)


TABLE: "dict[str, Handler]" = {"patch gpatch": patch}

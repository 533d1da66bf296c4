"""What `awk` writes: the targets of `print`, what it pipes to and runs, and its files with `-i inplace`."""

from mcp_server.bash.programs.rewriting import edit_in_place
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call


def run(call: "Call") -> None:
    """`awk`."""
    given = call.options(valued="FvfieElo", long="field-separator assign file include source", stop=True)
    names = list(given.operands)
    programs = given.values("-e", "--source")
    for name in given.values("-f", "--file"):
        text = call.text(name)
        if text is None:
            call.mark_unknown(f"Cannot tell what the program of `{call.name}` writes.")
        programs.append(text or "")
    if not programs and not given.has("-f", "--file") and names:
        programs = [names.pop(0)]
    values = dict(word.partition("=")[::2] for word in [*given.values("-v", "--assign"), *names] if "=" in word)
    names = [name for name in names if not name.partition("=")[1] or not name.partition("=")[0].isidentifier()]
    _effects(call, "\n".join(programs), values)
    if "inplace" in given.values("-i", "--include"):
        edit_in_place(call, names, values.get("inplace::suffix") or values.get("INPLACE_SUFFIX") or "")
    call.prints()


def _effects(call: "Call", program: str, values: dict[str, str]) -> None:
    from mcp_server.bash.programs.languages import awk_program  # sed, in the same table, does not need it

    for kind, text in awk_program.effects(program, values):
        if kind == "file" and text == UNKNOWN:
            call.mark_unknown(f"Cannot tell which file `{call.name}` prints to.")
        elif kind == "file":
            call.write(text)
        elif text == UNKNOWN:
            call.runs_anything(f"Cannot tell what `{call.name}` runs.")
        elif kind == "prefix":
            call.write_prefix(text)
        else:
            call.run(["sh", "-c", text])

"""Editors that take their commands from the command line: `sed`, `perl`, `awk`, `ed`, `ex`, `vim`."""

from mcp_server.bash.programs.languages import awk, sed
from mcp_server.bash.programs.rewriting import edit_in_place
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.options import Options


def _perl(call: "Call") -> None:
    _scripting(call, call.options(valued="eEIMm", attached="iFDx", stop=True), "-v -V -c")


def _ruby(call: "Call") -> None:
    _scripting(call, call.options(valued="eIrCE", attached="iFKTWx", stop=True), "-v -c --version")


def _scripting(call: "Call", given: "Options", runs_nothing: str) -> None:
    """`perl` and `ruby`: they edit in place with -i; their code is searched for other writes."""
    from mcp_server.bash.programs.languages import other

    names = list(given.operands)
    programs = given.values("-e", "-E")
    if not programs and names and not given.has(*runs_nothing.split()):
        programs = [call.script(names.pop(0)) or ""]
    elif given.has("-i"):
        edit_in_place(call, names, given.value("-i") or "")
    other.read(call, call.name, "\n".join(programs), names)
    call.prints()


def _ed(call: "Call") -> None:
    """`ed`: the command `w` in its input writes its file or another one."""
    given = call.options(valued="p", long="prompt")
    name = given.operands[0] if given.operands else ""
    if not isinstance(call.stdin, str) or UNKNOWN in call.stdin:
        call.mark_unknown()
        return
    _written_by_lines(call, call.stdin.splitlines(), name)


def _written_by_lines(call: "Call", lines: list[str], name: str) -> None:
    adding = False
    for line in lines:
        command = line.strip().lstrip("%,.$0123456789;").strip()
        if adding:
            adding = line.strip() != "."
        elif command[:1] in ("a", "i", "c") and len(command) == 1:
            adding = True
        elif command.startswith("!") or command.startswith(("r !", "w !")):
            _shell_command(call, command.partition("!")[2])
        elif command[:1] in ("w", "W") and (len(command) == 1 or command[1] in " qa!"):
            _, _, target = command.partition(" ")
            call.write(target.strip() or name)
        elif command[:1] in ("f", "e", "E") and command[1:2] == " ":
            name = command[2:].strip()


def _shell_command(call: "Call", text: str) -> None:
    call.run(["sh", "-c", text.strip()])


def _ex(call: "Call") -> None:
    """`ex` and `vim`: the commands of -c and +, and those in their input."""
    commands = [word[1:] for word in call.arguments if word[:1] == "+"]
    words = [word for word in call.arguments if word[:1] != "+"]
    call.arguments = words
    silent = call.name == "ex" or any(word[:2] != "--" and word[:1] == "-" and "e" in word for word in words)
    given = call.options(valued="cSTuUiwW" if silent else "cSTuUiwWst", long="cmd")
    commands += given.values("-c", "--cmd")
    for script in [name for name in given.values("-S", "-s") if name]:
        text = call.text(script)
        commands += text.splitlines() if text is not None else []
        if text is None:
            call.mark_unknown()
    if silent and isinstance(call.stdin, str):
        commands += call.stdin.replace(UNKNOWN, "").splitlines()
    for command in commands:
        _vim_command(call, command, given.operands)


def _vim_command(call: "Call", command: str, names: list[str]) -> None:
    for part in command.split("|"):
        text = part.strip().lstrip(":%,.$0123456789 ")
        while text.startswith(("silent", "sil ", "noautocmd", "keepjumps")):
            text = text.partition(" ")[2].lstrip("! ")
        if text.startswith("!"):
            _shell_command(call, text[1:])
        elif text.startswith(("argdo", "bufdo", "windo")):
            _vim_command(call, text[5:], names)
        elif text.startswith(("call writefile", "lua", "py", "perl", "ruby", "exec", "normal! ZZ", "source", "so ")):
            call.mark_unknown()
        else:
            _vim_write(call, text, names)


def _vim_write(call: "Call", text: str, names: list[str]) -> None:
    word, _, target = text.partition(" ")
    word = word.rstrip("!")
    if word in ("w", "write", "up", "update", "sav", "saveas") and target.strip():
        call.write(target.strip().lstrip("!"))
    elif word in ("w", "write", "wq", "x", "xit", "up", "update", "wa", "wall", "wqa", "wqall", "xa", "xall", "exit"):
        for name in names:
            call.write(name)


TABLE: "dict[str, Handler]" = {
    "sed gsed": sed.run,
    "awk gawk mawk nawk original-awk": awk.run,
    "perl": _perl,
    "ruby": _ruby,
    "ed": _ed,
    "ex vi vim nvim view vimdiff": _ex,
}

"""Builtins: what changes the shell's directory, variables and control flow; and shells that are run as programs."""

from mcp_server.bash.state import OPEN
from mcp_server.bash.state.shell import Broken, Exited, Returned
from mcp_server.bash.unknown import NAME_PIECE, UNKNOWN, is_known, readable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.state import Status


def _cd(call: "Call") -> "Status":
    """`cd`: True if the directory exists, False if it does not."""
    words = [word for word in call.arguments if word not in ("-P", "-L", "-e", "-@", "--")]
    shell = call.shell
    target = words[0] if words else shell.home_of("") or shell.home
    if target == "-":
        before = shell.get("OLDPWD")
        target = before if isinstance(before, str) else UNKNOWN
    return _move(call, target)


def _move(call: "Call", target: str) -> "Status":
    shell = call.shell
    path = shell.locate(_via_search_path(call, target))
    if path is None:
        shell.set("OLDPWD", shell.directory or UNKNOWN)
        shell.set("PWD", UNKNOWN)
        shell.directory = None
        return None
    path = _logical(path)
    if not call.disk.is_dir(path):
        if not call.disk.unpredictable and is_known(path):
            return False
        if not is_known(path) and call.disk.kind(path) is None:
            shell.directory = None
            return None
    shell.set("OLDPWD", shell.directory or UNKNOWN)
    shell.set("PWD", path)
    shell.directory = path
    return True


def _via_search_path(call: "Call", target: str) -> str:
    search = call.shell.get("CDPATH")
    if isinstance(search, str) and search and not target.startswith(("/", "./", "../")) and target not in (".", ".."):
        for folder in search.split(":"):
            found = call.shell.locate(f"{folder or '.'}/{target}")
            if found is not None and call.disk.is_dir(found):
                return found
    return target


def _logical(path: str) -> str:
    done: list[str] = []
    for part in path.split("/"):
        if part == "..":
            done = done[:-1]
        elif part not in ("", "."):
            done.append(part)
    return "/" + "/".join(done)


def _pushd(call: "Call") -> "Status":
    words = [word for word in call.arguments if word != "-n"]
    shell, before = call.shell, call.shell.directory
    if words and words[0][:1] in "+-" and words[0][1:].isdigit():
        shell.directory = None
        return None
    if not words:
        target = shell.stack.pop() if shell.stack else None
        status = _move(call, UNKNOWN if target is None else target)
    else:
        status = _move(call, words[0])
    if status is not False:
        shell.stack.append(before)
    return status


def _popd(call: "Call") -> "Status":
    if not call.shell.stack:
        return False
    target = call.shell.stack.pop()
    return _move(call, UNKNOWN if target is None else target)


def _evaluate(call: "Call") -> "Status":
    return _text(call, " ".join(call.arguments), "eval")


def _text(call: "Call", text: str, what: str) -> "Status":
    if UNKNOWN in text:
        call.runs_anything(f"Cannot tell what `{what}` runs.")
        call.prints()
        return None
    return call.shell.follow(text)


def _source(call: "Call") -> "Status":
    words = [word for word in call.arguments if word != "--"]
    if not words:
        return False
    text = call.script(words[0])
    if text is None:
        return None if call.disk.unpredictable else False
    kept = call.shell.arguments
    call.shell.arguments = words[1:] or kept
    try:
        return call.shell.follow_file(text, readable(words[0]))
    except Returned:
        return True
    finally:
        call.shell.arguments = kept


def _execute(call: "Call") -> "Status":
    """`exec` with a program replaces the shell."""
    given = call.options(valued="a", stop=True)
    if given.operands:
        call.shell.interpreter.run_words(call.shell, given.operands, functions=False)
        raise Exited
    return True


def _exit_shell(call: "Call") -> "Status":
    raise Exited


def _return_from(call: "Call") -> "Status":
    raise Returned


def _leave_loop(call: "Call") -> "Status":
    levels = call.arguments[0] if call.arguments else "1"
    raise Broken(int(levels) if levels.isdigit() else 1, again=call.name == "continue")


def read(call: "Call") -> "Status":
    """`read`: one line of the input, split among the names."""
    given = call.options(valued="dinNptu", attached="")
    shell = call.shell
    names = given.operands or ["REPLY"]
    array = given.value("-a")
    shell.stdin = call.stdin
    if not isinstance(shell.stdin, str) or UNKNOWN in shell.stdin or given.has("-n", "-N", "-u"):
        for name in names if array is None else [array]:
            shell.set(name, [UNKNOWN] if array else UNKNOWN)
        shell.stdin = UNKNOWN
        return None
    if not shell.stdin:
        return False
    ends_with_nul = given.value("-d") is not None
    line, _, shell.stdin = shell.stdin.partition((given.value("-d") or "\n") if ends_with_nul else "\n")
    line = line if given.has("-r") else line.replace("\\", "")
    if array is not None:
        shell.set(array, list(_split(line, shell.separators)))
        return True
    _spread(call, names, line)
    return True


def _spread(call: "Call", names: list[str], line: str) -> None:
    separators = call.shell.separators
    blanks = "".join(character for character in separators if character.isspace())
    rest = line.strip(blanks) if blanks else line
    for name in names[:-1]:
        end = next((at for at, character in enumerate(rest) if character in separators), len(rest))
        call.shell.set(name, rest[:end])
        rest = rest[end + 1 :].lstrip(blanks) if blanks else rest[end + 1 :]
    call.shell.set(names[-1], rest)


def _split(line: str, separators: str) -> list[str]:
    for separator in separators:
        line = line.replace(separator, "\n")
    return [piece for piece in line.split("\n") if piece]


def _mapfile(call: "Call") -> "Status":
    given = call.options(valued="dnOsuCc")
    name = given.operands[0] if given.operands else "MAPFILE"
    text = call.stdin
    known = isinstance(text, str) and UNKNOWN not in text
    call.shell.set(name, text.splitlines() if known and isinstance(text, str) else [UNKNOWN])
    return True


def _set_options(call: "Call") -> "Status":
    """`set`: most options are ignored; `set -- words` sets the arguments."""
    words = list(call.arguments)
    while words and words[0][:1] in "-+" and words[0] != "--":
        option = words.pop(0)
        if option[1:] == "o" and words:
            words.pop(0)
        if "f" in option and option[:2] != "--":
            (call.shell.options.add if option[0] == "-" else call.shell.options.discard)("noglob")
    if words:
        call.shell.arguments = words[1:] if words[0] == "--" else words
        call.shell.arguments_known = UNKNOWN not in call.shell.arguments
    return True


def _shopt(call: "Call") -> "Status":
    on = "-s" in call.arguments
    if on or "-u" in call.arguments:
        for name in call.arguments:
            (call.shell.options.add if on else call.shell.options.discard)(name)
    return True


def _shift(call: "Call") -> "Status":
    count = call.arguments[0] if call.arguments else "1"
    if count.isdigit():
        call.shell.arguments = call.shell.arguments[int(count) :]
    else:
        call.shell.arguments_known = False
    return None if not call.shell.arguments_known else True


def _trap(call: "Call") -> "Status":
    """`trap`: the command is run when the shell ends."""
    words = [word for word in call.arguments if word not in ("--", "-p", "-l")]
    if len(words) > 1 and words[0] not in ("", "-"):
        call.shell.traps.append(words[0])
    return True


def _alias(call: "Call") -> "Status":
    for word in call.arguments:
        name, equals, value = word.partition("=")
        if equals:
            call.shell.aliases[name] = value
    return True


def _unalias(call: "Call") -> "Status":
    for name in list(call.shell.aliases) if "-a" in call.arguments else call.arguments:
        call.shell.aliases.pop(name, None)
    return True


def _let(call: "Call") -> "Status":
    for word in call.arguments:
        value = call.shell.arithmetic(word)
    return None if not call.arguments or value == NAME_PIECE else value != "0"


def _command(call: "Call") -> "Status":
    """`command` and `builtin`: run the program, not a function of that name."""
    given = call.options(stop=True)
    if given.has("-v", "-V") or not given.operands:
        call.prints()
        return None
    return call.shell.interpreter.run_words(call.shell, given.operands, functions=False)


def _shell_program(call: "Call") -> "Status":
    """`bash`, `sh` and the like: they run `-c TEXT`, a file, or their input."""
    words = list(call.arguments)
    of_command = from_input = False
    while words and words[0][:1] in "-+" and words[0] not in ("-", "--"):
        option = words.pop(0)
        if option in ("--version", "--help", "-n"):
            return True
        if option in ("--rcfile", "--init-file", "-o", "-O", "+O", "+o") and words:
            words.pop(0)
        of_command = of_command or (option[:2] != "--" and "c" in option)
        from_input = from_input or (option[:2] != "--" and "s" in option)
    words = words[1:] if words[:1] == ["--"] else words
    if from_input and isinstance(call.stdin, str):
        return call.run_shell(call.stdin, words, call.name)
    if of_command and words:
        return call.run_shell(words[0], words[2:], words[1] if len(words) > 1 else call.name)
    if words and words[0] != "-":
        text = call.script(words[0])
        if text is None:
            return None if call.disk.unpredictable else False
        return call.run_shell(text, words[1:], words[0], file=readable(words[0]))
    if isinstance(call.stdin, str):
        return call.run_shell(call.stdin, [], call.name)
    call.runs_anything(f"Cannot tell what `{call.name}` runs.")
    return None


def _getopts(call: "Call") -> str:
    """`getopts`: the next option is unknown."""
    if len(call.arguments) > 1:
        call.shell.set(call.arguments[1], UNKNOWN)
    call.shell.set("OPTARG", UNKNOWN)
    return OPEN


def _declare(call: "Call") -> "Status":
    """`export` and similar builtins, called through `command` or a variable."""
    for word in call.arguments:
        name, equals, value = word.partition("=")
        if equals:
            call.shell.set(name, value)
    return True


TABLE: "dict[str, Handler]" = {
    "cd": _cd,
    "pushd": _pushd,
    "popd": _popd,
    "eval": _evaluate,
    "source .": _source,
    "exec": _execute,
    "exit logout": _exit_shell,
    "return": _return_from,
    "break continue": _leave_loop,
    "read": read,
    "mapfile readarray": _mapfile,
    "set": _set_options,
    "shopt": _shopt,
    "shift": _shift,
    "trap": _trap,
    "alias": _alias,
    "unalias": _unalias,
    "let": _let,
    "command builtin": _command,
    "bash sh dash zsh ksh": _shell_program,
    "getopts": _getopts,
    "export local declare readonly typeset unset": _declare,
}

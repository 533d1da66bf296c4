"""Programs that run another program: unchanged, with other arguments, many times, or with what they read."""

from mcp_server.bash import options
from mcp_server.bash.parse.quoting import quoted, split_words
from mcp_server.bash.state import LIKELY
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler
    from mcp_server.bash.state import Status

MOST_RUNS = 2_000


def _env(call: "Call") -> "Status":
    """`env`: it runs a program with variables and in a directory, or only lists the environment."""
    given = call.options(valued="uCS", long="unset chdir split-string", stop=True)
    child = call.shell.fork()
    directory = given.value("-C", "--chdir")
    if directory is not None:
        path = child.locate(directory)
        child.directory = path if path is not None and call.disk.is_dir(path) else None
    words = list(given.operands)
    split = given.value("-S", "--split-string")
    words = [*split.split(), *words] if split else words
    while words and words[0].partition("=")[1] and words[0].partition("=")[0].isidentifier():
        name, _, value = words.pop(0).partition("=")
        child.set(name, value)
    if words:
        return call.run(words, child)
    call.prints()
    return True


def _sudo(call: "Call") -> "Status":
    """`sudo` and `doas`: they run a program, or edit files with -e."""
    given = call.options(valued="ugphCDRTrt", long="user group prompt host chdir", stop=True)
    words = list(given.operands)
    while words and words[0].partition("=")[1] and words[0].partition("=")[0].isidentifier():
        words.pop(0)
    if given.has("-e", "--edit"):
        for name in words:
            call.write(name)
        return True
    return call.run(words) if words else True


def _substitute_user(call: "Call") -> "Status":
    given = call.options(valued="csgwEo", long="command shell group")
    text = given.value("-c", "--command")
    if text is not None:
        return call.run(["sh", "-c", text])
    call.runs_anything()
    return None


def script(call: "Call") -> "Status":
    """`script`: a log of what runs in it. With -p it plays a log."""
    given = call.options(valued="cEoIOBTm", attached="t", long="command log-out log-in log-io log-timing", stop=True)
    if given.has("-p", "-h", "-V", "--help", "--version"):
        call.prints()
        return True
    named = given.values("-O", "--log-out", "-I", "--log-in", "-B", "--log-io", "-T", "--log-timing")
    for name in (*given.operands[:1], *named) or ["typescript"]:
        call.write(name)
    text = given.value("-c", "--command")
    if text is not None:
        return call.run(["sh", "-c", text])
    if given.operands[1:] and not given.operands[1].startswith("-"):
        return call.run(given.operands[1:])
    call.runs_anything()
    return None


def _flock(call: "Call") -> "Status":
    """`flock`: creates the file to lock."""
    given = call.options(valued="wEc", long="timeout wait conflict-exit-code command", stop=True)
    words = list(given.operands)
    if words and not words[0].isdigit():
        path = call.shell.real(words[0])
        if path is None or not call.disk.exists(path):
            call.write(words[0])
    rest = words[1:]
    if rest[:1] == ["-c"]:
        return call.run(["sh", "-c", *rest[1:]])
    return call.run(rest) if rest else True


def _watch(call: "Call") -> "Status":
    """`watch`: the words are a command of a shell."""
    given = call.options(valued="nq", long="interval", stop=True)
    return call.run(["sh", "-c", " ".join(given.operands)])


def _xargs(call: "Call") -> "Status":
    """`xargs`: the words of its input become arguments."""
    given = call.options(
        valued="aEILnPsd",
        attached="eil",
        long="arg-file delimiter max-args max-procs max-chars max-lines replace eof process-slot-var",
        stop=True,
    )
    command = given.operands or ["echo"]
    source = given.value("-a", "--arg-file")
    text = call.text(source if source is not None else "-")
    if text is None:
        return _with_unknown(call, command)
    whole = given.value("-I", "-i", "--replace")
    replaced = None if whole is None else whole or "{}"
    items = _items(text, given, by_line=replaced is not None)
    if not items:
        return True if given.has("-r", "--no-run-if-empty") or replaced else call.run(command)
    size = given.value("-n", "--max-args", "-L", "--max-lines") or ""
    count = 1 if replaced is not None else int(size) if size.isdigit() and int(size) else len(items)
    for start in range(0, min(len(items), MOST_RUNS * count), count):
        if replaced is not None:
            call.run([word.replace(replaced, items[start]) for word in command])
        else:
            call.run([*command, *items[start : start + count]])
    return _rest(call, command) if len(items) > MOST_RUNS * count else LIKELY


def _rest(call: "Call", command: list[str]) -> "Status":
    """The runs that are not followed, with arguments that are not known."""
    call.shell.reading.cut_short(f"`{call.name}` runs a command too often to follow.")
    return _with_unknown(call, command)


def _with_unknown(call: "Call", command: list[str]) -> "Status":
    child = call.shell.fork()
    child.certain = False
    call.run([*(word.replace("{}", UNKNOWN) for word in command), UNKNOWN], child)
    return None


def _items(text: str, given: "options.Options", *, by_line: bool) -> list[str]:
    delimiter = given.value("-d", "--delimiter")
    if given.has("-0", "--null") or delimiter in ("\\0", "\\n", "\n"):
        return [item for item in text.split("\n") if item]
    if delimiter:
        return [item for item in text.rstrip("\n").split(delimiter) if item]
    if by_line:
        return [
            " ".join(split_words(line)) if any(sign in line for sign in "'\"\\") else line.strip()
            for line in text.splitlines()
            if line.strip()
        ]
    return split_words(text)


def _parallel(call: "Call") -> "Status":
    """GNU `parallel`: it takes words after `:::`, or lines of its input."""
    words = list(call.arguments)
    sources = [at for at, word in enumerate(words) if word in (":::", "::::", ":::+")]
    given = options.parsed(words[: sources[0]] if sources else words, valued="jnNaILPS", long="jobs", stop=True)
    command = given.operands
    if len(sources) > 1 or (sources and words[sources[0]] != ":::"):
        return _with_unknown(call, command) if command else None
    if sources:
        items: list[str] | None = words[sources[0] + 1 :]
    else:
        text = call.text(given.value("-a") or "-")
        items = None if text is None else [line for line in text.splitlines() if line]
    if items is None:
        return _with_unknown(call, command)
    for item in items[:MOST_RUNS]:
        call.run(["sh", "-c", _with_item(command, item) if command else item])
    return _rest(call, command) if len(items) > MOST_RUNS else LIKELY


def _with_item(command: list[str], item: str) -> str:
    stem, dot, _ = item.rpartition(".")
    base = item.rpartition("/")[2]
    forms = {
        "{}": item,
        "{.}": stem if dot else item,
        "{/}": base,
        "{//}": item.rpartition("/")[0] or ".",
        "{/.}": base.rpartition(".")[0] or base,
    }
    text = " ".join(command)
    if not any(form in text for form in forms):
        text += " {}"
    for form, value in forms.items():
        text = text.replace(form, quoted([value]))
    return text


TABLE: "dict[str, Handler]" = {
    "env cross-env": _env,
    "sudo doas": _sudo,
    "su runuser": _substitute_user,
    "script": script,
    "flock": _flock,
    "watch": _watch,
    "xargs": _xargs,
    "parallel": _parallel,
}

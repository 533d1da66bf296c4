"""What Perl, Ruby or JavaScript code writes, as far as its text shows it.

Calls that write are found by name; where the argument is a plain string, the path is known. Words that can do anything
(run a program, load code, evaluate a string) make the reading unknown; in Ruby, so does every word that writes.
"""

from mcp_server.bash.programs import named_by
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call

_CALLS = {
    "node": {
        "writeFile appendFile truncate createWriteStream writeFileSync appendFileSync truncateSync": "write",
        "unlink unlinkSync rm rmSync rmdir rmdirSync": "remove",
        "mkdir mkdirSync": "make",
        "chmod utimes lutimes chown chmodSync utimesSync chownSync": "change",
        "copyFile copyFileSync cp cpSync rename renameSync symlink symlinkSync link linkSync": "copy",
    },
    "perl": {
        "truncate": "write",
        "unlink rmdir rmtree remove_tree": "remove",
        "mkdir make_path mkpath": "make",
        "chmod utime chown": "change",
        "copy move rename symlink link cp mv": "copy",
    },
}
_COMMON_WORDS = frozenset("rm cp link rename truncate chmod mkdir".split())
"""Words that mean a file operation only as a method."""
_DANGERS = {
    "node": frozenset(
        "child_process eval Function exec execSync spawn spawnSync fork binding dlopen vm worker_threads "
        "execFile execFileSync open openSync write writeSync mkdtemp mkdtempSync".split()
    ),
    "perl": frozenset("system exec qx eval require do fork dbmopen sysopen syscall CORE tie".split()),
    "ruby": frozenset(
        "system exec spawn eval instance_eval class_eval send public_send __send__ popen fork load "
        "syscall Kernel Process open sysopen method write binwrite delete unlink rm rm_f rm_r rm_rf rmdir remove_dir "
        "mkdir mkdir_p makedirs chmod utime chown cp cp_r mv copy move rename symlink ln ln_s ln_sf link install "
        "truncate IO".split()
    ),
}
_MODULES = {
    "node": frozenset(
        "fs fs/promises node:fs node:fs/promises path node:path os node:os util node:util url "
        "assert crypto"
        " querystring string_decoder events buffer node:assert node:crypto node:url perf_hooks".split()
    ),
    "perl": frozenset(
        "strict warnings utf8 POSIX JSON JSON::PP Data::Dumper List::Util Time::HiRes File::Basename "
        "File::Path File::Copy feature open Encode constant vars lib Getopt::Long Scalar::Util".split()
    ),
    "ruby": frozenset("json yaml fileutils set date time csv pp securerandom digest ostruct erb".split()),
}
_LOADS = {"node": ("require", "from", "import"), "perl": ("use", "no"), "ruby": ("require",)}


def read(call: "Call", language: str, text: str, arguments: list[str]) -> None:
    """Record what the code writes, and whether it may write more."""
    if UNKNOWN in text:
        call.runs_anything(f"Cannot tell what the {language} code of `{call.name}` writes.")
        return
    tokens = _tokens(text, language)
    for at, token in enumerate(tokens):
        following = tokens[at + 1 : at + 12]
        if token in _LOADS[language]:
            _module(call, language, following)
        elif token == "open" and language == "perl":
            _perl_open(call, following)
        elif token in _DANGERS[language] or token == "`" or tokens[at - 2 : at + 1] == ["File", ".", "new"]:
            if not (language == "node" and token == "exec" and tokens[at - 1 : at] == ["."]):
                call.runs_anything(f"Cannot tell what the {language} code of `{call.name}` does.")
        else:
            _by_table(call, language, token, tokens[at - 1] if at else "", following)


def _by_table(call: "Call", language: str, token: str, before: str, following: list[str]) -> None:
    if language == "node" and (following[:1] != ["("] or (before != "." and token in _COMMON_WORDS)):
        return
    texts = _texts(following)
    effect = named_by(_CALLS.get(language, {}), [token])
    if effect == "copy":
        _each(call, texts[1:2] or [UNKNOWN], "write")
        if token.startswith(("rename", "mv", "move")):
            _each(call, texts[:1], "remove")
    elif effect == "remove" and language == "perl":
        _each(call, texts, effect)
    elif effect == "change" and language != "node":
        _each(call, texts[-1:], effect)
    elif effect is not None:
        _each(call, texts[:1], effect)


def _each(call: "Call", texts: list[str], how: str) -> None:
    for name in texts or [UNKNOWN]:
        if how == "remove":
            call.remove(name)
        elif how == "make":
            call.make_directory(name, parents=True)
        elif how == "change":
            call.change_attributes(name)
        else:
            call.write(name)


def _texts(following: list[str]) -> list[str]:
    """The arguments: plain strings as they are, the marker for unknown text for all others."""
    found: list[str] = []
    argument: list[str] = []
    depth = 0
    for token in [*following, ";"]:
        if token in ("(", "[", "{"):
            depth += 1
        elif token in (")", "]", "}"):
            depth -= 1
        if (token == "," and depth <= 1) or token == ";" or depth < 0 or (token == ")" and depth == 0):
            if argument:
                plain = len(argument) == 1 and argument[0][:1] in "'\""
                found.append(argument[0][1:] if plain else UNKNOWN)
            argument = []
            if token != ",":
                break
        elif token not in ("(", ")"):
            argument.append(token)
    return found


def _module(call: "Call", language: str, following: list[str]) -> None:
    name = "".join(following[:1] if language == "perl" else following[: 2 if following[:1] == ["("] else 1])
    name = name.lstrip("('\"")
    if following[:1] and following[0][:1] not in "('\"" and language == "node":
        return  # `import x from`: the module's name follows
    if name in _MODULES[language] or (language == "node" and name.endswith(".json")) or name[:1].isdigit():
        return
    call.runs_anything(f"Cannot tell what the {language} code of `{call.name}` loads.")


def _perl_open(call: "Call", following: list[str]) -> None:
    texts = [
        token[1:] for token in following[: following.index(";") if ";" in following else None] if token[:1] in "'\""
    ]
    mode = texts[0].strip() if texts else ""
    if not texts or "|" in mode:
        call.runs_anything(f"Cannot tell what the perl code of `{call.name}` opens.")
    elif mode.partition(":")[0] in (">", ">>", "+<", "+>", "+>>"):
        call.write(texts[1] if len(texts) > 1 and "$" not in texts[1] else UNKNOWN)
    elif mode.startswith((">", "+")):
        call.write(mode.lstrip("+<> ") if "$" not in mode else UNKNOWN)


def _tokens(text: str, language: str) -> list[str]:
    """Words, signs and strings. A string begins with a quote; one with an interpolation is unknown."""
    found: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if text.startswith("//", at) and language == "node" or (character == "#" and language != "node"):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif character in "'\"" or (character == "`" and language == "node"):
            end = at + 1
            while end < len(text) and text[end] != character:
                end += 2 if text[end] == "\\" else 1
            inside = text[at + 1 : end]
            filled = {"node": "${", "ruby": "#{", "perl": "$"}[language]
            found.append("'" + (UNKNOWN if filled in inside and character != "'" else inside))
            at = end + 1
        elif character.isalnum() or character == "_":
            end = at
            while end < len(text) and (
                text[end].isalnum()
                or text[end] in "_"
                or text.startswith("::", end)
                or (text[end] == ":" and text[end - 1] == ":")
            ):
                end += 1
            found.append(text[at:end])
            at = end
        else:
            if not character.isspace():
                found.append(character)
            at += 1
    return found

"""What did the command run: which programs, in which directories, with warnings as errors or not?"""

from __future__ import annotations

from mcp_server.build_errors import hiding
from mcp_server.domain.heuristics.package_json import scripts
from mcp_server.domain.heuristics.shell_words import base, program_of, simple_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.build_errors.tree import Tree

_RUNNERS = frozenset("npm pnpm yarn bun".split())
_ENTERING = frozenset(
    "cd pushd -C -chdir --prefix --cwd --directory --project-dir -pl --projects -w --workspace --filter -F "
    "--build --manifest-path".split()
)
_STRICT = tuple(
    (
        "max-warnings|werror|warnings-as-errors|warnings_as_errors|fatal-warnings|deny-warnings|error-on-warnings|"
        "fail-on-warnings|fail-on-warning|treat-warnings-as-errors|treatwarningsaserrors|-d warnings|-w error|"
        "--strict|--fail-level|--failure-level|--fail-severity|warnaserror|--minimum-failure-severity|--fail-on|"
        "--fatal-infos|-warn-error|--error-exitcode|-x error|halt-on-warnings|--fail-fatal"
    ).split("|")
)
_LOOKING = frozenset(
    "grep rg egrep fgrep zgrep ag ack cat bat tac zcat head tail less more sed awk echo printf ls exa eza find fd git "
    "tree wc sort uniq cut tr jq yq cd pwd which file stat diff cmp comm colordiff nl true false exit gh glab sleep "
    "export pushd popd test [ [[ xargs basename dirname realpath readlink du df date env printenv ps kill wait jobs "
    "read column uname whoami id history type hash strings od xxd hexdump man curl wget journalctl rm cp mv mkdir "
    "rmdir touch chmod chown ln rsync scp tar zip unzip gzip gunzip sha256sum md5sum tee lsof netstat ss top free "
    "uptime ping dig nslookup dmesg".split()
)
_LOOKING_AT = frozenset("docker podman kubectl compose docker-compose pm2 heroku fly flyctl nomad oc minikube".split())
"""Programs whose subcommands that show logs only look."""
_CONTAINERS = (
    "docker podman nerdctl buildah docker-compose compose vagrant act devcontainer nix nix-build kubectl ssh".split()
)
_SCRIPTS = 3
"""At most this many scripts are read for the directories they enter and for strict options."""


class Invocation:
    """What a command tells about its output. Directories are repo-relative, the most recently entered first."""

    __slots__ = ("checks", "contained", "directories", "hides", "hints", "only_looks", "programs", "strict", "words")

    def __init__(self, command: str, cwd: str, tree: Tree) -> None:
        self.words: list[str] = []
        self.programs: list[str] = []
        self.directories: list[str] = []
        self.hints: list[str] = []
        text = command[:4_000]
        simple = simple_commands(text)
        self._read(simple, cwd, tree, self.directories)
        if "mkdocs" in self.programs:
            self.hints.append("docs")
        scripts = _scripts(simple, cwd, tree)
        for folder, script in scripts:
            self._read(simple_commands(script[:8_000]), folder, tree, self.hints)
        every = " ".join([text, *(script for _, script in scripts)]).lower()
        self.strict = any(word in every for word in _STRICT) or ("sphinx" in every and " -w" in every)
        self.checks = any(flag in every for flag in ("--check", "--diff", "--dry-run", " -d ", "fmt"))
        logs = self.runs("logs", "describe") and all(program in _LOOKING | _LOOKING_AT for program in self.programs)
        self.only_looks = bool(self.programs) and (logs or all(program in _LOOKING for program in self.programs))
        self.hides = hiding.may_hide(text, simple, [script for _, script in scripts])
        self.contained = self.runs(*_CONTAINERS)
        # A commit runs the hooks of the repository, and a script of awk's own may be broken.
        works = self.runs("commit", "push") or any("-f" in words and "wk" in words[0] for words in simple)
        self.only_looks = self.only_looks and not works

    def runs(self, *programs: str) -> bool:
        """Whether one of these programs is among the words of the command or of the scripts that it starts."""
        return any(program in self.words for program in programs)

    def _read(self, simple: list[list[str]], cwd: str, tree: Tree, into: list[str]) -> None:
        for words in simple:
            self.words.extend(base(word) for word in words if word[:1] != "-")
            program = program_of(words)
            if program and not any(sign in program for sign in "<>"):  # `(make) 2>&1`
                self.programs.append(program)
            if program in ("sbt", "gradle", "gradlew", "gradlew.bat"):
                for word in words[1:]:  # `core/test`, `:app:test`
                    _enter(join(cwd, _module(word)), into)
            if program == "helm":
                for word in words[2:]:
                    chart = join(cwd, word)
                    _enter(chart if chart and tree.is_file(chart + "/Chart.yaml") else None, into)
            if program in _CONTAINERS and "build" in words:
                _enter(_context(words, cwd, tree), into)
            for at, word in enumerate(words):
                folder = _entered(word, words[at + 1] if at + 1 < len(words) else "", cwd, tree)
                _enter(folder, into)
                beside = _beside(word, cwd, tree)
                if beside and beside not in self.hints:
                    self.hints.append(beside)


def entered(text: str, cwd: str, tree: Tree) -> str | None:
    """The directory that a command enters, None if it enters none."""
    for words in simple_commands(text[:400]):
        for at, word in enumerate(words):
            folder = _entered(word, words[at + 1] if at + 1 < len(words) else "", cwd, tree)
            if folder is not None:
                return folder
    return None


def join(folder: str, path: str) -> str | None:
    """`path` resolved against `folder`, both relative to the root; None when it leaves the root."""
    parts = [part for part in folder.split("/") if part] if path[:1] != "/" else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def below(path: str, root: str) -> str | None:
    """An absolute path, made relative to the root; None when it is outside."""
    root = root.replace("\\", "/").rstrip("/")
    path = path.replace("\\", "/")
    if path == root:
        return ""
    return join("", "./" + path[len(root) + 1 :]) if root and path.startswith(root + "/") else None


def home_of(path: str) -> str:
    """The home directory that an absolute path lies in, "" for none."""
    if path.startswith("/root/"):
        return "/root"
    parts = path.split("/")
    return "/".join(parts[:3]) if len(parts) > 3 and parts[1] in ("home", "Users") else ""


def _enter(folder: str | None, into: list[str]) -> None:
    if folder and folder not in into:
        into.insert(0, folder)


def _module(word: str) -> str:
    """The folder of the module in a task's name, "" for none."""
    if word[:1] == ":":
        return "/".join(word.split(":")[1:-1])
    return word.partition("/")[0] if word[:1].isalpha() and word.count("/") == 1 else ""


def _context(words: list[str], cwd: str, tree: Tree) -> str | None:
    """The directory that `docker build` sends."""
    last = words[-1]
    if last[:1] in "-$~" or ":" in last:
        return None
    return below(last, tree.root) if last[:1] == "/" else join(cwd, last)


def _entered(word: str, following: str, cwd: str, tree: Tree) -> str | None:
    name, equals, value = word.partition("=")
    if not equals and word.startswith("-C") and len(word) > 2:
        name, value = "-C", word[2:]
    elif not equals:
        value = following
    if name not in _ENTERING or not value or value[:1] in "-$~":
        return None
    if name == "--manifest-path":
        value = value.rpartition("/")[0] or "."
    folder = below(value, tree.root) if value[:1] == "/" else join(cwd, value)
    if name in ("-w", "--workspace", "--filter", "-F"):
        return package_folder(value, tree) or (folder if folder and tree.is_file(folder + "/package.json") else None)
    return folder


def _beside(word: str, cwd: str, tree: Tree) -> str | None:
    """The folder of a file that the command names, one on its search path, or a word that may be a folder."""
    for option in ("-I", "-Fu", "-Fi", "-aI", "-aL"):
        if word.startswith(option) and len(word) > len(option):
            return join(cwd, word[len(option) :])
    if word[:1] in "-/$~" or "*" in word or "=" in word:
        return None
    path = join(cwd, word)
    if path and tree.is_file(path) and "/" in word:
        return path.rpartition("/")[0]
    return (
        path
        if path and "/" in word and word.replace("/", "").replace("-", "").replace("_", "").replace(".", "").isalnum()
        else None
    )


def package_folder(name: str, tree: Tree) -> str | None:
    """The folder of the monorepo's package with this name."""
    wanted = f'"{name.strip(".{}^")}"'
    for path in tree.find("package.json")[:60]:
        folder = path[: -len("/package.json")]
        text = tree.text(path)
        at = text.find('"name"')
        if folder and at >= 0 and text[at + 6 : at + 160].lstrip(" :\n\t").startswith(wanted):
            return folder
    return None


def _scripts(simple: list[list[str]], cwd: str, tree: Tree) -> list[tuple[str, str]]:
    """The texts of the scripts that are started: from package.json, a Makefile or a shell script."""
    found: list[tuple[str, str]] = []
    folder = cwd
    for words in simple[:12]:
        if words[0] == "cd" and len(words) > 1:
            folder = join(folder, words[1]) or folder
        script = _script(words, folder, tree)
        if script:
            found.append((folder, script))
            inner = simple_commands(script[:4_000]) if len(found) < _SCRIPTS else []
            found.extend((folder, text) for words in inner[:6] if (text := _script(words, folder, tree)))
        if len(found) >= _SCRIPTS:
            break
    return found[: _SCRIPTS * 2]


def _script(words: list[str], folder: str, tree: Tree) -> str:
    program = program_of(words)
    plain = [word for word in words if word[:1] != "-"]
    if program in _RUNNERS:
        named = (
            [word for word in plain[plain.index(program) + 1 :] if word not in ("run", "run-script")]
            if program in plain
            else []
        )
        return scripts(tree.text(join(folder, "package.json") or "")).get(named[0] if named else "", "")
    if program in ("make", "gmake", "just"):
        return next((text for name in ("Makefile", "makefile") if (text := tree.text(join(folder, name) or ""))), "")
    if program in ("bash", "sh", "zsh", "dash") or program.endswith(".sh"):
        return next((tree.text(join(folder, word) or "") for word in plain if word.endswith((".sh", ".bash"))), "")
    return ""

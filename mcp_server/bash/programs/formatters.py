"""Formatters and fixers: the files they are given, and in the folders they are given those of their languages."""

from mcp_server.bash.expand import globs
from mcp_server.bash.unknown import UNKNOWN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Call, Handler

MOST_FILES = 5_000
_SKIPPED = frozenset(
    ".git node_modules __pycache__ .venv venv target dist build .tox .mypy_cache .ruff_cache vendor".split()
)
PYTHON = "py pyi"
SCRIPT = "js jsx mjs cjs ts tsx mts cts"
WEB = f"{SCRIPT} json css scss less html vue md mdx yaml yml graphql"
_HELP = "--version -V --help"


def files_of(call: "Call", names: list[str], suffixes: str) -> list[str] | None:
    """The files that `names` lead to: themselves, and those with the suffixes in folders; None when too many."""
    wanted = tuple("." + suffix for suffix in suffixes.split())
    found: list[str] = []
    for name in names:
        path = call.shell.real(name)
        if path is None:
            return None
        if any(sign in name for sign in "*?[{") and not call.disk.exists(path):
            for pattern in _alternatives(name):
                found += [item for item in _globbed(call, pattern) if item.endswith(wanted)]
        elif call.disk.is_dir(path):
            below = _below(call, path)
            if below is None:
                return None
            found += [item for item in below if item.endswith(wanted)]
        elif call.disk.may_exist(path):
            found.append(name)
    return found


def _alternatives(name: str) -> list[str]:
    from mcp_server.bash.expand import braces

    return braces.expanded(name)


def _globbed(call: "Call", pattern: str) -> list[str]:
    start = pattern.partition("*")[0].rpartition("/")[0] or "."
    path = call.shell.real(start)
    below = None if path is None else _below(call, path)
    parts = pattern.split("/")
    prefix = "" if start == "." and not pattern.startswith("./") else start + "/"
    return [item for item in below or [] if _fits((prefix + item[len(path or "") + 1 :]).split("/"), parts)]


def _fits(segments: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not segments
    if pattern[0] == "**":
        return any(_fits(segments[at:], pattern[1:]) for at in range(len(segments) + 1))
    return bool(segments) and globs.matches(pattern[0], segments[0]) and _fits(segments[1:], pattern[1:])


def _below(call: "Call", path: str) -> list[str] | None:
    found: list[str] = []
    waiting = [path]
    while waiting:
        directory = waiting.pop()
        for name in call.disk.entries(directory):
            item = f"{directory}/{name}"
            kind = call.disk.kind(item)
            if kind == "directory" and name not in _SKIPPED:
                waiting.append(item)
            elif kind == "file":
                found.append(item)
        if len(found) > MOST_FILES:
            return None
    return found


def formatter(  # noqa: PLR0913  each says one thing about a program
    suffixes: str,
    *,
    only: str = "",
    unless: str = "",
    valued: str = "",
    long: str = "",
    otherwise: str = "",
    action: str = "",
) -> "Handler":
    """A program that rewrites files, with one of the options `only` alone, with none of `unless`.

    `otherwise` is where it works without operands, `action` the first operand that makes it rewrite.
    """

    def handler(call: "Call") -> None:
        given = call.options(valued=valued, long=long)
        names = list(given.operands)
        if action:
            if not names or names[0] not in action.split():
                call.prints()
                return
            names = names[1:]
        rewrites = (not only or given.has(*only.split())) and not given.has(*unless.split(), *_HELP.split())
        if rewrites:
            rewrite(call, [name for name in names if name != "-"] or ([otherwise] if otherwise else []), suffixes)
        call.prints()

    return handler


def rewrite(call: "Call", names: list[str], suffixes: str) -> None:
    """Note that the files that `names` lead to are rewritten."""
    found = files_of(call, names, suffixes)
    if found is None:
        for name in names:
            if UNKNOWN in name:
                call.write(name)
            else:
                call.write_tree(name)
        return
    for name in found:
        path = call.shell.real(name)
        if path is not None:
            call.disk.rewrite(path, call.name)


def ruff(call: "Call") -> None:
    """`ruff check --fix` and `ruff format`."""
    words = call.arguments
    given = call.options(
        long="select ignore config line-length target-version output-format extend-select exclude per-file-ignores "
        "output-file cache-dir extend-exclude fixable unfixable stdin-filename add-noqa-reason color"
    )
    for name in given.values("-o", "--output-file"):
        call.write(name)
    action = given.operands[0] if given.operands else ""
    fixes = (
        action == "check"
        and given.has("--fix", "--fix-only", "--unsafe-fixes", "--add-noqa")
        and not given.has("--diff")
    )
    formats = action == "format" and not given.has("--check", "--diff") and "-" not in words
    if action in ("check", "format") and not given.has("-n", "--no-cache"):
        cache = given.value("--cache-dir")
        call.write_tree(cache or ".ruff_cache")
    if fixes and (given.has("--fix", "--fix-only", "--add-noqa")) or formats:
        rewrite(call, given.operands[1:] or ["."], PYTHON + " ipynb")
    call.prints()


def prettier(call: "Call") -> None:
    """`prettier`: with --write."""
    given = call.options(long="config ignore-path parser log-level plugin print-width tab-width")
    if given.has("-w", "--write"):
        rewrite(call, given.operands or [], WEB)
    call.prints()


def eslint(call: "Call") -> None:
    """`eslint`: with --fix; -o names a report."""
    given = call.options(
        valued="cofu", long="config output-file format rule ext parser plugin ignore-path ignore-pattern max-warnings"
    )
    for name in given.values("-o", "--output-file"):
        call.write(name)
    if given.has("--fix") and not given.has("--fix-dry-run"):
        rewrite(call, given.operands or ["."], SCRIPT)
    call.prints()


def clang_format(call: "Call") -> None:
    """`clang-format`: with -i."""
    given = call.options(long="style assume-filename lines fallback-style offset length")
    if given.has("-i") and not given.has("-n", "--dry-run"):
        rewrite(call, given.operands, "")
    call.prints()


def indent(call: "Call") -> None:
    """`indent`: in place, or to -o."""
    given = call.options(valued="o")
    for name in given.values("-o") or given.operands:
        call.write(name)


def terraform(call: "Call") -> None:
    """`terraform fmt`; other subcommands do what their files say."""
    words = [word for word in call.arguments if not word.startswith("-")]
    if words[:1] == ["fmt"]:
        if not any(word.startswith(("-check", "-write=false", "-diff")) for word in call.arguments):
            rewrite(call, words[1:] or ["."], "tf tfvars hcl")
    elif words[:1] not in (["plan"], ["show"], ["validate"], ["output"], ["version"], ["providers"], ["graph"]):
        call.runs_anything()
    call.prints()


def anything(call: "Call") -> None:
    """A fixer whose own settings say where it works."""
    if not {"--version", "--help", "--check", "-h", "--dry-run"} & set(call.arguments):
        call.runs_anything()
    call.prints()


_BLACK = formatter(
    PYTHON,
    unless="--check --diff -c --code",
    valued="ltc",
    long="line-length target-version config include exclude "
    "extend-exclude workers stdin-filename required-version skip-string",
)
_IN_PLACE = "-i --in-place --inplace"
TABLE: "dict[str, Handler]" = {
    "black": _BLACK,
    "blue": _BLACK,
    "usort": formatter(PYTHON, action="format"),
    "ruff": ruff,
    "prettier": prettier,
    "isort": formatter(
        PYTHON, unless="-c --check --check-only --diff -d --stdout", valued="lspm", long="profile line-length"
    ),
    "autopep8": formatter(PYTHON, only=_IN_PLACE, unless="--diff -d", valued="p", long="max-line-length select ignore"),
    "yapf": formatter(PYTHON, only=_IN_PLACE, unless="-d --diff", valued="el", long="style exclude"),
    "autoflake": formatter(PYTHON, only=_IN_PLACE, unless="--check", long="imports exclude"),
    "pyupgrade": formatter(PYTHON),
    "add-trailing-comma": formatter(PYTHON),
    "reorder-python-imports": formatter(PYTHON),
    "docformatter": formatter(PYTHON, only=_IN_PLACE),
    "pybetter": formatter(PYTHON),
    "ssort": formatter(PYTHON, unless="--check"),
    "unify": formatter(PYTHON, only=_IN_PLACE),
    "darker": formatter(PYTHON, unless="--check --diff", valued="r", long="revision"),
    "eslint": eslint,
    "tslint": eslint,
    "xo": eslint,
    "oxlint": eslint,
    "standard": eslint,
    "stylelint": formatter("css scss less", only="--fix"),
    "biome": formatter(WEB, action="format check lint", only="--write --fix --apply --apply-unsafe", otherwise="."),
    "dprint": anything,
    "gofmt": formatter("go", only="-w", valued="r"),
    "goimports": formatter("go", only="-w", long="local"),
    "gofumpt": formatter("go", only="-w"),
    "golines": formatter("go", only="-w --write-output", valued="mt"),
    "rustfmt": formatter("rs", unless="--check -V", long="edition config emit config-path"),
    "clang-format": clang_format,
    "clang-tidy": formatter("", only="--fix -fix --fix-errors"),
    "shfmt": formatter("sh bash", only="-w --write", valued="iln"),
    "beautysh": formatter("sh bash", unless="-c --check"),
    "stylua": formatter("lua", unless="--check -c"),
    "rubocop": formatter("rb", only="-a -A --auto-correct --autocorrect -x", valued="cf", otherwise="."),
    "standardrb": formatter("rb", only="--fix", otherwise="."),
    "rufo": formatter("rb", unless="-c --check", otherwise="."),
    "php-cs-fixer": formatter("php", action="fix", unless="--dry-run"),
    "phpcbf": formatter("php"),
    "terraform": terraform,
    "tofu": terraform,
    "buf": anything,
    "taplo": formatter("toml", action="fmt format", unless="--check", otherwise="."),
    "deno": formatter(WEB, action="fmt", unless="--check", otherwise="."),
    "google-java-format": formatter("java", only="-i -r --replace"),
    "ktlint": formatter("kt kts", only="-F --format", otherwise="."),
    "scalafmt": formatter("scala sbt", unless="--check --test", otherwise="."),
    "swiftformat": formatter("swift", unless="--lint"),
    "swiftlint": formatter("swift", only="--fix --autocorrect", otherwise="."),
    "cmake-format": formatter("cmake txt", only=_IN_PLACE, unless="--check"),
    "djlint": formatter("html", only="--reformat"),
    "nixfmt": formatter("nix", unless="-c --check"),
    "alejandra": formatter("nix", unless="-c --check"),
    "ormolu": formatter("hs", only=_IN_PLACE),
    "fourmolu": formatter("hs", only=_IN_PLACE),
    "mix": anything,
    "elm-format": formatter("elm", unless="--validate"),
    "zprint": anything,
    "dartfmt": formatter("dart", only="-w"),
    "pre-commit": anything,
    "markdownlint-cli2": formatter("md", only="--fix"),
    "codespell": formatter("md py txt", only="-w --write-changes -i", valued="LSi"),
    "jsonnetfmt": formatter("jsonnet libsonnet", only=_IN_PLACE),
    "yamlfmt": formatter("yml yaml", unless="-lint -dry", otherwise="."),
    "sqlfluff": formatter("sql", action="fix format", long="dialect"),
    "nbstripout": formatter("ipynb", unless="-t --textconv"),
    "jupytext": anything,
    "js-beautify": formatter(SCRIPT, only="-r --replace"),
    "html-beautify": formatter("html", only="-r --replace"),
    "css-beautify": formatter("css", only="-r --replace"),
    "perltidy": formatter("pl pm", only="-b"),
    "astyle": formatter("c cpp h java"),
    "indent": indent,
    "uncrustify": formatter("c cpp h", only="--replace --no-backup"),
}

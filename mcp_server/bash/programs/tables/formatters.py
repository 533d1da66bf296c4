"""Formatters and fixers: they rewrite the files of their languages."""

from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.bash.call import Handler

PYTHON = "py pyi"
SCRIPT = "js jsx mjs cjs ts tsx mts cts"
WEB = f"{SCRIPT} json css scss less html vue md mdx yaml yml graphql"
HERE = "@*|."
"""The paths that are named, or the directory where it runs."""
_IN_PLACE = "-i --in-place --inplace"
_UNLESS = "--check --diff"
_RUFF = (
    "--select --ignore --config --line-length --target-version --output-format --extend-select --exclude"
    " --per-file-ignores --extend-exclude --fixable --unfixable --stdin-filename --color"
)
_RUFF_CACHE = "--cache-dir/|.ruff_cache/!-n!--no-cache"
_ESLINT = "-c -f -u --config --format --rule --ext --parser --plugin --ignore-path --ignore-pattern --max-warnings"


def _action(names: str, program: Program) -> Program:
    """A program that writes with one of these first operands."""
    return Program(subcommands={names: program}, valued=program.valued)


_FIXER = Program(runs="*", unless="--check -h --help --version --dry-run")
"""A program whose own configuration says what it changes."""
_TERRAFORM = Program(
    subcommands={
        "fmt": Program(rewrites="tf tfvars hcl", paths=HERE, unless="-check -write=false -diff"),
        "plan show validate output version providers graph": READS,
    },
    otherwise=Program(runs="*"),
)

PROGRAMS: "dict[str, Handler]" = {
    # Python
    "black blue": Program(
        rewrites=PYTHON,
        unless="--check --diff -c --code -V",
        valued="-l -t -c --line-length --target-version --config --include --exclude --extend-exclude --workers"
        " --stdin-filename --required-version --skip-string",
    ),
    "ruff": Program(
        subcommands={
            "check": Program(
                "-o --output-file",
                possible=_RUFF_CACHE,
                rewrites=f"{PYTHON} ipynb",
                paths=HERE,
                only="--fix --fix-only --add-noqa",
                unless="--diff",
                valued=_RUFF,
            ),
            "format": Program(
                possible=_RUFF_CACHE, rewrites=f"{PYTHON} ipynb", paths=HERE, unless="--check --diff -", valued=_RUFF
            ),
        },
        valued=_RUFF,
    ),
    "isort": Program(
        rewrites=PYTHON,
        unless="-c --check --check-only --diff -d --stdout -V",
        valued="-l -s -p -m --profile --line-length",
    ),
    "usort": _action("format", Program(rewrites=PYTHON)),
    "autopep8": Program(
        rewrites=PYTHON, only=_IN_PLACE, unless="--diff -d", valued="-p --max-line-length --select --ignore"
    ),
    "yapf": Program(rewrites=PYTHON, only=_IN_PLACE, unless="-d --diff", valued="-e -l --style --exclude"),
    "autoflake": Program(rewrites=PYTHON, only=_IN_PLACE, unless="--check", valued="--imports --exclude"),
    "docformatter unify": Program(rewrites=PYTHON, only=_IN_PLACE),
    "pyupgrade add-trailing-comma reorder-python-imports pybetter": Program(rewrites=PYTHON),
    "ssort": Program(rewrites=PYTHON, unless="--check"),
    "darker": Program(rewrites=PYTHON, unless=_UNLESS, valued="-r --revision"),
    "nbstripout": Program(rewrites="ipynb", unless="-t --textconv"),
    # The web
    "prettier": Program(
        rewrites=WEB,
        only="-w --write",
        unless="--check -c",
        valued="--config --ignore-path --parser --log-level --plugin --print-width --tab-width",
    ),
    "eslint tslint xo oxlint standard": Program(
        "-o --output-file", rewrites=SCRIPT, paths=HERE, only="--fix", unless="--fix-dry-run", valued=_ESLINT
    ),
    "stylelint": Program(rewrites="css scss less", only="--fix"),
    "biome": _action(
        "format check lint", Program(rewrites=WEB, paths=HERE, only="--write --fix --apply --apply-unsafe")
    ),
    "deno": _action("fmt", Program(rewrites=WEB, paths=HERE, unless="--check")),
    "js-beautify": Program(rewrites=SCRIPT, only="-r --replace"),
    "html-beautify": Program(rewrites="html", only="-r --replace"),
    "css-beautify": Program(rewrites="css", only="-r --replace"),
    "djlint": Program(rewrites="html", only="--reformat"),
    "markdownlint-cli2": Program(rewrites="md", only="--fix"),
    # Go, Rust, C, Java and their kin
    "gofmt": Program(rewrites="go", only="-w", valued="-r"),
    "goimports": Program(rewrites="go", only="-w", valued="-local --local"),
    "gofumpt": Program(rewrites="go", only="-w"),
    "golines": Program(rewrites="go", only="-w --write-output", valued="-m -t"),
    "rustfmt": Program(rewrites="rs", unless="--check -V", valued="--edition --config --emit --config-path"),
    "clang-format": Program(
        rewrites="*",
        only="-i",
        unless="-n",
        valued="--style --assume-filename --lines --fallback-style --offset --length",
    ),
    "clang-tidy": Program(rewrites="*", only="--fix -fix --fix-errors"),
    "astyle": Program(rewrites="c cpp h java"),
    "indent": Program("-o|@*"),
    "uncrustify": Program(rewrites="c cpp h", only="--replace --no-backup"),
    "cmake-format": Program(rewrites="cmake txt", only=_IN_PLACE, unless="--check"),
    "google-java-format": Program(rewrites="java", only="-i -r --replace"),
    "ktlint": Program(rewrites="kt kts", paths=HERE, only="-F --format"),
    "scalafmt": Program(rewrites="scala sbt", paths=HERE, unless="--check --test"),
    "swiftformat": Program(rewrites="swift", unless="--lint"),
    "swiftlint": Program(rewrites="swift", paths=HERE, only="--fix --autocorrect"),
    "dartfmt": Program(rewrites="dart", only="-w"),
    # Scripts
    "shfmt": Program(rewrites="sh bash", only="-w --write", valued="-i -l -n"),
    "beautysh": Program(rewrites="sh bash", unless="-c --check"),
    "stylua": Program(rewrites="lua", unless="--check -c"),
    "rubocop": Program(
        rewrites="rb", paths=HERE, only="-a -A --auto-correct --autocorrect -x", unless="-V", valued="-c -f"
    ),
    "standardrb": Program(rewrites="rb", paths=HERE, only="--fix"),
    "rufo": Program(rewrites="rb", paths=HERE, unless="-c --check"),
    "php-cs-fixer": _action("fix", Program(rewrites="php")),
    "phpcbf": Program(rewrites="php"),
    "perltidy": Program(rewrites="pl pm", only="-b"),
    # Functional languages
    "ormolu fourmolu": Program(rewrites="hs", only=_IN_PLACE),
    "nixfmt alejandra": Program(rewrites="nix", unless="-c --check"),
    "elm-format": Program(rewrites="elm", unless="--validate"),
    # Settings, data and text
    "terraform tofu": _TERRAFORM,
    "taplo": _action("fmt format", Program(rewrites="toml", paths=HERE, unless="--check")),
    "yamlfmt": Program(rewrites="yml yaml", paths=HERE, unless="-lint -dry"),
    "jsonnetfmt": Program(rewrites="jsonnet libsonnet", only=_IN_PLACE),
    "sqlfluff": _action("fix format", Program(rewrites="sql", valued="--dialect")),
    "codespell": Program(rewrites="md py txt", only="-w --write-changes -i", valued="-L -S -i"),
    "dprint buf mix zprint pre-commit jupytext": _FIXER,
}

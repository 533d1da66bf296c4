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
_SEARCHES = "-p -r -l -c --pattern --rewrite --lang --config"
_CODE = f"{SCRIPT} {PYTHON} go rs java kt c h cc cpp hpp cs rb php swift scala lua"

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
        possible="--cache-location|node_modules/.cache/prettier/?--cache",
        only="-w --write",
        valued="--config --ignore-path --parser --log-level --plugin --print-width --tab-width",
    ),
    "eslint eslint_d tslint xo oxlint standard ts-standard semistandard": Program(
        "-o --output-file",
        possible="--cache-location --cache-file|.eslintcache?--cache",
        rewrites=f"{SCRIPT} vue svelte",
        paths=HERE,
        only="--fix",
        unless="--fix-dry-run",
        valued=_ESLINT,
    ),
    "stylelint": Program("-o --output-file", rewrites="css scss sass less vue", only="--fix", valued="-c --config -f"),
    "biome rome": Program(
        subcommands={
            "format check lint": Program(
                rewrites=WEB,
                paths=HERE,
                only="--write --fix --apply --apply-unsafe --unsafe",
                valued="--config-path --max-diagnostics --stdin-file-path --only --skip --changed --since",
            ),
            "migrate": Program("biome.json?--write"),
            "init": Program("biome.json"),
        },
        otherwise=READS,
    ),
    "js-beautify": Program(rewrites=SCRIPT, only="-r --replace"),
    "html-beautify": Program(rewrites="html", only="-r --replace"),
    "css-beautify": Program(rewrites="css", only="-r --replace"),
    "djlint": Program(rewrites="html", only="--reformat"),
    "markdownlint markdownlint-cli2": Program("-o --output", rewrites="md", only="--fix -f", valued="-c --config -i"),
    "mdformat": Program(rewrites="md", unless="--check -", valued="--wrap --number --end-of-line"),
    "remark": Program("-o", rewrites="md", only="-o --output", valued="-u --use -r"),
    # Go, Rust, C, Java and their kin
    "gofmt": Program(rewrites="go", only="-w", valued="-r"),
    "goimports": Program(rewrites="go", only="-w", valued="-local --local"),
    "gofumpt": Program(rewrites="go", only="-w"),
    "golangci-lint": Program(
        subcommands={
            "run": Program("--out-path", rewrites="go", paths=HERE, only="--fix", valued="-c -E -D --config --timeout"),
            "fmt": Program(rewrites="go", paths=HERE, unless="-d --diff"),
        },
        otherwise=READS,
    ),
    "staticcheck govulncheck revive errcheck nilaway": READS,
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
    "php-cs-fixer": Program(
        possible=".php-cs-fixer.cache",
        subcommands={"fix": Program(rewrites="php", paths=HERE, unless="--diff-only", possible=".php-cs-fixer.cache")},
        otherwise=READS,
    ),
    "pint": Program(rewrites="php", paths=HERE, unless="--test"),
    "rector": Program(subcommands={"process": Program(rewrites="php", paths=HERE, unless="-n")}, otherwise=READS),
    "phpcbf": Program(rewrites="php", valued="--standard"),
    "phpcs phpstan psalm": Program("--report-file --report", possible="", valued="--standard -c -l --level"),
    "perltidy": Program(rewrites="pl pm", only="-b"),
    # Functional languages
    "ormolu fourmolu": Program(rewrites="hs", only=_IN_PLACE),
    "nixfmt alejandra": Program(rewrites="nix", unless="-c --check"),
    "elm-format": Program(rewrites="elm", unless="--validate"),
    # Settings, data and text
    "toml-sort": Program(rewrites="toml", only=_IN_PLACE, unless="--check"),
    "pyproject-fmt tox-ini-fmt": Program(rewrites="*", unless="-n --check"),
    "cue": _action("fmt", Program(rewrites="cue", paths=HERE, unless="--check -d")),
    "opa": _action("fmt", Program(rewrites="rego", only="-w --write")),
    "buildifier": Program(rewrites="*", unless="-mode=check --mode=check -mode=diff --mode=diff", whole=True),
    "sql-formatter": Program("-o --output", rewrites="sql", only="--fix"),
    "latexindent": Program(rewrites="tex", only="-w -wd"),
    "taplo": _action("fmt format", Program(rewrites="toml", paths=HERE, unless="--check")),
    "yamlfmt": Program(rewrites="yml yaml", paths=HERE, unless="-lint -dry"),
    "jsonnetfmt": Program(rewrites="jsonnet libsonnet", only=_IN_PLACE),
    "sqlfluff": _action("fix format", Program(rewrites="sql", valued="--dialect")),
    "codespell": Program(
        rewrites=f"md py txt rst {_CODE}", paths=HERE, only="-w --write-changes -i", valued="-L -S -i --skip"
    ),
    "typos": Program(
        rewrites=f"md txt rst toml yaml {_CODE}", paths=HERE, only="-w --write-changes", valued="--config"
    ),
    "dprint zprint jupytext": _FIXER,
    "pre-commit prek": Program(
        subcommands={
            "autoupdate": Program("-c|--config|^.pre-commit-config.yaml"),
            "install uninstall install-hooks clean gc sample-config validate-config validate-manifest init-templatedir"
            " help": READS,
        },
        otherwise=_FIXER,
    ),
    # Any text: search and replace
    "sd": Program(rewrites="*", paths="@3*", unless="-p --preview -s", valued="-n -f --flags --max-replacements"),
    "ast-grep sg": Program(
        subcommands={"run scan": Program(rewrites=_CODE, paths=HERE, only="-U --update-all", valued=_SEARCHES)},
        rewrites=_CODE,
        paths=HERE,
        only="-U --update-all",
        valued=_SEARCHES,
    ),
    "comby": Program(rewrites=_CODE, paths="@3*|.", only="-i -in-place", valued="-matcher -d -rewrite"),
    "jscodeshift": Program(rewrites=SCRIPT, unless="-d --dry", valued="-t --transform --parser --extensions"),
}

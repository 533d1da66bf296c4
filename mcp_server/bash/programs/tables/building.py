"""Compilers, type checkers, build tools, test runners, and programs that run another."""

from mcp_server.bash.programs import compilers
from mcp_server.bash.programs.program import READS, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from mcp_server.bash.call import Handler

_DEPENDENCIES = "-o%.d?-MD?-MMD"


def _c_compiler(
    writes: str, modes: "Mapping[str, Handler] | None" = None, subcommands: "Mapping[str, Handler] | None" = None
) -> Program:
    """A compiler with the options of `cc`, or a mode of it."""
    return Program(
        f"{writes} -MF {_DEPENDENCIES}",
        valued="-D -I -U -L -l -x -T -u -B -F --param --sysroot --target --std --include",
        attached="-O -W -f -g -m -l -s",
        modes=modes,
        subcommands=subcommands,
    )


_C = _c_compiler(
    "-o|a.out",
    {
        "-E -fsyntax-only -v -dumpversion -M -MM": _c_compiler("-o"),
        "-c": _c_compiler("-o|./@*%.o"),
        "-S": _c_compiler("-o|./@*%.s"),
    },
    {"": _c_compiler("-o")},
)
_WHOLE_BUILD = Program(runs="*", prints="-v -V", subcommands={"version list help": READS})
"""A build tool whose own configuration says what it writes."""
_TESTS = Program(
    "--junitxml --junit-xml --outputFile --output-file",
    runs="*",
    unless="-h --help --version --collect-only --co --listTests --fixtures",
    valued="-o --cov-report",
)
"""A test runner: a test may write anything."""
_RUNS = Program(runs="*")
_TSC = "-p -t --project --target --module --lib --rootDir --moduleResolution --jsx"

_GO_VALUED = (
    "-o -p -tags -ldflags -gcflags -asmflags -mod -modfile -overlay -pkgdir -toolexec -buildmode -covermode -coverpkg"
    " -run -bench -count -timeout -exec"
)
_GO_TESTS = Program(
    "-coverprofile -cpuprofile -memprofile -blockprofile -mutexprofile -trace -o",
    possible="./?-c",
    runs="*",
    valued=_GO_VALUED,
    whole=True,
)
"""The tests of Go: what they write beside their profiles is not known."""

PROGRAMS: "dict[str, Handler]" = {
    # Compilers
    "gcc cc g++ c++ clang clang++ tcc x86_64-linux-gnu-gcc emcc gfortran f77 f95 gnatmake as nasm yasm ghc ocamlc"
    " ocamlopt fpc ldc2 dmd swiftc luac": _C,
    "rustc": compilers.rustc,
    "go": Program(
        valued="-C",
        directory="-C",
        subcommands={
            "build": compilers.go_build,
            "fmt": compilers.go_fmt,
            "fix": compilers.go_fmt,
            "generate": compilers.go_generate,
            "test": _GO_TESTS,
            "run": Program(runs="*", valued=_GO_VALUED, whole=True),
            "tool": Program("-o", runs="*", valued="-html -func -mode", whole=True),
            "get": Program("^go.mod ^go.mod>go.sum", whole=True),
            "work": Program(
                subcommands={
                    "sync": Program(possible="^go.work>go.work.sum"),
                    "vendor": Program("-o/|vendor/", whole=True),
                },
                otherwise=Program("go.work", possible="go.work.sum", unless="-json -print", whole=True),
            ),
            "mod": Program(
                subcommands={
                    "graph why verify": READS,
                    "download": Program(possible="^go.mod>go.sum"),
                    "tidy": Program("^go.mod ^go.mod>go.sum", unless="-diff", whole=True),
                    "vendor": Program("-o/|^go.mod>vendor/", whole=True),
                    "init": Program("go.mod"),
                },
                otherwise=Program("^go.mod", unless="-json -print", whole=True),
            ),
            "vet list doc env version bug help install clean telemetry": READS,
        },
    ),
    "javac": Program(
        "-d/|@*/../",
        valued="-cp -classpath -sourcepath --release -source -target -h -s --class-path -encoding -processor"
        " --module-path -p",
    ),
    "kotlinc": Program("-d/|@*%Kt.class"),
    "tsc": Program(
        "@*%.js",
        valued=_TSC,
        modes={
            "--noEmit --help -h --version -v --showConfig --listFilesOnly": READS,
            "--init": Program("tsconfig.json"),
            "-b --build": Program(runs="*", unless="--dry -d --clean"),
            "--outFile --outDir": Program("--outFile --outDir/ --declarationDir/", valued=_TSC),
        },
        subcommands={"": _RUNS},
    ),
    "cython": Program("-o|@*%.c"),
    "valac": Program("-o|@*%"),
    "mcs": Program("-o|@*%.exe"),
    "cythonize csc scalac nim vbc pyinstaller ninja ant scons sbt lein clj rebar3 opam tox nox": _WHOLE_BUILD,
    "rake just task invoke": Program(runs="*", prints="--list -l --summary --show -T"),
    # Type checkers
    "mypy dmypy": Program(
        "--html-report/ --txt-report/ --xml-report/ --any-exprs-report/ --linecount-report/ --junit-xml",
        possible="--cache-dir/|.mypy_cache/!-V",
        valued="-m -p -c --config-file --python-executable --python-version --package --module --command",
    ),
    "pyright pytype pyre": READS,
    "stubgen": Program("-o/|--output/|out/", valued="-m -p --module --package --search-path"),
    # Tests and interpreters
    "pytest py.test jest vitest mocha ava tap karma cypress playwright phpunit ctest nose2 trial unittest": _TESTS,
    "rspec": Program("-o --out", runs="*", prints="-h --help --version", valued="-f --format -t --tag -e -r -I"),
    "nyc c8": Program(wraps=0, possible="coverage/ .nyc_output/", valued="-r -o --reporter --report-dir --temp-dir"),
    "coverage": Program(
        subcommands={
            "run": Program(possible="--data-file|.coverage", runs="*", valued="--data-file --source --include --omit"),
            "html": Program(possible="-d/|--directory/|htmlcov/"),
            "xml": Program("-o|coverage.xml"),
            "json": Program("-o|coverage.json"),
            "lcov": Program("-o|coverage.lcov"),
            "erase combine": Program(possible="--data-file|.coverage"),
            "report debug help annotate": READS,
        },
        valued="--rcfile",
    ),
    "tsx ts-node php lua luajit Rscript julia java osascript tclsh guile ipython": Program(
        runs="*", prints="-v -V -version -l"
    ),
    # Programs that run their operands, beside those of domain.heuristics.shell_words
    "timeout gtimeout": Program(wraps=1, valued="-k -s --kill-after --signal"),
    "nice": Program(wraps=0, valued="-n --adjustment"),
    "ionice": Program(wraps=0, valued="-c -n -p --class --classdata"),
    "stdbuf": Program(wraps=0, valued="-i -o -e --input --output --error"),
    "time": Program("-o --output", wraps=0, valued="-f --format"),
    "strace ltrace": Program("-o", wraps=0, valued="-e -O -p -P -s -S -u -a -E -I -b -X"),
    "xvfb-run": Program(wraps=0, valued="-e -f -l -n -p -s"),
    "chrt taskset": Program(wraps=1),
    "numactl": Program(wraps=0, valued="-C -N -m -p -i"),
    "sponge": Program("@*"),
    "systemd-run unshare nsenter chroot entr hyperfine firejail bwrap direnv dotenv foreman vipe": _RUNS,
}

"""Maven and Gradle: goals and tasks that rewrite sources or manifests; what a build writes is not known."""

from mcp_server.bash import options
from mcp_server.bash.programs.rewriting import rewrite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.bash.call import Call

_MAVEN = (
    "-pl -P -f -s -gs -T -l -rf -t -b --projects --activate-profiles --file --settings --threads --log-file"
    " --resume-from --builder --toolchains"
)
_MAVEN_FORMATS = (
    *("spotless:apply", "fmt:format", "formatter:format", "license:format", "sortpom:sort", "impsort:sort"),
    *("ktlint:format", "spring-javaformat:apply", "rewrite:run"),
)
_MAVEN_POMS = ("versions:set", "versions:use-", "versions:update-", "versions:revert", "release:prepare", "tidy:pom")
_GRADLE = (
    "-p -b -c -I -g -x -P -D --project-dir --build-file --settings-file --init-script --gradle-user-home"
    " --exclude-task --console --warning-mode --max-workers --project-cache-dir --tests --include-build"
)
_GRADLE_FORMATS = ("spotlessApply", "ktlintFormat", "formatKotlin", "googleJavaFormat", "spotlessJavaApply")
_SOURCES = "java kt kts scala groovy"
_PRINTS = ("-h", "--help", "-v", "--version", "-V", "-?")


def _parsed(call: "Call", valued: str) -> "options.Options":
    return options.parsed(call.arguments, words=dict.fromkeys(_dashed(valued), True), whole=True)


def _dashed(valued: str) -> "Iterable[str]":
    return ("-" + name.lstrip("-") for name in valued.split())


def maven(call: "Call") -> None:
    """`mvn`, with its wrapper: in the modules that -pl names, or here."""
    given = _parsed(call, _MAVEN)
    if given.has(*_PRINTS[:4], "-help", "-version"):
        call.prints()
        return
    for name in given.values("-l", "-log-file"):
        call.write(name)
    file = given.value("-f", "-file")
    here = "." if file is None else file if not file.endswith(".xml") else file.rpartition("/")[0] or "."
    modules = [f"{here}/{name}" for text in given.values("-pl", "-projects") for name in text.split(",")]
    for goal in given.operands:
        if goal.endswith(_MAVEN_FORMATS):
            _rewritten(call, modules or [here], "For one module: mvn -pl MODULE " + goal)
        elif any(f":{sign}" in f":{goal}" for sign in _MAVEN_POMS):
            for module in modules or [here]:
                call.write(f"{module}/pom.xml")
    call.may_write(f"{here}/target/")
    call.runs_anything()
    call.prints()


def gradle(call: "Call") -> None:
    """`gradle`, with its wrapper: a task may name its project."""
    given = _parsed(call, _GRADLE)
    if given.has(*_PRINTS, "-help", "-version"):
        call.prints()
        return
    here = given.value("-p", "-project-dir") or "."
    if not given.has("-m", "-dry-run"):
        for task in given.operands:
            _task(call, here, task)
        if given.has("-write-locks", "-update-locks"):
            call.write(f"{here}/gradle.lockfile")
        if given.has("-write-verification-metadata", "-M"):
            call.write(f"{here}/gradle/verification-metadata.xml")
    call.may_write(f"{here}/build/")
    call.may_write(f"{here}/.gradle/")
    call.runs_anything()
    call.prints()


def _task(call: "Call", here: str, task: str) -> None:
    above, _, name = task.rpartition(":")
    folder = "/".join([here, *above.strip(":").split(":")]).rstrip("/")
    if name in _GRADLE_FORMATS:
        _rewritten(call, [folder], f"For one project: {call.name} :PROJECT:{name}")
    elif name == "wrapper":
        for file in ("gradlew", "gradlew.bat", "gradle/wrapper/gradle-wrapper.properties"):
            call.write(f"{folder}/{file}")


def _rewritten(call: "Call", folders: list[str], instead: str) -> None:
    reading, before = call.shell.reading, call.shell.reading.instead
    reading.instead = instead
    rewrite(call, [folder for folder in folders if call.disk.is_dir(call.shell.locate(folder) or "")], _SOURCES)
    reading.instead = before

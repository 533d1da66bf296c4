"""Does the launcher start Interlock from everywhere, as itself, and add nothing to what it starts?"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bootstrap.ground import Ground, told


def test_arguments_and_exit_code_pass_through_unchanged(ground: Ground) -> None:
    awkward = ["a b", "", "*", "two\nlines", "--help"]
    assert told(ground.launch(*awkward))["arguments"] == awkward
    assert ground.launch(EXIT_CODE="7").returncode == 7


def test_first_start_says_what_it_does_on_stderr_and_nothing_on_stdout(ground: Ground) -> None:
    first, second = ground.launch(), ground.launch()
    assert "first start: setting up its environment" in first.stderr
    assert "ready in" in first.stderr
    assert told(first) == told(second)
    assert second.stderr == ""


def test_standard_input_belongs_to_the_program(ground: Ground) -> None:
    command = [str(ground.root / "bin" / "interlock"), "--read"]
    run = subprocess.run(command, env=ground.environ, input="a protocol", capture_output=True, text=True, check=False)
    assert told(run)["stdin"] == "a protocol"


def test_works_through_symlinks_from_any_directory(ground: Ground, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    (elsewhere / "absolute").symlink_to(ground.root / "bin" / "interlock")
    (elsewhere / "relative").symlink_to("../root/bin/interlock")
    (elsewhere / "chain").symlink_to("relative")
    (elsewhere / "bin").symlink_to(ground.root / "bin")
    for command in ("./absolute", "./relative", str(elsewhere / "chain"), "bin/interlock"):
        run = subprocess.run([command], env=ground.environ, cwd=elsewhere, capture_output=True, text=True, check=False)
        assert told(run)["cwd"] == str(elsewhere)
    assert len(ground.environments()) == 1


def test_works_where_names_have_spaces_and_pattern_characters(tmp_path: Path) -> None:
    odd = Ground(tmp_path / "it's [odd] *")
    assert told(odd.launch("x"))["arguments"] == ["x"]
    assert told(odd.launch("x"))["python"].startswith(str(odd.data))


def test_once_ready_it_needs_no_other_program(ground: Ground) -> None:
    ready = told(ground.launch())
    (ground.data / "python").unlink()
    assert told(ground.launch(PATH="/nowhere")) == ready


def test_a_checkout_keeps_its_environment_in_dot_venv(ground: Ground) -> None:
    run = told(ground.launch(CLAUDE_PLUGIN_DATA=""))
    assert run["python"] == str(ground.root / ".venv" / "bin" / "python")
    assert not ground.environments()


@pytest.mark.parametrize("data", ["plugins/data/interlock-a-market", "plugins/data/another-a-market"])
def test_an_installed_copy_without_a_named_data_folder_finds_its_own(ground: Ground, tmp_path: Path, data: str) -> None:
    installed = tmp_path / "plugins" / "cache" / "a-market" / "interlock" / "0.1.0"
    shutil.copytree(ground.root, installed)
    (tmp_path / data).mkdir(parents=True)
    ground.root = installed
    python = told(ground.launch(CLAUDE_PLUGIN_DATA=""))["python"]
    own = data.endswith("interlock-a-market")
    assert python.startswith(str(tmp_path / data / "env-" if own else installed / ".venv"))


def test_without_any_python_it_says_which_it_found(ground: Ground) -> None:
    find_python = ground.root / "bin" / "find-python"
    only_the_path = "\n_il_places() { _il_where=$PATH:; }\n"
    find_python.write_text(find_python.read_text() + only_the_path)
    code = "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[1])"
    (ground.tools / "python3").rename(ground.folder / "real")
    ground.tool("python3", f"exec '{ground.folder}/real' -I -S -c '{code}' \"$4\"")
    run = ground.launch(PATH=str(ground.tools))
    assert run.returncode == 3
    assert "needs Python 3.11 or newer" in run.stderr
    assert "(3.9.2)" in run.stderr
    assert "INTERLOCK_PYTHON=" in run.stderr
    assert run.stdout == ""

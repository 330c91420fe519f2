"""A wheel built from the tree installs and runs outside it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).parent / "uv"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_runs_outside_the_tree() -> None:
    # Not pytest's own folder: started as root, the product's system users must be able to pass.
    with tempfile.TemporaryDirectory(prefix="bj-wheel-") as name:
        place = Path(name)
        place.chmod(0o755)
        install_and_run(place)


def install_and_run(tmp_path: Path) -> None:
    """Build, install with the pinned dependencies, look for what must have come along, make an instance."""
    subprocess.run([UV, "build", "-q", "--wheel", "--out-dir", tmp_path, ROOT], check=True)
    wheel = next(tmp_path.glob("*.whl"))
    pinned = tmp_path / "pinned.txt"
    exported = [UV, "export", "-q", "--locked", "--no-dev", "--no-emit-project", "--project", ROOT]
    pinned.write_text(subprocess.run(exported, check=True, capture_output=True, text=True).stdout)
    venv = tmp_path / "venv"
    subprocess.run([UV, "venv", "-q", "--python", os.path.realpath(sys.executable), venv], check=True)
    install = [UV, "pip", "install", "-q", "--python", venv / "bin/python"]
    subprocess.run([*install, "-r", pinned], check=True)
    subprocess.run([*install, "--no-deps", wheel], check=True)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("BEIJIANG_", "DJANGO_", "PYTHON"))}
    check = (
        "import beijiang, pathlib; from beijiang.kernel import resources; "
        "assert '/src/' not in beijiang.__file__, beijiang.__file__; "
        "assert (resources.path('law') / 'purposes.toml').exists(); assert list(resources.path('policies').glob('*.cedar')); "
        "assert list(pathlib.Path(beijiang.__file__).parent.glob('ui/static/ui/dist/*.js'))"
    )
    subprocess.run([venv / "bin/python", "-c", check], check=True, cwd=tmp_path, env=environment)
    data = tmp_path / "data"
    done = subprocess.run(
        [venv / "bin/beijiang", "init", "--data-dir", data], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (data / "secrets").is_dir()

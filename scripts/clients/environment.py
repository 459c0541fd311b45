"""Throw-away virtual environments, one per client, kept complete between runs.

An environment is complete when its stamp names the Python and the requirements it was made from;
then it is used as it is, without any network contact. One that could not be completed is removed.
"""
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
STAMP = "complete"
PIP_PATIENCE_S = 300


class Unavailable(Exception):
    """This client cannot be had here; the text says why."""


def python_version(python):
    """(3, 11, 2) of an interpreter."""
    asked = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:3])"], capture_output=True, text=True
    )
    if asked.returncode != 0:
        raise Unavailable(f"{python}: {last_line(asked.stderr)}")
    return tuple(int(part) for part in asked.stdout.split())


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["it said nothing"])[-1]


def environment_of(client):
    return client.get("environment", client["name"])


def requirements_of(client):
    return HERE / "requirements" / f"{environment_of(client)}.txt"


def _check_python(client, version):
    lowest, highest = client["python"]
    if not lowest <= version[:2] <= highest:
        raise Unavailable(
            f"{client['name']} needs Python {lowest[0]}.{lowest[1]} to {highest[0]}.{highest[1]},"
            f" this is {version[0]}.{version[1]}; --python names another"
        )


def _run(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PIP_PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise Unavailable(f"{command[0]}: {failure}") from failure
    if done.returncode != 0:
        raise Unavailable(f"{pathlib.Path(command[0]).name}: {last_line(done.stderr + done.stdout)}")


def provide(client, folder, python, say):
    """The Python of the client's environment; makes the environment when it is not complete."""
    version = python_version(python)
    _check_python(client, version)
    requirements = requirements_of(client)
    stamp = "{} {}\n".format(
        ".".join(map(str, version)), hashlib.sha256(requirements.read_bytes()).hexdigest()
    )
    home = folder / environment_of(client)
    made = home / "bin" / "python"
    if (home / STAMP).is_file() and (home / STAMP).read_text() == stamp:
        return made
    say(f"{client['name']}: making its environment in {home}")
    shutil.rmtree(home, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _run([python, "-m", "venv", str(home)])
        _run([str(made), "-m", "pip", "install", "--quiet", "--no-input", "--only-binary=:all:",
              "--disable-pip-version-check", "--require-hashes", "-r", str(requirements)])
        (home / STAMP).write_text(stamp)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise
    return made


def packages(python):
    """{"cramjam": "2.14.0", …} of an environment, without pip and its like."""
    code = (
        "import importlib.metadata as m, json; "
        "print(json.dumps({d.metadata['Name']: d.version for d in m.distributions()}))"
    )
    asked = subprocess.run([str(python), "-c", code], capture_output=True, text=True)

    found = json.loads(asked.stdout) if asked.returncode == 0 else {}
    return {name: found[name] for name in sorted(found) if name not in ("pip", "setuptools")}


if __name__ == "__main__":
    sys.exit("environment.py is a part of scripts/clients/run")

"""JupyterLab from the project's own environment, started apart from everybody's settings, and ended again."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
START = 120.0  # seconds for a server to answer on a loaded machine

@dataclass(frozen=True)
class Lab:
    """A running server: where it listens, what lets one in, and the folder it shows."""

    port: int
    token: str
    folder: Path
    log: Path

    def url(self, path: str) -> str:
        """The address of a page, with the token."""
        return f"http://127.0.0.1:{self.port}/{path}{'&' if '?' in path else '?'}token={self.token}"

    def ask(self, path: str) -> Any:
        """What the server's own API answers."""
        with urlopen(self.url(f"api/{path}"), timeout=10) as answer:
            return json.load(answer)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], what: str, seconds: float) -> Any:
    """Wait until `true()` is; TimeoutError saying what was waited for."""
    end = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > end:
            raise TimeoutError(f"after {seconds:g} s: {what}")
        time.sleep(0.1)
    return found


def surroundings(home: Path) -> dict[str, str]:
    """An environment in which Jupyter finds this project's packages and nobody's settings."""
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTEST"))}
    return kept | {
        "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config"), "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"), "IPYTHONDIR": str(home / "ipython"),
        "MPLCONFIGDIR": str(home / "mpl"), "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
        # nbgrader calls alembic by its name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


@contextmanager
def jupyterlab(folder: Path, home: Path, *options: str, **settings: str) -> Iterator[Lab]:
    """JupyterLab showing `folder`, with its own HOME; its log is in `home`. Ended with its kernels at the end.

    `settings` are added to its environment.
    """
    home.mkdir(parents=True, exist_ok=True)
    lab = Lab(free_port(), secrets.token_hex(16), folder, home / "jupyter.log")
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={lab.port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}", f"--ServerApp.root_dir={folder}",
        "--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly", *options,
    ]
    if os.geteuid() == 0:
        command.append("--allow-root")
    with lab.log.open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=surroundings(home) | settings, stdout=log, stderr=log)
        try:
            until(lambda: _answers(lab, server), f"JupyterLab did not answer, see {lab.log}", START)
            yield lab
        finally:
            server.terminate()  # a SIGTERM ends its kernels as well
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _answers(lab: Lab, server: subprocess.Popen[bytes]) -> bool:
    if server.poll() is not None:
        raise RuntimeError(f"JupyterLab ended at once:\n{lab.log.read_text(errors='replace')[-2000:]}")
    try:
        lab.ask("status")
    except (URLError, ConnectionError, TimeoutError):
        return False
    return True


def students_copy(folder: Path) -> None:
    """The released lessons as a student has them."""
    shutil.copytree(ROOT / "course", folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))

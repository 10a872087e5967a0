"""JupyterHub for this course on one machine: people are users of the system, work travels through nbgrader's exchange.

Start it as root with `jupyterhub -f jupyterhub_config.py`. What a school changes stands in the environment:
COURSE_STAFF, the instructors' user names with commas between; COURSE_EXCHANGE, the exchange's folder.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub provides it

HERE = Path(__file__).resolve().parent
STAFF = set(filter(None, os.environ.get("COURSE_STAFF", "instructor").split(",")))
EXCHANGE = os.environ.get("COURSE_EXCHANGE", "/srv/nbgrader/exchange")

# Behind a web server that speaks HTTPS.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# Everybody signs in with the machine's own password and works as that user: the system keeps them apart.
c.JupyterHub.authenticator_class = "pam"
c.LocalAuthenticator.allowed_groups = {"students", "instructors"}
c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.default_url = "/lab"
c.Spawner.environment = {"COURSE_EXCHANGE": EXCHANGE}


def settings(spawner):
    """Formgrader is for instructors: everybody else's server is started without it."""
    folder = HERE / ("staff" if spawner.user.name in STAFF else "student")
    spawner.environment = {**spawner.environment, "JUPYTER_CONFIG_PATH": str(folder)}


c.Spawner.pre_spawn_hook = settings

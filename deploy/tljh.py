"""For The Littlest JupyterHub: the lessons in each student's folder, as in `jupyterhub_config.py` (see README.md)."""

import sys

sys.path[:0] = ["/opt/course"]

import course  # noqa: E402
from deploy import start  # noqa: E402

c = get_config()  # noqa: F821 - JupyterHub's own
python = "/opt/tljh/user/bin/python"
c.Spawner.cmd = [python, "-s", "-X", "utf8", "/opt/course/deploy/start.py", "/opt/tljh/user/bin/jupyterhub-singleuser"]
c.Spawner.notebook_dir = "~/my"
c.Spawner.default_url = course.first_page(start.language("/opt/tljh/user"))
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
c.JupyterHub.concurrent_spawn_limit = 100

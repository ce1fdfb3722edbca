"""JupyterHub for a class on one server: deploy/README.md has the steps.

    jupyterhub -f deploy/jupyterhub_config.py

Each student has an own system account (`accounts.py`), so that the system itself keeps their files apart. JupyterHub's
own LocalProcessSpawner needs nothing but root, which makes these accounts; in a system with systemd, SystemdSpawner
(below) limits the memory of all of a student's programs together, too.
"""

import asyncio
import os
import resource
import sys
from pathlib import Path

from jupyterhub.spawner import LocalProcessSpawner

DEPLOY = Path(__file__).resolve().parent
sys.path[:0] = [str(DEPLOY), str(DEPLOY.parent)]

import accounts  # noqa: E402
import start  # noqa: E402

import course  # noqa: E402

c = get_config()  # noqa: F821 - JupyterHub's own
LANGUAGE = start.language()
STATE = Path(os.environ.get("COURSE_STATE", "/var/lib/course-hub"))
MEMORY = 1_500_000_000  # bytes for one program of a student: a lesson's kernel needs 0.25 GB
PROCESSES = 500  # of a student, with their threads: a server and its kernels have about 60


for needed in (Path(sys.executable), DEPLOY / "start.py"):
    if accounts.closed(needed.parent):
        sys.exit(
            f"Students cannot reach {needed}: {accounts.closed(needed.parent)} is closed to them. Put it into /opt."
        )

# ---------------------------------------------------------------- each student is a user of this system


class Student(LocalProcessSpawner):
    """Runs a student's server under the student's own account, within limits."""

    def make_preexec_fn(self, name):
        become = super().make_preexec_fn(accounts.account(name))

        def limited():
            become()
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
            os.umask(0o077)

        return limited

    def user_env(self, env):
        student = accounts.pwd.getpwnam(accounts.account(self.user.name))
        return {**env, "USER": student.pw_name, "HOME": student.pw_dir, "SHELL": student.pw_shell}


one_at_a_time = asyncio.Lock()  # useradd refuses while another one runs


async def make_account(spawner):
    async with one_at_a_time:
        await asyncio.to_thread(accounts.ensure, spawner.user.name)


c.JupyterHub.spawner_class = Student
c.Spawner.pre_spawn_hook = make_account
# `start.py` runs as the student. It brings the lessons to ~/my, and keeps them up to date without losing work.
program = str(Path(sys.executable).parent / "jupyterhub-singleuser")
c.Spawner.cmd = [sys.executable, "-s", "-X", "utf8", str(DEPLOY / "start.py"), program]
c.Spawner.notebook_dir = "~/my"
c.Spawner.default_url = course.first_page(LANGUAGE)
c.Spawner.environment = dict.fromkeys(course.ONE_THREAD, "1")
c.Spawner.env_keep = ["PATH", "LANG", "LC_ALL"]

# With systemd, and the package jupyterhub-systemdspawner==1.0.2, in place of `c.JupyterHub.spawner_class = Student`:
#
# c.JupyterHub.spawner_class = "systemd"
# c.SystemdSpawner.username_template = accounts.PREFIX + "{USERNAME}"  # names of a-z, 0-9 and - only
# c.SystemdSpawner.mem_limit, c.SystemdSpawner.cpu_limit = "1.5G", 1.0
# c.SystemdSpawner.isolate_tmp = c.SystemdSpawner.disable_user_sudo = True
# c.Authenticator.username_pattern = "[a-z0-9][a-z0-9-]{0,19}"


# ---------------------------------------------------------------- who may come in

# The class's password. Whoever knows it can sign in under any student's name: for a class that trusts itself.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ.get("COURSE_PASSWORD")
if not os.environ.get("COURSE_PASSWORD"):
    sys.exit("Set COURSE_PASSWORD, the class's password of at least 8 signs, in /etc/course-hub.env.")
c.Authenticator.username_pattern = r"[\w.@-]{1,60}"  # \w has the letters of all languages

# The teachers, and their own password (32 signs or more): they see who is there, and start servers before class.
c.Authenticator.admin_users = set(os.environ.get("COURSE_TEACHERS", "").split())
c.SharedPasswordAuthenticator.admin_password = os.environ.get("COURSE_TEACHERS_PASSWORD") or None

# Only these, where COURSE_STUDENTS names a file with one name a line; else whoever knows the password.
if os.environ.get("COURSE_STUDENTS"):
    c.Authenticator.allowed_users = set(Path(os.environ["COURSE_STUDENTS"]).read_text(encoding="utf-8").split())
else:
    c.Authenticator.allow_all = True

# Own passwords, chosen at the first login (jupyterhub-firstuseauthenticator==1.1.1; give COURSE_STUDENTS):
#
# c.JupyterHub.authenticator_class = "firstuseauthenticator.FirstUseAuthenticator"
# c.FirstUseAuthenticator.dbm_path = str(STATE / "passwords.dbm")
# c.FirstUseAuthenticator.create_users = False

# The school's login (oauthenticator==17.4.0), for any server that speaks OAuth 2 or OpenID Connect:
#
# c.JupyterHub.authenticator_class = "generic-oauth"
# c.GenericOAuthenticator.client_id = os.environ["OAUTH_CLIENT_ID"]
# c.GenericOAuthenticator.client_secret = os.environ["OAUTH_CLIENT_SECRET"]
# c.GenericOAuthenticator.oauth_callback_url = "https://hub.school.example/hub/oauth_callback"
# c.GenericOAuthenticator.authorize_url = "https://login.school.example/authorize"
# c.GenericOAuthenticator.token_url = "https://login.school.example/token"
# c.GenericOAuthenticator.userdata_url = "https://login.school.example/userinfo"
# c.GenericOAuthenticator.scope = ["openid", "email"]
# c.GenericOAuthenticator.username_claim = "email"

# A link in Moodle, Canvas or another learning platform (jupyterhub-ltiauthenticator==1.6.3), LTI 1.3:
#
# c.JupyterHub.authenticator_class = "ltiauthenticator.lti13.auth.LTI13Authenticator"
# c.LTI13Authenticator.issuer = "https://moodle.school.example"
# c.LTI13Authenticator.client_id = {"given by the platform"}
# c.LTI13Authenticator.authorize_url = "https://moodle.school.example/mod/lti/auth.php"
# c.LTI13Authenticator.jwks_endpoint = "https://moodle.school.example/mod/lti/certs.php"
# c.LTI13Authenticator.username_key = "email"

ANNOUNCEMENT = {
    "en": "Sign in with your own name, always the same, and the password of the class.",
    "ko": "늘 같은 이름 하나를 정해 쓰고, 수업 암호로 로그인하세요.",
}
c.JupyterHub.template_vars = {"announcement_login": ANNOUNCEMENT[LANGUAGE]}


# ---------------------------------------------------------------- what is idle ends; nobody is refused

# A kernel whose lesson is closed, after half an hour; a server on which nothing is done, after an hour. Files stay.
c.Spawner.args = ["--MappingKernelManager.cull_idle_timeout=1800", "--MappingKernelManager.cull_interval=300"]
# A kernel's ports tell its outputs to whoever on this machine connects to them; its sockets are files of its owner.
c.Spawner.args += ["--KernelManager.transport=ipc"]
cull = [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"]
c.JupyterHub.services = [{"name": "cull", "command": cull}]
scopes = ["list:users", "read:users:activity", "read:servers", "delete:servers"]
c.JupyterHub.load_roles = [{"name": "cull", "scopes": scopes, "services": ["cull"]}]

# A class starts at the same minute: all wait a little longer, and none is sent away.
c.JupyterHub.concurrent_spawn_limit = 100
c.Spawner.start_timeout = c.Spawner.http_timeout = 300
# What the memory carries, at 0.25 GB a student. One more hears so, before the system ends somebody's kernel.
c.JupyterHub.active_server_limit = max(1, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 250_000_000 - 2)


# ---------------------------------------------------------------- the hub itself

c.JupyterHub.bind_url = os.environ.get("COURSE_URL", "http://:8000")
c.JupyterHub.db_url = f"sqlite:///{STATE / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(STATE / "cookie_secret")
c.ConfigurableHTTPProxy.pid_file = str(STATE / "proxy.pid")
# Students go on working while the hub is started anew.
c.JupyterHub.cleanup_servers = False

"""The system account of each student: an own user, and a home folder that no other student can look into.

    python3 deploy/accounts.py anna 민지        # prints the account and the folder of each

Standard library only. `jupyterhub_config.py` calls `ensure` before a student's server starts.
"""

import hashlib
import pwd
import re
import subprocess
import sys

# So that a name typed at the login never reaches an account that was there before, such as root.
PREFIX = "course-"
PLAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")


def account(name):
    """The system account of a student: course-anna for anna; names with other letters get a number of their own."""
    if PLAIN.fullmatch(name):
        return PREFIX + name
    return PREFIX + "x_" + hashlib.sha256(name.encode("utf-8")).hexdigest()[:12]  # no plain name has a _


def command(login):
    """The command line that makes an account whose home folder is open to nobody else."""
    return ["useradd", "--create-home", "--user-group", "--shell", "/bin/bash", "-K", "HOME_MODE=0700", login]


def ensure(name):
    """Make a student's account where there is none; return what the system knows about it.

    Raises
    ------
    RuntimeError
        The system refused; its words are in the message.
    """
    login = account(name)
    try:
        return pwd.getpwnam(login)
    except KeyError:
        made = subprocess.run(command(login), capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(f"No account for {name!r}: {made.stderr.strip()}") from None
        return pwd.getpwnam(login)


def closed(path):
    """The first folder on the way to a file that other accounts cannot enter; None where all of it is open."""
    way = [path, *path.parents, path.resolve(), *path.resolve().parents]
    return next((step for step in reversed(way) if not step.stat().st_mode & 0o001), None)


def main(names):
    """Print whose account and folder is which."""
    for name in names:
        try:
            print(f"{name}: {account(name)}, {pwd.getpwnam(account(name)).pw_dir}")
        except KeyError:
            print(f"{name}: {account(name)}, not made yet")


if __name__ == "__main__":
    main(sys.argv[1:])

"""A class of simulated students, to see what a server carries: who waits how long, and what it costs.

    python deploy/simulate.py http://127.0.0.1:8000 --password … --students 20 --every 2

Each student signs in, starts a server, loads JupyterLab, opens a lesson, and runs all of its cells one after the other;
everything stays open until the last is done. Each one's kernel also tries to read the folder of the student before.
Prints a table; on the server itself and as root, also the memory of all students' programs. Ends with 1 where a
start was refused, a cell failed or a folder was open. Standard library and websocket-client (in requirements.txt).
"""

import argparse
import http.cookiejar
import json
import os
import pwd
import re
import statistics
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

import websocket

sys.path.insert(0, str(Path(__file__).resolve().parent))
import accounts

LESSONS = ("03_states_and_shapes", "04_unrolling", "06_vanishing", "08_lstm_gates")
STAGES = ("login", "spawn", "page", "kernel", "lesson", "slowest cell")
PEEK = """
import os, pwd
try:
    print("open", os.listdir(os.path.join(pwd.getpwnam({login!r}).pw_dir, "my")))
except (PermissionError, KeyError) as problem:
    print("closed", type(problem).__name__)
"""


class Student:
    """One student with a browser: cookies, a server, a kernel."""

    def __init__(self, hub, name, password, lesson):
        self.hub, self.name, self.password, self.lesson = hub.rstrip("/"), name, password, lesson
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        self.home = f"{self.hub}/user/{urllib.parse.quote(name)}"
        self.seconds, self.failed, self.peeked, self.socket = {}, [], "", None

    def get(self, address, data=None, headers=()):
        """Address after all redirects, and text."""
        request = urllib.request.Request(address, data=data, headers=dict(headers))
        with self.opener.open(request, timeout=300) as answer:
            return answer.geturl(), answer.read()

    def token(self, path):
        """The token against forged requests, of the hub or of the student's server."""
        found = [cookie for cookie in self.cookies if cookie.name == "_xsrf" and path.startswith(cookie.path)]
        return max(found, key=lambda cookie: len(cookie.path)).value

    def timed(self, stage, work):
        """Do one stage, and note how long it took."""
        begun = time.monotonic()
        result = work()
        self.seconds[stage] = time.monotonic() - begun
        return result

    def run(self, before):
        """All stages; what goes wrong is noted and ends them."""
        try:
            self.timed("login", self.login)
            self.timed("spawn", self.spawn)
            self.timed("page", self.page)
            self.timed("kernel", self.kernel)
            self.timed("lesson", self.cells)
            if before != self.name:
                self.peeked = self.execute(PEEK.format(login=accounts.account(before)))[1].strip()
        except Exception as problem:
            self.failed.append(f"{type(problem).__name__}: {problem}")

    def login(self):
        self.get(self.hub + "/hub/login")
        form = {"username": self.name, "password": self.password, "_xsrf": self.token("/hub/")}
        where, _ = self.get(self.hub + "/hub/login?next=%2Fhub%2Fhome", urllib.parse.urlencode(form).encode())
        if "/hub/login" in where:
            raise RuntimeError("the login was refused")

    def spawn(self):
        """Start the server, and wait as the page does."""
        where, _ = self.get(f"{self.hub}/hub/spawn")
        until = time.monotonic() + 300
        while not urllib.parse.urlparse(where).path.startswith(urllib.parse.urlparse(self.home).path + "/"):
            if "/spawn" not in where or time.monotonic() > until:
                raise RuntimeError(f"the start was refused: {where}")
            time.sleep(0.5)
            where, _ = self.get(f"{self.hub}/hub/spawn-pending/{urllib.parse.quote(self.name)}")

    def page(self):
        """JupyterLab's page with its scripts, and the lesson."""
        where, text = self.get(self.home + "/lab")
        for script in re.findall(r'<script[^>]*src="([^"]+)"', text.decode()):
            self.get(urllib.parse.urljoin(where, script))
        _, text = self.get(f"{self.home}/api/contents/{self.lesson}?content=1")
        self.notebook = json.loads(text)["content"]

    def kernel(self):
        """A kernel that answers."""
        ask = {"path": self.lesson, "name": "", "type": "notebook", "kernel": {"name": "python3"}}
        headers = {"X-XSRFToken": self.token(urllib.parse.urlparse(self.home).path + "/"), "Content-Type": "text/json"}
        _, text = self.get(self.home + "/api/sessions", json.dumps(ask).encode(), headers)
        self.id = json.loads(text)["kernel"]["id"]
        address = f"{self.home}/api/kernels/{self.id}/channels?session_id={uuid.uuid4().hex}".replace("http", "ws", 1)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies())
        self.socket = websocket.create_connection(address, cookie=cookies, origin=self.hub, timeout=300)
        self.execute("None")

    def _cookies(self):
        path = urllib.parse.urlparse(self.home).path + "/"
        return [cookie for cookie in self.cookies if path.startswith(cookie.path)]

    def execute(self, code):
        """Run code; returns the sentence of its error (None where there is none) and what it printed."""
        message = uuid.uuid4().hex
        header = {
            "msg_id": message,
            "msg_type": "execute_request",
            "username": "",
            "session": message,
            "version": "5.3",
        }
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        self.socket.send(json.dumps(whole))
        error, printed = None, ""
        while True:
            answer = self.socket.recv()
            if not isinstance(answer, str):  # widgets with buffers
                continue
            answer = json.loads(answer)
            if answer["parent_header"].get("msg_id") != message:
                continue
            if answer["msg_type"] == "error":
                error = f"{answer['content']['ename']}: {answer['content']['evalue']}"
            if answer["msg_type"] == "stream":
                printed += answer["content"]["text"]
            if answer["msg_type"] == "status" and answer["content"]["execution_state"] == "idle":
                return error, printed

    def cells(self):
        """The lesson, cell by cell."""
        slowest = 0
        for cell in self.notebook["cells"]:
            if cell["cell_type"] == "code":
                begun = time.monotonic()
                error, _ = self.execute("".join(cell["source"]))
                slowest = max(slowest, time.monotonic() - begun)
                if error and "raises-exception" not in cell["metadata"].get("tags", []):
                    self.failed.append(f"{self.lesson}, cell {cell['id']}: {error}")
        self.seconds["slowest cell"] = slowest


# ---------------------------------------------------------------- memory


def memory(logins):
    """Gigabytes of all programs of these accounts, what they share counted once; None where that cannot be read."""
    users = {entry.pw_uid for entry in pwd.getpwall() if entry.pw_name in logins}
    total, programs = 0, 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and process.stat().st_uid in users:
                rollup = (process / "smaps_rollup").read_text()
                total += int(re.search(r"^Pss: +(\d+)", rollup, flags=re.MULTILINE)[1])
                programs += 1
        except (OSError, TypeError):
            continue  # it has ended
    return (total / 1e6, programs) if programs else None


# ---------------------------------------------------------------- the class


def parse(arguments=None):
    parser = argparse.ArgumentParser(description="A class of simulated students.")
    parser.add_argument("hub", help="the hub's address, such as http://127.0.0.1:8000")
    parser.add_argument("--password", required=True, help="the class's password")
    parser.add_argument("--students", type=int, default=20)
    parser.add_argument("--every", type=float, default=2, help="seconds from one student to the next (0: all at once)")
    parser.add_argument("--prefix", default="student", help="the students' names begin so")
    parser.add_argument("--lang", choices=("en", "ko"), default="en")
    parser.add_argument("--lesson", help="one lesson for all, such as 08_lstm_gates (default: four in turn)")
    return parser.parse_args(arguments)


def main(arguments=None):
    """Let the class work, and print what it was like."""
    options = parse(arguments)
    names = [f"{options.prefix}{n:02d}" for n in range(1, options.students + 1)]
    lessons = [options.lesson] if options.lesson else LESSONS
    students = [
        Student(options.hub, name, options.password, f"{options.lang}/{lessons[n % len(lessons)]}.ipynb")
        for n, name in enumerate(names)
    ]
    threads, loads = [], [os.getloadavg()[0]]
    for n, student in enumerate(students):
        threads.append(threading.Thread(target=student.run, args=[names[n - 1]]))
        threads[-1].start()
        time.sleep(options.every)
    for thread in threads:
        thread.join()
    loads.append(os.getloadavg()[0])
    return report(students, loads, memory({accounts.account(name) for name in names}))


def report(students, loads, used):
    """Print the table; 1 where something failed."""
    print(f"{len(students)} students; load before {loads[0]:.1f}, at the end {loads[1]:.1f}")
    print("| stage | median s | longest s | done |\n|---|---|---|---|")
    for stage in STAGES:
        took = [student.seconds[stage] for student in students if stage in student.seconds]
        if took:
            print(f"| {stage} | {statistics.median(took):.1f} | {max(took):.1f} | {len(took)} |")
    if used:
        print(f"memory: {used[0]:.2f} GB in {used[1]} programs, {used[0] / len(students):.2f} GB a student")
    closed = sum(student.peeked.startswith("closed Permission") for student in students)
    print(f"the folder of another student was closed to {closed} of {len(students)}")
    for student in students:
        for sentence in student.failed:
            print(f"{student.name}: {sentence}")
        if student.peeked.startswith("open"):
            print(f"{student.name} could read: {student.peeked}")
    return int(any(student.failed or student.peeked.startswith("open") for student in students))


if __name__ == "__main__":
    sys.exit(main())

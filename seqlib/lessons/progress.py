"""What a reader has tried and solved, in one small file of the reader's own.

`check` hands every result to `note`. It is written down only where the lessons are a reader's copies, which `course.py`
marks with a file of its own (`MARK`): in ``notebooks/``, which tests and tools run, nothing is noted and nothing is
shown, so that no saved output depends on what somebody has solved. Nothing is ever sent anywhere.
"""

import contextlib
import datetime
import json
import os
import secrets
import time
from pathlib import Path

from .. import words

__all__ = ["HERE", "Damaged", "delete", "note", "place", "read", "sound"]

MARK, FILE, LOCK = ".course.json", "progress.json", ".progress.lock"
FORMAT, VERSION = "course-progress", 1
# English only, as the file's other words are: it is for who opens the file, in whatever language the lessons are.
ABOUT = "What check has noted of your answers. It is yours, and is never sent anywhere; delete it to begin again."
NO_ATTEMPT = {"unknown-key", "interrupted", "unexpected"}  # of these nothing is known about the answer
DAMAGED = {
    "en": "(Your progress file could not be read: it is kept as {name}, and a new one begins.)",
    "ko": "(진도 파일을 읽을 수 없습니다. 그 파일은 {name} 이름으로 남겨 두고 새로 시작합니다.)",
}
REFUSED = {
    "en": "(Your progress is not noted, because {folder} cannot be written to: {why}. The checks work all the same.)",
    "ko": "({folder} 폴더에 쓸 수 없어 진도를 적어 두지 못합니다: {why}. 확인 기능은 그대로 작동합니다.)",
}
_said = set()
try:
    HERE = Path.cwd()  # of a kernel: its lesson's folder. Later on, a reader may have gone elsewhere.
except OSError:
    HERE = Path(os.devnull)


class Damaged(ValueError):
    """A file that is no progress file, or was cut off."""


# ---------- the file


def place(folder=None):
    """The progress file beside a reader's copies, whether it is there yet or not; None elsewhere."""
    folder = HERE if folder is None else Path(folder)
    found = next((above for above in (folder, folder.parent) if (above / MARK).is_file()), None)
    return found and found / FILE


def read(path):
    """What a progress file says; an empty one where there is none.

    Returns
    -------
    dict
        ``{"format", "version", "id", "exercises": {key: {"state": "solved" or "tried", "tries": int,
        "mistakes": {name: int}, "first": ISO time, "last": ISO time}}}``. The id is a random number.

    Raises
    ------
    Damaged
        The file is something else.
    """
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        start = {"about": ABOUT, "format": FORMAT, "version": VERSION, "id": secrets.token_hex(6)}
        return start | {"exercises": {}}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Damaged(f"{path} is no JSON") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise Damaged(f"{path} is no progress file of version {VERSION}")
    if not isinstance(data.get("id"), str) or not sound(data.get("exercises")):
        raise Damaged(f"{path} is no progress file as `check` writes them")
    return data


def sound(exercises):
    """Whether this is what a progress file, or a report, says about exercises."""
    return isinstance(exercises, dict) and all(
        isinstance(noted, dict)
        and noted.get("state") in ("solved", "tried")
        and _count(noted.get("tries"))
        and isinstance(noted.get("mistakes"), dict)
        and all(map(_count, noted["mistakes"].values()))
        and isinstance(noted.get("last", ""), str)
        for noted in exercises.values()
    )


def _count(value):
    return type(value) is int and value >= 0


def write(path, data):
    """Replace a JSON file in one step: whoever reads it finds the old or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")
        for wait in (0.02, 0.1, 0.3, None):
            try:
                return beside.replace(path)
            except PermissionError:  # on Windows, while somebody reads it
                if wait is None:
                    raise
                time.sleep(wait)
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def alone(path):
    """Keep other kernels from the file for a moment. The system lets go of the lock when a kernel dies."""
    with open(path.with_name(LOCK), "a+b") as file:
        end = time.monotonic() + 5
        while not _lock(file) and time.monotonic() < end:
            time.sleep(0.01)
        yield  # closing the file unlocks it


def _lock(file):
    """Whether it is locked now, or cannot be at all, as on some network drives."""
    try:
        if os.name == "nt":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return os.name != "nt"
    return True


# ---------- noting


def note(result):
    """Write down what `check` found, where the lessons are a reader's copies; give the result back.

    A blank that is still there is no attempt, and a solved exercise stays solved. Whatever goes wrong here is one
    sentence, once, and no matter to the check.
    """
    try:
        path = place()
        if path and result.state in ("right", "wrong") and result.mistake not in NO_ATTEMPT:
            _note(path, result)
    except OSError as problem:
        if "refused" not in _said:
            _said.add("refused")
            print(words.say(REFUSED, folder=path.parent.name, why=problem.strerror or type(problem).__name__))
    except Exception:  # such as a name that is no text: the check matters, the note does not
        return result
    return result


def _note(path, result):
    with alone(path):
        data = _readable(path)
        was = data["exercises"].get(result.key)
        if result.ok and was and was["state"] == "solved":
            return  # Run All once more
        data["exercises"][result.key] = _after(was, result)
        write(path, data)


def _readable(path):
    """The file's data; a damaged file is kept under another name, and said."""
    try:
        return read(path)
    except Damaged:
        names = (f"progress.damaged{n}.json" for n in ("", *(f"-{n}" for n in range(2, 1000))))
        aside = next(path.with_name(name) for name in names if not path.with_name(name).exists())
        path.replace(aside)
        print(words.say(DAMAGED, name=aside.name))
        return read(path)


def _after(was, result):
    """What is noted of an exercise after one more attempt."""
    now = datetime.datetime.now().isoformat(timespec="seconds")
    was = was or {"state": "tried", "tries": 0, "mistakes": {}, "first": now}
    mistakes = dict(was["mistakes"])
    if not result.ok:
        mistakes[result.mistake] = mistakes.get(result.mistake, 0) + 1
    state = "solved" if result.ok else was["state"]
    return was | {"state": state, "tries": was["tries"] + 1, "mistakes": mistakes, "last": now}


def delete(path):
    """Begin again: the file is gone, and so is what it said."""
    with alone(path):
        path.unlink(missing_ok=True)

"""What a command says where the system refuses a file: which one, and what to do."""

import errno
from pathlib import Path

from . import words

SAYS = {
    "permission": {
        "en": "{path} may not be read or written: choose another place, or change its permissions.",
        "ko": "{path}에 접근할 권한이 없습니다. 다른 위치를 고르거나 권한을 바꾸세요.",
    },
    "missing": {
        "en": "{path} is not there, or its folder is not: make the folder first, or choose another name.",
        "ko": "{path} 파일이나 그 폴더가 없습니다. 폴더를 먼저 만들거나 다른 이름을 고르세요.",
    },
    "folder": {
        "en": "{path} is a folder: give the name of a file.",
        "ko": "{path} 경로는 폴더입니다. 파일 이름을 쓰세요.",
    },
    "in the way": {
        "en": "{path} is there already, and is nothing that this command wrote: choose another name, or move it away.",
        "ko": "{path} 경로에 이 명령이 쓰지 않은 것이 이미 있습니다. 다른 이름을 고르거나 먼저 다른 곳으로 옮기세요.",
    },
    "long": {
        "en": "{path} is too long a name: choose a shorter one.",
        "ko": "{path} 이름이 너무 깁니다. 더 짧은 이름을 고르세요.",
    },
    "full": {
        "en": "The disk is full, at {path}: free some space, then start again.",
        "ko": "{path} 파일을 쓸 디스크 공간이 없습니다. 공간을 비우고 다시 시작하세요.",
    },
    "else": {
        "en": "{path} cannot be read or written ({why}): choose another place.",
        "ko": "{path} 파일을 읽거나 쓸 수 없습니다({why}). 다른 위치를 고르세요.",
    },
}
NO_NOTEBOOK = {
    "en": "{path} is no notebook that can be read: open it in JupyterLab, save it there, then start again.",
    "ko": "{path} 파일은 읽을 수 있는 노트북이 아닙니다. JupyterLab에서 열어 저장한 뒤 다시 시작하세요.",
}
KINDS = {
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "permission"),
    errno.ENOENT: "missing",
    errno.EISDIR: "folder",
    **dict.fromkeys((errno.EEXIST, errno.ENOTDIR), "in the way"),
    errno.ENAMETOOLONG: "long",
    **dict.fromkeys((errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)), "full"),
}


def sentence(problem, path=None):
    """The sentence, in the language in use, for an OSError; `path` is meant where only a helping file was refused."""
    path = path if path is not None else problem.filename
    if problem.errno == errno.ENOTDIR and path:  # a file stands where a folder has to be: that one is meant
        path = next((above for above in Path(path).parents if above.is_file()), path)
    kind = KINDS.get(problem.errno, "else")
    return words.say(SAYS[kind], path=path if path is not None else "?", why=problem.strerror or type(problem).__name__)


def in_the_way(path):
    """The OSError for a file of somebody else's."""
    return FileExistsError(errno.EEXIST, "File exists", str(path))

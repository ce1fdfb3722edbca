"""The language in which seqlib speaks to its reader.

Every text that a reader sees is a dict ``{"en": ..., "ko": ...}`` that stands beside the code
which shows it, and is resolved with `say` at the moment it is shown.
"""

LANGUAGES = ("en", "ko")
_current = "en"


def use(language):
    """Choose the reader's language for this kernel: ``"en"`` or ``"ko"``."""
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(map(repr, LANGUAGES))}, but {language!r:.60} came.")
    _current = language


def language():
    """The language in use: ``"en"`` or ``"ko"``."""
    return _current


def say(text, **fields):
    """The text in the language in use, its ``{fields}`` filled in."""
    return text[_current].format(**fields) if fields else text[_current]


def quoted(token):
    """A token in the middle of a sentence: in ‘ ’ in Korean, where 나는, 다 or 밥을 would melt into the sentence."""
    return f"‘{token}’" if _current == "ko" else f"{token}"


def aside(text):
    """What follows a word in parentheses: " (text)", and in Korean, which has no space there, "(text)"."""
    return f"({text})" if _current == "ko" else f" ({text})"


def listed(parts):
    """Clauses one after the other: by semicolons, which Korean does not know, so by slashes there."""
    return (" / " if _current == "ko" else "; ").join(parts)


def own_first(names):
    """The names of a choice of languages in a list: in Korean those written in Hangul before the others."""
    return sorted(names, key=lambda name: _current == "ko" and not any("가" <= sign <= "힣" for sign in name))

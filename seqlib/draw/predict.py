"""Which numbers of a scene a reader may be asked to predict, and what the player says about it."""

import re

from .. import words
from ..doors import shown

# Where a name has no letters but mathtext, what is said instead.
SPOKEN = (
    (r"\partial ", "∂"),
    (r"\tilde{C}", "C̃"),
    (r"\tilde{h}", "h̃"),
    (r"\hat{y}", "ŷ"),
    (r"\tanh ", "tanh "),
    (r"\odot", "⊙"),
    (r"\Vert ", "‖"),
    (r"\Vert", "‖"),
    ("_{t-1}", "_t−1"),
    (r"\,", " "),
    ("$", ""),
)
BRACES = re.compile(r"\{(\w+)\}")  # W_{xh}

WORDS = {
    "turn": {"en": "Predict", "ko": "예측하기"},
    "check": {"en": "Check", "ko": "확인"},
    "give": {"en": "Give up", "ko": "답 보기"},
    "which": {"en": "Which number", "ko": "예측할 값"},
    "question": {"en": "{name} = ? Type what you expect, then Enter.",
                 "ko": "{name} = ? 예측한 값을 입력하고 Enter를 누르세요."},
    "hidden": {"en": "The numbers of the next step are hidden: go on with →.",
               "ko": "다음 시점의 값은 가려집니다. →를 눌러 넘어가 보세요."},
    "last": {"en": "This is the last step: go back to another one and predict there.",
             "ko": "마지막 시점입니다. 이전 시점으로 돌아가서 예측해 보세요."},
    "exact": {"en": "{true}, you said {said}: the same, to the decimals shown.",
              "ko": "실제 값은 {true}, 예측한 값은 {said}입니다. 보이는 자릿수까지 같습니다."},
    "near": {"en": "{true}, you said {said}: within {off}.",
             "ko": "실제 값은 {true}, 예측한 값은 {said}입니다. 차이는 {off}입니다."},
    "far": {"en": "{true}, you said {said}: {off} away.",
            "ko": "실제 값은 {true}, 예측한 값은 {said}입니다. 차이는 {off}입니다."},
    "sameWord": {"en": "{true}, as you said.", "ko": "실제로는 {true}, 예측과 같습니다."},
    "otherWord": {"en": "{true}, you said {said}.", "ko": "실제로는 {true}, 예측은 {said}입니다."},
    "given": {"en": "It is {true}.", "ko": "실제 값은 {true}입니다."},
    "notANumber": {"en": "Type a number such as 0.25.", "ko": "0.25 같은 수를 입력하세요."},
}  # fmt: skip


def spoken(label):
    r"""The name of a quantity without mathtext: ``"$\tilde{C}_t$"`` is ``"C̃_t"``."""
    for mathtext, plain in SPOKEN:
        label = label.replace(mathtext, plain)
    return BRACES.sub(r"\1", label)


def asking(names, named, bindings):
    """What the player's feature `predict` needs.

    Parameters
    ----------
    names : sequence of str
        The quantities that are hidden; the reader is asked for the first one's numbers first.
    named : dict of str to str
        The id of each bound artist that has a name, and the name.
    bindings : list of dict
        The scene's resolved bindings.

    Raises
    ------
    ValueError
        Nothing is named so, or what is has no text.
    """
    of = {(b["id"], b["attribute"]): named.get(re.sub("[tp]$", "", b["id"]), "") for b in bindings}
    there = list(dict.fromkeys(name.split("[")[0] for name in of.values() if name))

    def meant(place, names=names):
        """Whether what is bound there is one of the quantities, or a row or a class of it."""
        return any(of[place] == name or of[place].startswith((f"{name}[", f"{name} ")) for name in names)

    if odd := [name for name in names if not isinstance(name, str)]:
        raise ValueError(f"names must be texts such as 'h_t', but {shown(odd[0])} came.")
    for name in names or [""]:
        if not any(meant(place, [name]) for place in of if name):
            known = f"this picture has {', '.join(there)}" if there else "give its bindings a name: Binding(…, name=…)"
            raise ValueError(f"there is nothing named {name!r:.60} to predict; {known}.")
    texts = [((b["id"], "text"), b["values"]) for b in bindings if b["attribute"] == "text"]
    asked = [{"id": place[0], "name": of[place]} for name in names for place, _ in texts if meant(place, [name])]
    if not asked:
        raise ValueError(f"{', '.join(names)} has no bound Text, so no number to predict; bind one with this name.")
    # The same numbers elsewhere in the picture would tell.
    secret = [values for place, values in texts if meant(place) and len(set(values)) > 1]
    same = [place for place, values in texts if values in secret and not meant(place)]
    hidden = [place for place in of if meant(place)]
    words_now = {name: words.say(told) for name, told in WORDS.items()}
    return {"asked": asked, "hidden": [list(place) for place in (*hidden, *same)], "words": words_now}

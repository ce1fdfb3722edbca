"""What a check says about any answer, whatever the exercise: every sentence in both languages."""

AXES = {
    "t": {"en": "t = {i}", "ko": "t = {i}"},
    "unit": {"en": "unit {i}", "ko": "유닛 {i}"},
    "feature": {"en": "feature {i}", "ko": "특성 {i}"},
    "class": {"en": "class {i}", "ko": "클래스 {i}"},
    "example": {"en": "example {i}", "ko": "예제 {i}"},
    "row": {"en": "row {i}", "ko": "행 {i}"},
    "entry": {"en": "number {i}", "ko": "{i}번째 수"},
}

SAYS = {
    "blank": {
        "en": "Replace every `...` and run the cell again.",
        "ko": "`...` 자리를 모두 채운 뒤 셀을 다시 실행하세요.",
    },
    "blank-line": {
        "en": "There is still a `...` in line {line}. Replace it and run the cell again.",
        "ko": "{line}번째 줄에 `...`이 남아 있습니다. 채운 뒤 셀을 다시 실행하세요.",
    },
    "blank-elsewhere": {
        "en": "`{name}`, which this exercise uses, still has a `...` in it. Finish that one first.",
        "ko": "이 연습에서 쓰는 `{name}` 안에 아직 `...`이 남아 있습니다. 그것부터 완성하세요.",
    },
    "unknown-key": {
        "en": "There is no exercise `{key}`. Did you mean `{close}`? Its lesson has: {keys}.",
        "ko": "`{key}` 연습은 없습니다. 혹시 `{close}` 연습을 찾으셨나요? 이 수업의 연습: {keys}.",
    },
    "no-key": {
        "en": 'The first argument is the name of the exercise, in quotes, the second your answer: `check("{close}", …)`.',
        "ko": '첫째 인수는 따옴표로 묶은 연습 이름, 둘째 인수는 답입니다: `check("{close}", …)`.',
    },
    "several-answers": {
        "en": "`check` takes one answer, {count} came. Hand over only the one that the exercise asks for.",
        "ko": "`check`에는 답을 하나만 넣습니다. 지금은 {count}개가 들어왔습니다. 이 연습의 답만 넣으세요.",
    },
    "not-a-function": {
        "en": 'This exercise needs the function itself, not its result (`{kind}` came). Write `check("{key}", {name})`, with no parentheses after the name.',
        "ko": '이 연습에는 계산 결과(`{kind}`)가 아니라 함수 자체를 넣어야 합니다. 이름 뒤에 괄호 없이 `check("{key}", {name})`처럼 쓰세요.',
    },
    "is-a-class": {
        "en": "A class came, this exercise needs a function: `def {signature}:`.",
        "ko": "클래스가 들어왔습니다. 이 연습에는 함수가 필요합니다: `def {signature}:`",
    },
    "not-a-class": {
        "en": "This exercise needs a class: `{signature}`. Hand over the class itself, not an object made from it.",
        "ko": "이 연습에는 클래스가 필요합니다: `{signature}`. 객체가 아니라 클래스 자체를 넣으세요.",
    },
    "is-a-function": {
        "en": "A function came, this exercise asks for a value. Call the function, with parentheses and its inputs, and hand over what it returns.",
        "ko": "함수가 들어왔지만 이 연습의 답은 값입니다. 괄호와 입력을 붙여 함수를 호출하고, 그 결과를 넣으세요.",
    },
    "arguments": {
        "en": "Your function is called with {count} inputs, in this order: `{signature}`. It cannot take them: {message}.",
        "ko": "함수는 `{signature}` 순서로 입력 {count}개를 받아야 하는데, 지금은 그렇게 호출할 수 없습니다: {message}.",
    },
    "raised": {
        "en": "Your code stopped with `{kind}`{where}: {message}{shapes}",
        "ko": "코드가 실행 중에 `{kind}` 오류로 멈췄습니다{where}: {message}{shapes}",
    },
    "product-shapes": {
        "en": "Two arrays do not fit together in a product{where}. In `A @ B`, A needs as many columns as B has rows{shapes}.",
        "ko": "곱하는 두 배열의 모양이 맞지 않습니다{where}. `A @ B`에서는 A의 열 수와 B의 행 수가 같아야 합니다{shapes}.",
    },
    "recursion": {
        "en": "Your function calls itself without end{where}. Use a loop over the steps, or give the recursion a case where it stops.",
        "ko": "함수가 자기 자신을 끝없이 호출합니다{where}. 시점에 대한 반복문을 쓰거나, 재귀가 멈추는 조건을 넣으세요.",
    },
    "exit": {
        "en": "Your code asked Python to quit (`exit()` or `sys.exit()`){where}. Leave it with `return` instead.",
        "ko": "코드가 파이썬을 끝내려고 했습니다(`exit()` 또는 `sys.exit()`){where}. 대신 `return`으로 함수를 마치세요.",
    },
    "memory": {
        "en": "Your code asked for more memory than there is{where}. An array there is far too large: look at the shape you make it with.",
        "ko": "코드가 쓸 수 있는 것보다 많은 메모리를 요구했습니다{where}. 지나치게 큰 배열이 있으니 배열을 만들 때 준 크기를 확인하세요.",
    },
    "interrupted": {
        "en": "The check was interrupted before your code had finished. If it never ends, look at the condition of the loop.",
        "ko": "코드가 끝나기 전에 확인이 중단되었습니다. 코드가 끝나지 않는다면 반복문의 조건을 살펴보세요.",
    },
    "unexpected": {
        "en": "Your answer could not be read: looking at it raised `{kind}`. Hand over a plain NumPy array, number or function.",
        "ko": "답을 읽을 수 없습니다. 답을 살펴보는 중에 `{kind}` 오류가 났습니다. 평범한 NumPy 배열이나 수, 함수를 넣으세요.",
    },
    "returned-none": {
        "en": "Your function returned `None`. Did you forget `return`?",
        "ko": "함수가 `None`을 돌려주었습니다. `return`을 빠뜨리지 않았나요?",
    },
    "printed": {
        "en": "Your function prints its result but returns `None`. Printing only shows a value; `return` hands it on.",
        "ko": "함수가 결과를 출력만 하고 `None`을 돌려주었습니다. `print`는 값을 보여 줄 뿐이고, 값을 넘겨주는 것은 `return`입니다.",
    },
    "is-none": {
        "en": "The answer is `None`. Did the function that made it forget its `return`?",
        "ko": "답이 `None`입니다. 답을 만든 함수에서 `return`을 빠뜨리지 않았나요?",
    },
    "generator": {
        "en": "A generator came: it makes its values only when asked for them. Collect them in a list and return `np.stack(list)`; a `yield` becomes an `append`.",
        "ko": "제너레이터가 나왔습니다. 제너레이터는 요청받을 때에만 값을 만듭니다. 값을 리스트에 모아(`yield` 대신 `append`) `np.stack(리스트)`를 돌려주세요.",
    },
    "coroutine": {
        "en": "Your function is an `async def`: calling it computes nothing yet. Write a plain `def`.",
        "ko": "함수를 `async def`로 정의해서, 호출해도 아직 아무것도 계산되지 않습니다. 보통의 `def`로 쓰세요.",
    },
    "uncalled": {
        "en": "A function or class came out instead of numbers. Are the parentheses of a call missing, as in `h.copy` for `h.copy()`?",
        "ko": "수 대신 함수나 클래스가 나왔습니다. `h.copy()`를 `h.copy`로 쓴 것처럼 호출 괄호가 빠지지 않았나요?",
    },
    "wrong-type": {
        "en": "Expected {wanted}, but `{kind}` came.",
        "ko": "필요한 것은 {wanted}인데 `{kind}` 값이 나왔습니다.",
    },
    "ragged": {
        "en": "The entries of your list have different shapes, so it cannot become one array. Do all steps give the same shape?",
        "ko": "리스트에 든 값들의 모양이 서로 달라 하나의 배열로 만들 수 없습니다. 모든 시점에서 같은 모양이 나오는지 확인하세요.",
    },
    "unreadable": {
        "en": "The answer, `{kind}`, cannot become a NumPy array: converting it raised `{error}`.",
        "ko": "답(`{kind}`)을 NumPy 배열로 바꿀 수 없습니다. 바꾸는 중에 `{error}` 오류가 났습니다.",
    },
    "complex": {
        "en": "The result is complex, real numbers are expected. A `1j` or the square root of a negative number came in somewhere.",
        "ko": "결과가 복소수입니다. 실수여야 합니다. 어딘가에 `1j`나 음수의 제곱근이 들어갔습니다.",
    },
    "truth-values": {
        "en": "The result holds `True` and `False`, numbers are expected. A comparison such as `==` or `>` is the last thing you compute; what comes after it?",
        "ko": "결과가 `True`와 `False`입니다. 수가 필요합니다. `==`나 `>` 같은 비교에서 계산이 끝났습니다. 그다음에 할 일은 무엇일까요?",
    },
    "whole-numbers": {
        "en": "The result holds whole numbers only, so everything after the decimal point is lost. Was an array made with `dtype=int`, or `//` used for `/`?",
        "ko": "결과가 정수뿐이라 소수점 아래가 사라졌습니다. 배열을 `dtype=int`로 만들었거나 `/` 대신 `//`를 쓰지 않았나요?",
    },
    "wrong-shape": {
        "en": "The shape should be {wanted}, but came {came}{shapes}.",
        "ko": "결과는 {wanted} 모양이어야 하는데 {came} 모양이 나왔습니다{shapes}.",
    },
    "flattened": {
        "en": "The shape should be {wanted}, but came {came}: the numbers are all there, but an axis was lost. A column keeps its second axis, `(n, 1)`; `reshape` brings it back.",
        "ko": "결과는 {wanted} 모양이어야 하는데 {came} 모양이 나왔습니다. 수의 개수는 맞지만 축이 사라졌습니다. 열벡터는 둘째 축을 지켜 `(n, 1)`로 둡니다. `reshape`로 되살릴 수 있습니다.",
    },
    "transposed": {
        "en": "The shape should be {wanted}, but came {came}: the axes are in another order. Examples stand side by side, as columns, on the last axis.",
        "ko": "결과는 {wanted} 모양이어야 하는데 {came} 모양이 나왔습니다. 축의 순서가 다릅니다. 예제는 마지막 축에 열로 나란히 놓습니다.",
    },
    "not-a-number": {
        "en": "The result holds NaN (“not a number”), first at {where}. It comes from 0/0, ∞−∞ or ∞/∞.",
        "ko": "결과에 NaN(‘수가 아님’)이 있습니다. 처음 나오는 곳은 {where}입니다. NaN은 0/0, ∞−∞, ∞/∞에서 생깁니다.",
    },
    "infinite": {
        "en": "The result holds an infinite number, first at {where}. A division by zero, a log of zero or an `exp` of something large makes one.",
        "ko": "결과에 무한대가 있습니다. 처음 나오는 곳은 {where}입니다. 0으로 나누거나, 0의 로그를 취하거나, 큰 수에 `exp`를 쓰면 생깁니다.",
    },
    "inputs-changed": {
        "en": "Your function changes its input {names}. The caller still needs it: `+=` and `x[...] =` write into the array itself. Compute a new array, or start from `.copy()`.",
        "ko": "함수가 입력 {names}의 값을 바꿔 놓습니다. 호출한 쪽에서는 그 값이 아직 필요합니다. `+=`나 `x[...] =`는 배열 자체를 고칩니다. 새 배열을 계산하거나 `.copy()`로 시작하세요.",
    },
    "wrong-keys": {
        "en": "The answer needs exactly these entries: {wanted}.",
        "ko": "답에는 다음 항목이 정확히 있어야 합니다: {wanted}.",
    },
    "wrong-entries": {
        "en": "{right} of {count} are right. Look again at {keys}.",
        "ko": "{count}개 가운데 {right}개가 맞았습니다. {keys} 항목을 다시 보세요.",
    },
    "wrong-value": {
        "en": "The shape is right, the numbers are not. The largest difference is at {where}: expected {wanted}, yours is {came} (test input {case} of {cases}).",
        "ko": "모양은 맞지만 값이 다릅니다. 차이가 가장 큰 곳은 {where}입니다. 나와야 할 값은 {wanted}, 나온 값은 {came}입니다(시험 입력 {cases}개 중 {case}번째).",
    },
    "wrong-number": {
        "en": "Expected {wanted}, yours is {came} (for {inputs}).",
        "ko": "나와야 할 값은 {wanted}, 나온 값은 {came}입니다(입력: {inputs}).",
    },
    "wrong-answer": {
        "en": "This is not the answer yet. Go back to the picture above and count again.",
        "ko": "아직 정답이 아닙니다. 위의 그림으로 돌아가 다시 세어 보세요.",
    },
    "two-mistakes": {"en": "Two things at once. {first} And: {second}", "ko": "두 가지가 겹쳤습니다. {first} 그리고 {second}"},
}

NUMBERS = {"en": "an array of numbers", "ko": "수로 이루어진 배열"}
TEXT = {"en": "a text in quotes", "ko": "따옴표로 묶은 문자열"}
ENTRIES = {"en": "a dict", "ko": "딕셔너리(dict)"}


def both(text, **fields):
    """Fill a sentence in both languages; a field may itself be a dict of both."""
    return {
        language: sentence.format(**{k: v[language] if isinstance(v, dict) else v for k, v in fields.items()})
        for language, sentence in text.items()
    }


def kind_of(value):
    return short(type(value).__name__)


def short(value, limit=80):
    """str(value) on one line and not too long, whatever the value is."""
    try:
        text = " ".join(str(value).split())
    except Exception:
        text = type(value).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"

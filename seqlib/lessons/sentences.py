"""What a check says about any answer, whatever the exercise: every sentence in both languages."""

AXES = {
    "t": {"en": "t = {i}", "ko": "t = {i}"},
    "unit": {"en": "unit {i}", "ko": "유닛 {i}"},
    "feature": {"en": "feature {i}", "ko": "특성 {i}"},
    "class": {"en": "class {i}", "ko": "클래스 {i}"},
    "example": {"en": "example {i}", "ko": "예제 {i}"},
    "row": {"en": "row {i}", "ko": "행 {i}"},
    "column": {"en": "column {i}", "ko": "열 {i}"},
    "entry": {"en": "number {i}", "ko": "{i}번째 수"},
}

SAYS = {
    "blank": {
        "en": "Replace every `...` and run the cell again.",
        "ko": "`...` 자리를 모두 채운 뒤 셀을 다시 실행하세요.",
    },
    "empty": {
        "en": "This function does nothing yet. Fill its body and run the cell again.",
        "ko": "이 함수는 아직 아무 일도 하지 않습니다. 함수의 본문을 채운 뒤 셀을 다시 실행하세요.",
    },
    "no-answer": {
        "en": "The answer is missing. Hand it over as the second argument: `{call}`.",
        "ko": "답이 빠졌습니다. 둘째 인자로 답을 넣으세요: `{call}`.",
    },
    "blank-line": {
        "en": "There is still a `...` in line {line}. Replace it and run the cell again.",
        "ko": "{line}번째 줄에 `...`이 남아 있습니다. 채운 뒤 셀을 다시 실행하세요.",
    },
    "blank-elsewhere": {
        "en": "`{name}`, which this exercise uses, still has a `...` in it. Finish that one first.",
        "ko": "이 연습 문제에서 쓰는 `{name}` 안에 아직 `...`이 남아 있습니다. 먼저 `{name}` 부분을 완성하세요.",
    },
    "empty-elsewhere": {
        "en": "`{name}`, which this exercise uses, does nothing yet. Finish that one first.",
        "ko": "이 연습 문제에서 쓰는 `{name}` 함수는 아직 아무 일도 하지 않습니다. 먼저 `{name}` 부분을 완성하세요.",
    },
    "unknown-key": {
        "en": "There is no exercise `{key}`. Did you mean `{close}`? Its lesson has: {keys}.",
        "ko": "`{key}` 연습 문제는 없습니다. 혹시 `{close}` 연습 문제를 찾으셨나요? 이 수업의 연습 문제: {keys}.",
    },
    "far-key": {
        "en": 'There is no exercise `{key}`, and none with a name like it. The name of an exercise stands in its cell, in `check("…", …)`.',
        "ko": '`{key}` 연습 문제는 없고, 이름이 비슷한 것도 없습니다. 연습 문제의 이름은 그 셀의 `check("…", …)` 안에 적혀 있습니다.',
    },
    "no-key": {
        "en": 'The first argument is the name of the exercise, in quotes, the second your answer: `check("{close}", …)`.',
        "ko": '첫째 인자는 따옴표로 묶은 연습 문제 이름, 둘째 인자는 답입니다: `check("{close}", …)`.',
    },
    "several-answers": {
        "en": "`check` takes one answer, {count} came. Hand over only the one that the exercise asks for.",
        "ko": "`check`에는 답을 하나만 넣습니다. 지금은 {count}개가 들어왔습니다. 이 연습 문제의 답만 넣으세요.",
    },
    "no-such-argument": {
        "en": "`check` has no argument {names}. Hand the answer over as the second argument: `{call}`.",
        "ko": "`check`에 없는 인자가 들어왔습니다: {names}. 둘째 인자로 답을 넣으세요: `{call}`.",
    },
    "not-a-function": {
        "en": 'This exercise needs the function itself, not its result (`{kind}` came). Write `check("{key}", {name})`, with no parentheses after the name.',
        "ko": '이 연습 문제에는 계산 결과(`{kind}`)가 아니라 함수 자체를 넣어야 합니다. 이름 뒤에 괄호 없이 `check("{key}", {name})`처럼 쓰세요.',
    },
    "is-a-class": {
        "en": "A class came, this exercise needs a function: `def {signature}:`.",
        "ko": "클래스가 들어왔습니다. 이 연습 문제에는 함수가 필요합니다: `def {signature}:`",
    },
    "not-a-class": {
        "en": "This exercise needs a class: `{signature}`. Hand over the class itself, not an object made from it.",
        "ko": "이 연습 문제에는 클래스가 필요합니다: `{signature}`. 객체가 아니라 클래스 자체를 넣으세요.",
    },
    "is-a-function": {
        "en": "A function came, this exercise asks for a value. Call the function, with parentheses and its inputs, and hand over what it returns.",
        "ko": "함수가 들어왔지만 이 연습 문제의 답은 값입니다. 괄호와 입력을 붙여 함수를 호출하고, 그 결과를 넣으세요.",
    },
    "arguments": {
        "en": "Your function is called with {count} inputs, in this order: `{signature}`. It cannot take them: {message}.",
        "ko": "함수는 `{signature}` 순서로 입력 {count}개를 받아야 하는데, 지금은 그렇게 호출할 수 없습니다: {message}.",
    },
    "argument-order": {
        "en": "Right, once the inputs come in order: they are handed over as `{signature}`, your function takes them as `{own}`.",
        "ko": "입력 순서만 맞추면 맞습니다. 입력은 `{signature}` 순서로 들어오는데, 함수는 `{own}` 순서로 받고 있습니다.",
    },
    "endless": {
        "en": "Your code was still running after {seconds} seconds and was stopped{where}. Does the loop come to an end? Something that its condition looks at has to change inside it.",
        "ko": "코드가 {seconds}초가 지나도 끝나지 않아 멈추었습니다{where}. 반복문이 끝나나요? 조건에서 보는 값이 반복문 안에서 바뀌어야 합니다.",
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
        "ko": "코드가 `exit()` 또는 `sys.exit()` 호출로 파이썬을 끝내려고 했습니다{where}. 대신 `return`으로 함수를 마치세요.",
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
        "ko": "제너레이터가 나왔습니다. 제너레이터는 요청받을 때에만 값을 만듭니다. 값을 리스트에 모아(`yield` 대신 `append`) `np.stack(list)`을 돌려주세요.",
    },
    "round-brackets": {
        "en": "Round brackets around `… for …` make a generator, whose values are made only when asked for. Square brackets, `[… for …]`, make a list.",
        "ko": "`… for …`를 둥근 괄호로 묶으면 요청받을 때에만 값을 만드는 제너레이터가 됩니다. 대괄호 `[… for …]`는 리스트를 만듭니다.",
    },
    "generator-entries": {
        "en": "A generator came: round brackets around `… for …`, or a `yield`, make values only when asked for them. Square brackets, `[… for …]`, make a list: return {count}, {names}.",
        "ko": "제너레이터가 나왔습니다. `… for …`를 둥근 괄호로 묶거나 `yield`를 쓰면 요청받을 때에만 값을 만듭니다. 대괄호 `[… for …]`로 리스트를 만들어 {names}, 모두 {count}를 돌려주세요.",
    },
    "coroutine": {
        "en": "Your function is an `async def`: calling it computes nothing yet. Write a plain `def`.",
        "ko": "함수를 `async def`로 정의해서, 호출해도 아직 아무것도 계산되지 않습니다. 보통의 `def`로 쓰세요.",
    },
    "uncalled": {
        "en": "A function or class came out instead of numbers. Are the parentheses of a call missing, as in `h.copy` for `h.copy()`?",
        "ko": "수 대신 함수나 클래스가 나왔습니다. `h.copy()`를 `h.copy`로 쓴 것처럼 호출 괄호가 빠지지 않았나요?",
    },
    "masked": {
        "en": "A masked array came, and what lies under a mask is no number. Hand over a plain array: compute without the mask, or give the places under it a number with `.filled(…)`.",
        "ko": "마스크 배열이 나왔습니다. 마스크로 가려진 자리에는 수가 없습니다. 마스크 없이 계산하거나, 가려진 자리를 `.filled(…)`로 채워 보통의 배열을 넣으세요.",
    },
    "wrong-type": {
        "en": "Expected {wanted}, but `{kind}` came.",
        "ko": "필요한 것은 {wanted}인데 `{kind}` 값이 나왔습니다.",
    },
    "none-inside": {
        "en": "There is a `None` at place {place}. A function without `return` gives one, and so does `.get(key)` where the key is unknown: it needs a second argument, what to give then.",
        "ko": "{place}번째 자리에 `None`이 있습니다. `return`이 없는 함수나, 없는 키로 부른 `.get(key)`이 `None`을 줍니다. `.get`의 둘째 인자에 그럴 때 줄 값을 적으세요.",
    },
    "text-inside": {
        "en": "There is a text at place {place}, `{text}`, where a number is asked for.",
        "ko": "{place}번째 자리에 수가 아니라 `{text}` 문자열이 있습니다.",
    },
    "kind-inside": {
        "en": "There is a `{kind}` at place {place}, where a number is asked for.",
        "ko": "{place}번째 자리에 수가 아니라 `{kind}` 값이 있습니다.",
    },
    "not-the-results": {
        "en": "Return {count}, {names}; a `{kind}` came.",
        "ko": "{names}, 모두 {count}를 돌려주세요. 지금은 `{kind}` 값이 나왔습니다.",
    },
    "other-count": {
        "en": "Return {count}, {names}; {came} came.{found}",
        "ko": "{names}, 모두 {count}를 돌려주세요. 지금은 {came}가 나왔습니다.{found}",
    },
    "first-right": {
        "en": " The first {count} are as they should be; leave out the rest.",
        "ko": " 앞의 {count}는 맞으니 나머지를 빼세요.",
    },
    "these-came": {
        "en": " What came is {came}, as it should be. Missing: {missing}.",
        "ko": " {came}까지는 맞게 나왔습니다. 빠진 것: {missing}.",
    },
    "joint": {
        "en": "The numbers are the right ones, but in one long vector. Return {count}, {names}, each in its own shape.",
        "ko": "수는 모두 맞지만 긴 벡터 하나로 이어져 있습니다. {names}, 모두 {count}를 각각의 모양대로 돌려주세요.",
    },
    "added-together": {
        "en": "This is the sum of all of them. Return {count}, {names}, each by itself.",
        "ko": "지금 나온 것은 모두 더한 값입니다. 더하지 말고 {names}, 모두 {count}를 따로 돌려주세요.",
    },
    "return-in-loop": {
        "en": "The `return` in line {line} stands inside the loop, so the function ends after the first round. Move it one indentation to the left.",
        "ko": "{line}번째 줄의 `return`이 반복문 안에 있어 첫 바퀴에서 함수가 끝납니다. 들여쓰기를 한 단계 줄이세요.",
    },
    "max-for-maximum": {
        "en": "`{code}` takes the largest along an axis: the second argument is the axis. Entry by entry it is `np.maximum(…, 0)`.",
        "ko": "`{code}`의 둘째 인자는 축이라서, 그 축에서 가장 큰 값을 고릅니다. 원소마다 0과 비교하려면 `np.maximum(…, 0)`을 쓰세요.",
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
        "en": "The result is complex, real numbers are expected. A `1j`, the root of a negative number or an eigenvalue came in somewhere; `np.abs` makes it a length.",
        "ko": "결과가 복소수입니다. 실수여야 합니다. 어딘가에 `1j`나 음수의 제곱근, 고윳값이 들어갔습니다. `np.abs`를 취하면 크기가 됩니다.",
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
    "wrong-length": {
        "en": "{wanted} numbers should come, {all}, but {came} came: {yours} (for {inputs}).",
        "ko": "나와야 할 값은 {wanted}개입니다: {all}. 나온 값은 {came}개입니다: {yours}. 입력: {inputs}.",
    },
    "many-for-one": {
        "en": "One number is asked for, but an array of shape {came} came.",
        "ko": "수 하나를 답해야 하는데 {came} 모양의 배열이 나왔습니다.",
    },
    "one-for-all": {
        "en": "A single number came, but the shape should be {wanted}: one for each of {axis}{shapes}.",
        "ko": "수가 하나만 나왔는데 결과는 {wanted} 모양이어야 합니다. {axis}마다 하나씩입니다{shapes}.",
    },
    "all-for-one": {
        "en": "One number is asked for, but as many came as `{name}` has: {came}. They still have to be gathered into one.",
        "ko": "수 하나를 답해야 하는데 `{name}`만큼의 수가 {came} 모양으로 나왔습니다. 하나로 모으는 일이 남았습니다.",
    },
    "another-axis": {
        "en": "The shape should be {wanted}, one for each along axis {right} of `{name}`, but {came} came, one for each along its axis {wrong}: gathered over the wrong axis?",
        "ko": "결과는 `{name}`의 축 {right}마다 하나씩인 {wanted} 모양이어야 하는데, 축 {wrong}마다 하나씩인 {came} 모양이 나왔습니다. 다른 축에 대해 모으지 않았나요?",
    },
    "flattened": {
        "en": "The shape should be {wanted}, but came {came}: the numbers are all there, but an axis was lost. A column keeps its second axis, `(n, 1)`: `keepdims=True` keeps it, `reshape` brings it back.",
        "ko": "결과는 {wanted} 모양이어야 하는데 {came} 모양이 나왔습니다. 수의 개수는 맞지만 축이 사라졌습니다. 열벡터는 둘째 축까지 있는 `(n, 1)` 모양입니다. `keepdims=True`가 축을 남기고, `reshape`로 되살릴 수도 있습니다.",
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
        "en": "Your function changes its input {names}. The caller still needs it: `+=` and `x[...] =` write into the array itself. Compute a new array, as `a = a + b` does, or start from `.copy()`.",
        "ko": "함수가 입력 {names}의 값을 바꿔 놓습니다. 호출한 쪽에서는 그 값이 아직 필요합니다. `+=`나 `x[...] =`는 배열 자체를 고칩니다. `a = a + b`처럼 새 배열을 계산하거나 `.copy()`로 시작하세요.",
    },
    "wrong-keys": {
        "en": "The answer needs exactly these entries: {wanted}.",
        "ko": "답에는 다음 항목만 빠짐없이 있어야 합니다: {wanted}.",
    },
    "wrong-entries": {
        "en": "{right} of {count} are right. Look again at {keys}.",
        "ko": "{count}개 가운데 {right}개가 맞았습니다. {keys} 항목을 다시 보세요.",
    },
    "no-such-name": {
        "en": "`{key}`: `{came}` is none of the names {names}.{close}",
        "ko": "`{key}`: {names} 가운데 `{came}` 이름은 없습니다.{close}",
    },
    "meant": {"en": " Did you mean `{close}`?", "ko": " 혹시 `{close}`인가요?"},
    "some-wrong": {"en": "{right} of {count} are right; look again at {keys}. ", "ko": "{count}개 가운데 {right}개가 맞았습니다. 다시 볼 것: {keys}. "},
    "one-wrong": {"en": "Only {keys} is wrong. ", "ko": "{keys}만 다릅니다. "},
    "wrong-value": {
        "en": "The shape is right, the numbers are not. The largest difference is at {where}: expected {wanted}, yours is {came} ({case}).",
        "ko": "모양은 맞지만 값이 다릅니다. 차이가 가장 큰 곳은 {where}입니다. 나와야 할 값은 {wanted}, 나온 값은 {came}입니다({case}).",
    },
    "shown-at": {
        "en": "At {where}: expected {wanted}, yours is {came} ({case}).",
        "ko": "{where}: 나와야 할 값은 {wanted}, 나온 값은 {came}입니다({case}).",
    },
    "case": {"en": "test input {number} of {count}{shown}", "ko": "테스트 입력 {count}개 중 {number}번째{shown}"},
    "wrong-number": {
        "en": "Expected {wanted}, yours is {came} (for {inputs}).",
        "ko": "나와야 할 값은 {wanted}, 나온 값은 {came}입니다(입력: {inputs}).",
    },
    "wrong-answer": {
        "en": "This is not the answer yet. Go back to the picture above and count again.",
        "ko": "아직 정답이 아닙니다. 위의 그림으로 돌아가 다시 세어 보세요.",
    },
    "two-mistakes": {"en": "Two things at once. {first} And: {second}", "ko": "두 가지가 겹쳤습니다. {first} 그리고 {second}"},
    "one-of-two": {"en": "{first} Then look again: something else is wrong too.", "ko": "{first} 고친 뒤 다시 확인하세요. 틀린 곳이 또 있습니다."},
}

# What wrong numbers have to do with the right ones. Each is said only where it holds in every test input.
RELATIONS = {
    "opposite-sign": {"en": "Every number has the wrong sign.", "ko": "모든 수의 부호가 반대입니다."},
    "all-zeros": {"en": "Every number is 0.", "ko": "모든 수가 0입니다."},
    "one-minus": {"en": "Every number is 1 minus what it should be.", "ko": "모든 수가 1에서 나와야 할 값을 뺀 것입니다."},
    "times": {"en": "Every number is {factor} times what it should be.", "ko": "모든 수가 나와야 할 값의 {factor}배입니다."},
    "times-size": {
        "en": "Every number is what it should be, multiplied by {size}.",
        "ko": "모든 수에 곱셈이 하나 더 들어 있습니다: {size}.",
    },
    "over-size": {
        "en": "Every number is what it should be, divided by {size}.",
        "ko": "모든 수에 나눗셈이 하나 더 들어 있습니다: {size}.",
    },
    "too-large": {"en": "Every number is too large by {by}.", "ko": "모든 수가 {by}만큼 큽니다."},
    "too-small": {"en": "Every number is too small by {by}.", "ko": "모든 수가 {by}만큼 작습니다."},
    "squared": {"en": "Every number is the square of what it should be.", "ko": "모든 수가 나와야 할 값의 제곱입니다."},
    "root-taken": {"en": "Every number is the square root of what it should be.", "ko": "모든 수가 나와야 할 값의 제곱근입니다."},
    "log-taken": {"en": "Every number is the logarithm of what it should be.", "ko": "모든 수가 나와야 할 값의 로그입니다."},
    "exp-taken": {"en": "Every number is exp of what it should be.", "ko": "모든 수가 나와야 할 값에 exp를 취한 것입니다."},
    "tanh-taken": {"en": "Every number is tanh of what it should be.", "ko": "모든 수가 나와야 할 값에 tanh를 취한 것입니다."},
    "sigmoid-taken": {"en": "Every number is σ of what it should be.", "ko": "모든 수가 나와야 할 값에 σ를 취한 것입니다."},
    "one-over": {"en": "Upside down: every number is 1 divided by what it should be.", "ko": "뒤집혔습니다. 모든 수가 나와야 할 값의 역수입니다."},
    "sign-lost": {"en": "The sign is lost: every number is the absolute value of what it should be.", "ko": "부호가 사라졌습니다. 모든 수가 나와야 할 값의 절댓값입니다."},
    "not-rounded": {"en": "A whole number is asked for: rounded, yours is the one.", "ko": "정수를 답해야 합니다. 나온 값을 반올림하면 맞습니다."},
    "mirrored": {"en": "Rows and columns have changed places: this is the transpose of what it should be.", "ko": "행과 열이 바뀌었습니다. 나온 값은 나와야 할 값의 전치입니다."},
    "reversed": {"en": "The numbers are the right ones, in reverse order along {axis}.", "ko": "수는 맞지만 {axis} 방향의 순서가 거꾸로입니다."},
    "moved": {"en": "The numbers are the right ones, moved by one place along {axis}.", "ko": "수는 맞지만 {axis} 방향으로 한 자리 밀렸습니다."},
    "sorted": {"en": "The numbers are the right ones, in another order.", "ko": "수는 맞지만 순서가 다릅니다."},
    "only-there": {"en": "Only {place} is wrong, everything else is as it should be.", "ko": "{place}만 다르고 나머지는 모두 맞습니다."},
    "reordered": {"en": "All of them came, in another order: {came}. Asked for are {names}.", "ko": "값은 모두 나왔지만 순서가 다릅니다: {came}. 물은 순서는 {names}입니다."},
    "exchanged": {"en": "{a} and {b} have changed places.", "ko": "{a}, {b} 두 값의 자리가 서로 바뀌었습니다."},
    "summed": {"en": "Gathered over {axis}: this is the sum of the numbers that are asked for, one by one.", "ko": "{axis}에 대해 한데 모았습니다. 하나하나 돌려주어야 하는데 그 합이 나왔습니다."},
    "averaged": {"en": "Gathered over {axis}: this is the mean of the numbers that are asked for, one by one.", "ko": "{axis}에 대해 한데 모았습니다. 하나하나 돌려주어야 하는데 그 평균이 나왔습니다."},
    "not-summed": {"en": "The sum over {axis} is missing: added up, these numbers are right.", "ko": "{axis}에 대한 합이 빠졌습니다. 더하면 맞습니다."},
    "not-averaged": {"en": "The mean over {axis} is missing: averaged, these numbers are right.", "ko": "{axis}에 대한 평균이 빠졌습니다. 평균을 내면 맞습니다."},
    "one-place-only": {"en": "Only {place} came; the others are missing.", "ko": "{place}만 나왔습니다. 나머지가 빠졌습니다."},
    "one-missing": {"en": "At the {end} of {axis} one place is missing; the others are right.", "ko": "{axis}의 {end}에서 한 자리가 빠졌습니다. 나머지는 맞습니다."},
    "one-extra": {"en": "At the {end} of {axis} there is one place too many; the others are right.", "ko": "{axis}의 {end}에 한 자리가 더 있습니다. 나머지는 맞습니다."},
}
ENDS = {"first": {"en": "beginning", "ko": "처음"}, "last": {"en": "end", "ko": "끝"}}
ALONG = {
    "t": {"en": "the steps (axis {n})", "ko": "시점(축 {n})"},
    "unit": {"en": "the units (axis {n})", "ko": "유닛(축 {n})"},
    "feature": {"en": "the features (axis {n})", "ko": "특성(축 {n})"},
    "class": {"en": "the classes (axis {n})", "ko": "클래스(축 {n})"},
    "example": {"en": "the examples (axis {n})", "ko": "예제(축 {n})"},
    None: {"en": "axis {n}", "ko": "축 {n}"},
}
EVERYTHING = {"en": "everything", "ko": "전체"}
SIZE = {"en": "the length of axis {axis} of `{name}`", "ko": "`{name}`의 축 {axis} 길이"}

# Exceptions that every class meets, and what they come from.
CLASSICS = {
    "star-for-at": {
        "en": "`{code}` multiplies entry by entry, and {a} does not fit {b} for that{where}. A matrix times columns is `@`: `{cure}`.",
        "ko": "`{code}`에서는 요소별로 곱하는데 {a} 모양과 {b} 모양은 서로 맞지 않습니다{where}. 행렬과 열의 곱은 `@`입니다: `{cure}`.",
    },
    "at-for-star": {
        "en": "`{code}` is a matrix product, and both sides are {a}{where}. Entry by entry it is `*`: `{cure}`. (Summed over the examples it is `{turned}`.)",
        "ko": "`{code}`에서는 행렬 곱을 하는데 두 쪽이 모두 {a} 모양입니다{where}. 요소별 곱은 `*`입니다: `{cure}`. (예제에 대해 더하는 곱이라면 `{turned}`입니다.)",
    },
    "at-for-star-in-a-chain": {
        "en": "`{code}` ends in a matrix product, and both its sides are {a}{where}. Entry by entry it is `*`, in brackets: `{cure}`.",
        "ko": "`{code}`의 끝에서 행렬 곱을 하는데 두 쪽이 모두 {a} 모양입니다{where}. 요소별 곱은 `*`이고 괄호로 묶습니다: `{cure}`.",
    },
    "matrix-on-the-left": {
        "en": "`{code}` does not fit: {a} times {b}{where}. Here the examples are columns, so the matrix stands on the left: `{cure}`.",
        "ko": "`{code}`에서 {a} 모양과 {b} 모양은 서로 곱할 수 없습니다{where}. 여기서는 예제가 열이므로 행렬이 왼쪽에 옵니다: `{cure}`.",
    },
    "transpose-missing": {
        "en": "`{code}` does not fit: {a} times {b}{where}. Transposed it does: `{cure}`. (A matrix leads forward, its transpose back.)",
        "ko": "`{code}`에서 {a} 모양과 {b} 모양은 서로 곱할 수 없습니다{where}. 전치하면 맞습니다: `{cure}`. (행렬은 시간 순서대로, 그 전치는 거꾸로 갑니다.)",
    },
    "transpose-on-the-right": {
        "en": "`{code}` does not fit: {a} times {b}{where}. With the second one transposed it does, and sums over the examples: `{cure}`.",
        "ko": "`{code}`에서 {a} 모양과 {b} 모양은 서로 곱할 수 없습니다{where}. 둘째를 전치하면 맞고, 예제에 대해 더하게 됩니다: `{cure}`.",
    },
    "transpose-too-many": {
        "en": "`{code}` does not fit: {a} times {b}{where}. Without the transpose it does: `{cure}`.",
        "ko": "`{code}`에서 {a} 모양과 {b} 모양은 서로 곱할 수 없습니다{where}. 전치하지 않으면 맞습니다: `{cure}`.",
    },
    "product": {
        "en": "`{code}` does not fit: {a} times {b}{where}. In `A @ B`, A needs as many columns as B has rows.",
        "ko": "`{code}`에서 {a} 모양과 {b} 모양은 서로 곱할 수 없습니다{where}. `A @ B`에서는 A의 열 수와 B의 행 수가 같아야 합니다.",
    },
    "entry-by-entry": {
        "en": "`{code}` works entry by entry, and {a} does not fit {b}{where}. Two axes fit where they are equal or one of them is 1.",
        "ko": "`{code}`에서는 요소별로 계산하는데 {a} 모양과 {b} 모양은 서로 맞지 않습니다{where}. 두 축의 길이가 같거나 한쪽이 1이어야 합니다.",
    },
    "diag-of-a-column": {
        "en": "`{code}` is {a}: of a column {b}, `np.diag` takes the diagonal, one number{where}. It makes a matrix of a flat vector only: `.ravel()` the column first, or multiply by the column itself, entry by entry.",
        "ko": "`{code}` 값은 {a} 모양입니다. `np.diag`는 {b} 모양의 열에서는 대각선의 수 하나만 꺼냅니다{where}. 행렬을 만들려면 먼저 `.ravel()`로 1차원 배열을 만들거나, 열을 그대로 요소별로 곱하세요.",
    },
    "dot-with-three-axes": {
        "en": "`{code}` is {a}: with more than two axes `np.dot` puts them in another order{where}. `@` repeats the product over the first axis.",
        "ko": "`{code}` 값은 {a} 모양입니다. 축이 셋 이상이면 `np.dot`은 축의 순서를 바꿉니다{where}. `@`는 첫 축을 따라 곱을 되풀이합니다.",
    },
    "split-of-columns": {
        "en": "`{code}` cuts between the columns: they are the examples. The blocks lie one below another, along axis 0, where `np.split` cuts by itself.",
        "ko": "`{code}`에서는 열, 곧 예제 사이를 자릅니다. 블록은 위아래로 쌓여 있습니다. 축 0은 `np.split`이 그냥 자르는 방향입니다.",
    },
    "python-max": {
        "en": "Python's own `{name}` compares single numbers{where}. {cure}",
        "ko": "파이썬의 `{name}` 함수는 수 하나씩만 비교합니다{where}. {cure}",
    },
    "truth-of-an-array": {
        "en": "One True or False is needed{where}, but a whole array of them came. Choose entry by entry with `np.where(…, …, …)`.",
        "ko": "True나 False 하나가 필요한 곳{where}에 배열이 통째로 왔습니다. 원소마다 고르려면 `np.where(…, …, …)`를 쓰세요.",
    },
    "caret": {
        "en": "A power is written `**` in Python; `^` works on bits{where}.",
        "ko": "파이썬에서 거듭제곱은 `**`입니다. `^`는 비트 연산입니다{where}.",
    },
    "no-such-key": {
        "en": "`{key}` is no key of the dict, and square brackets stop there{where}. `.get(key, …)` gives its second argument instead.",
        "ko": "`{key}` 키가 딕셔너리에 없어서 대괄호로 찾으면 멈춥니다{where}. `.get(key, …)`은 그럴 때 둘째 인자를 줍니다.",
    },
    "values-as-places": {
        "en": "`{code}` takes all these numbers as places{where}, and {index} is beyond the end. The place of the smallest number is `np.argmin(…)`.",
        "ko": "`{code}`에서는 이 수들이 모두 자리 번호로 쓰입니다{where}. {index}번은 끝을 넘습니다. 가장 작은 수의 자리는 `np.argmin(…)`입니다.",
    },
    "beyond-the-end": {
        "en": "The index {index} is beyond the end{where}: with {size} places they are counted from 0 to {last}{shown}.",
        "ko": "{index}번 인덱스는 끝을 넘습니다{where}. {size}개 자리는 0부터 {last}까지입니다{shown}.",
    },
    "comma": {
        "en": "The comma at the end of line {line} makes a tuple of `{name}`: `{text}`. Leave it out.",
        "ko": "{line}번째 줄 끝의 쉼표 때문에 `{name}` 값이 튜플이 되었습니다: `{text}`. 쉼표를 지우세요.",
    },
    "misspelt": {
        "en": "There is no `{name}`{where}. Did you mean `{close}`?",
        "ko": "`{name}` 이름은 없습니다{where}. 혹시 `{close}`인가요?",
    },
    "called-an-array": {
        "en": "Round brackets after an array call it like a function{where}. Is a `*` or `@` missing before them, or are they square ones?",
        "ko": "배열 뒤에 둥근 괄호를 쓰면 함수처럼 부르게 됩니다{where}. 괄호 앞에 `*`나 `@`가 빠졌거나, 대괄호를 써야 하지 않나요?",
    },
    "shape-in-one": {
        "en": "The shape of a new array is one argument, in brackets of its own{where}: `np.zeros((3, 2))`.",
        "ko": "새 배열의 모양은 괄호로 한 번 더 묶은 인자 하나입니다{where}: `np.zeros((3, 2))`.",
    },
    "of-numpy": {
        "en": "`{name}` belongs to NumPy{where}: write `np.{name}`.",
        "ko": "`{name}` 함수는 NumPy에 있습니다{where}. 앞에 `np.`을 붙여 `np.{name}`처럼 쓰세요.",
    },
    "other-length": {
        "en": "There is room for {b}, but {a} is to be stored there{where}: an axis has another length. Both sides need equally many places; where does each slice begin and end?",
        "ko": "{b} 모양의 자리에 {a} 모양을 넣으려고 했습니다{where}. 한 축의 길이가 다릅니다. 양쪽의 자리 수가 같아야 합니다. 슬라이스가 저마다 어디서 시작하고 끝나나요?",
    },
    "no-room": {
        "en": "There is room for {b}, but {a} is to be stored there{where}. An axis is missing in the array that was made for it, or in the index.",
        "ko": "{b} 모양의 자리에 {a} 모양을 넣으려고 했습니다{where}. 미리 만든 배열이나 인덱스에 축이 하나 빠졌습니다.",
    },
    "stack-of-unequal": {
        "en": "The arrays to stack do not all have the same shape{where}{shown}. {why}",
        "ko": "쌓는 곳{where}에서 배열들의 모양이 서로 다릅니다{shown}. {why}",
    },
}
# What fits the code, in place of a field of a sentence above.
CURES = {
    "two-arrays": {
        "en": "For arrays, entry by entry, it is `np.{name}imum`.",
        "ko": "배열을 원소마다 비교하는 것은 `np.{name}imum`입니다.",
    },
    "one-array": {
        "en": "Of one array, along one of its axes, it is `np.{name}(…, axis=…)`.",
        "ko": "배열 하나에서 어느 축을 따라 구하는 것은 `np.{name}(…, axis=…)`입니다.",
    },
    "slices": {
        "en": "A slice that reaches past the end comes out shorter: does the loop go one too far?",
        "ko": "끝을 넘는 슬라이스는 더 짧게 나옵니다. 반복을 한 번 더 하지 않나요?",
    },
    "axes": {
        "en": "Along which axis was each of them made?",
        "ko": "저마다 어느 축을 따라 구했나요?",
    },
}
COUNTS = {
    "en": {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"},
    "ko": {1: "한 개", 2: "두 개", 3: "세 개", 4: "네 개", 5: "다섯 개", 6: "여섯 개"},
}

NUMBERS = {"en": "an array of numbers", "ko": "수로 이루어진 배열"}
TEXT = {"en": "a text in quotes", "ko": "따옴표로 묶은 문자열"}
ENTRIES = {"en": "a dict", "ko": "딕셔너리(dict)"}


def both(text, /, **fields):
    """Fill a sentence in both languages; a field may itself be a dict of both."""
    return {
        language: sentence.format(**{k: v[language] if isinstance(v, dict) else v for k, v in fields.items()})
        for language, sentence in text.items()
    }


def begin_small(says):
    """A sentence that follows a colon: in English its first letter is a small one, unless it is a name."""
    text = says["en"]
    return {**says, "en": text[0].lower() + text[1:] if text[:2].strip().isalpha() else text}


def count_of(number):
    """A number of things as a word, in both languages."""
    return {"en": COUNTS["en"].get(number, str(number)), "ko": COUNTS["ko"].get(number, f"{number}개")}


def kind_of(value):
    return short(type(value).__name__)


def short(value, limit=80):
    """str(value) on one line and not too long, whatever the value is."""
    try:
        text = " ".join(str(value).split())
    except Exception:
        text = type(value).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"

"""Exercises of lesson 3: what goes in and comes out at each step, in the three sequence shapes."""

from functools import partial

import numpy as np

from seqlib.lessons.checks import Exercise, Mistake, register

# ---------- shapes-which

ONE_TO_MANY, MANY_TO_ONE, MANY_TO_MANY = "one-to-many", "many-to-one", "many-to-many"
_KOREAN = {"일대다": ONE_TO_MANY, "다대일": MANY_TO_ONE, "다대다": MANY_TO_MANY}


def _same_shape(text):
    """One-to-many, one to many, ONE_TO_MANY and 일대다 are the same answer."""
    text = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    return _KOREAN.get(text.replace("-", ""), text)


def _which(
    caption=ONE_TO_MANY,
    melody=ONE_TO_MANY,
    sensor=MANY_TO_ONE,
    review=MANY_TO_ONE,
    tags=MANY_TO_MANY,
    frames=MANY_TO_MANY,
):
    return dict(caption=caption, melody=melody, sensor=sensor, review=review, tags=tags, frames=frames)


def _all(shape):
    return partial(_which, shape, shape, shape, shape, shape, shape)


WHICH = Exercise(
    key="shapes-which",
    signature='{"caption": …, "melody": …, "sensor": …, "review": …, "tags": …, "frames": …}',
    solution=_which,
    kind="value",
    same_text=_same_shape,
    praise={
        "en": "Count how often something comes in and how often something goes out; the rest is the same cell.",
        "ko": "무엇이 몇 번 들어오고 몇 번 나가는지만 세면 됩니다. 나머지는 모두 같은 셀입니다.",
    },
    mistakes=(
        Mistake("one-and-many-swapped", lambda: _which(MANY_TO_ONE, MANY_TO_ONE, ONE_TO_MANY, ONE_TO_MANY), {
            "en": "One-to-many and many-to-one are swapped. The input is named first: one picture in and many letters out is one-to-many; many readings in and one state out is many-to-one.",
            "ko": "일대다와 다대일이 바뀌었습니다. 이름에서 앞이 입력, 뒤가 출력입니다. 그림 하나에서 글자 여럿이 나오면 일대다, 측정값 여럿에서 상태 하나가 나오면 다대일입니다.",
        }),
        Mistake("all-many-to-many", _all(MANY_TO_MANY), {
            "en": "Not all of them are many-to-many. Count the inputs and the outputs of each use: a picture comes in once, a verdict goes out once.",
            "ko": "모두 다대다인 것은 아닙니다. 쓰임새마다 입력과 출력의 횟수를 세어 보세요. 그림은 한 번 들어오고, 판정은 한 번 나갑니다.",
        }),
        Mistake("all-many-to-one", _all(MANY_TO_ONE), {
            "en": "Not all of them are many-to-one. Where every word or frame gets its own label, there are as many outputs as inputs.",
            "ko": "모두 다대일인 것은 아닙니다. 단어나 프레임마다 답이 붙는다면 출력도 입력만큼 많습니다.",
        }),
        Mistake("all-one-to-many", _all(ONE_TO_MANY), {
            "en": "Not all of them are one-to-many. A sentence or a run of readings comes in step by step: that is many inputs.",
            "ko": "모두 일대다인 것은 아닙니다. 문장이나 측정값은 시점마다 하나씩 들어오므로 입력이 여럿입니다.",
        }),
        Mistake("pixels-as-steps", partial(_which, caption=MANY_TO_MANY), {
            "en": "`caption`: a picture has many pixels, but it comes in all at once, as one x at t = 1. “Many” counts steps of time, not numbers.",
            "ko": "`caption`: 그림에 화소는 많지만 t = 1에 x 하나로 한꺼번에 들어옵니다. ‘다’는 수의 개수가 아니라 시점의 개수입니다.",
        }),
        Mistake("caption-one-output", partial(_which, caption=MANY_TO_ONE), {
            "en": "`caption`: one picture comes in and its name goes out letter by letter. That is one input and many outputs.",
            "ko": "`caption`: 그림 하나가 들어오고 이름이 한 글자씩 나옵니다. 입력은 하나, 출력은 여럿입니다.",
        }),
        Mistake("melody-many-inputs", partial(_which, melody=MANY_TO_MANY), {
            "en": "`melody`: only the first note is given; the others are made by the network. One input, many outputs.",
            "ko": "`melody`: 주어지는 것은 첫 음 하나이고 나머지는 신경망이 만듭니다. 입력은 하나, 출력은 여럿입니다.",
        }),
        Mistake("sensor-every-step", partial(_which, sensor=MANY_TO_MANY), {
            "en": "`sensor`: readings come in at every step, but one state of the product is asked for, after the last. Many inputs, one output.",
            "ko": "`sensor`: 측정값은 시점마다 들어오지만 제품 상태는 마지막에 한 번만 묻습니다. 입력은 여럿, 출력은 하나입니다.",
        }),
        Mistake("review-every-word", partial(_which, review=MANY_TO_MANY), {
            "en": "`review`: the words come in one by one, but there is one verdict for the whole text. Many inputs, one output.",
            "ko": "`review`: 단어는 하나씩 들어오지만 판정은 글 전체에 하나입니다. 입력은 여럿, 출력은 하나입니다.",
        }),
        Mistake("tags-one-output", partial(_which, tags=MANY_TO_ONE), {
            "en": "`tags`: every word gets its own part of speech, so there is an output at every step. Many inputs, many outputs.",
            "ko": "`tags`: 단어마다 품사가 붙으므로 시점마다 출력이 있습니다. 입력도 여럿, 출력도 여럿입니다.",
        }),
        Mistake("frames-one-output", partial(_which, frames=MANY_TO_ONE), {
            "en": "`frames`: every frame of the video gets its own label, so there is an output at every step. Many inputs, many outputs.",
            "ko": "`frames`: 동영상의 프레임마다 레이블이 붙으므로 시점마다 출력이 있습니다. 입력도 여럿, 출력도 여럿입니다.",
        }),
    ),
)

# ---------- shapes-one-to-many-input


def _image_input(image, T, *, fill=0.0, at=0, axis=0):
    x = np.full((T, *image.shape), fill)
    x[at] = image
    return np.moveaxis(x, 0, axis)


IMAGE_INPUT = Exercise(
    key="shapes-one-to-many-input",
    signature="make_input(image, T)",
    solution=_image_input,
    axes=("t", "feature", "example"),
    cases=lambda rng: [dict(image=rng.normal(size=(4, 3)), T=5), dict(image=rng.normal(size=(3, 2)), T=4)],
    praise={
        "en": "After t = 1 nothing comes in: whatever the network still says, it says from memory.",
        "ko": "t = 1 뒤로는 아무것도 들어오지 않습니다. 그 뒤의 출력은 모두 기억에서 나옵니다.",
    },
    mistakes=(
        Mistake("image-at-every-step", lambda image, T: np.stack([image] * T), {
            "en": "The image comes in at every step. Then nothing has to be remembered, and it is many-to-many. Show it once, at t = 1.",
            "ko": "그림이 시점마다 들어옵니다. 그러면 기억할 필요가 없고, 다대다가 됩니다. t = 1에 한 번만 보여 주세요.",
        }),
        Mistake("image-at-last-step", partial(_image_input, at=-1), {
            "en": "The image comes in at the last step, when all but one output are already made. It belongs at t = 1.",
            "ko": "그림이 마지막 시점에 들어와서, 출력을 거의 다 낸 뒤에야 보게 됩니다. t = 1에 있어야 합니다.",
        }),
        Mistake("image-at-second-step", partial(_image_input, at=1), {
            "en": "The image is at t = 2. The lesson counts from t = 1, Python from index 0: t = 1 is `x[0]`.",
            "ko": "그림이 t = 2에 있습니다. 수업에서는 t = 1부터 세고 파이썬은 인덱스 0부터 셉니다. t = 1은 `x[0]`입니다.",
        }),
        Mistake("ones-for-zeros", partial(_image_input, fill=1.0), {
            "en": "The empty steps hold ones. W_xh would still add something at each of them; zeros add nothing.",
            "ko": "빈 시점에 1이 들어 있습니다. 그러면 W_xh가 시점마다 무언가를 더합니다. 0이어야 아무것도 더하지 않습니다.",
        }),
        Mistake("time-in-the-middle", partial(_image_input, axis=1), {
            "en": "Time is the second axis here. x is (T, D, N): time comes first, so that `x[t]` is the input of one step.",
            "ko": "시간이 둘째 축에 있습니다. x는 (T, D, N)입니다. 시간이 맨 앞이어야 `x[t]`가 한 시점의 입력이 됩니다.",
        }),
        Mistake("time-at-the-end", partial(_image_input, axis=2), {
            "en": "Time is the last axis here. x is (T, D, N): time comes first, so that `x[t]` is the input of one step.",
            "ko": "시간이 마지막 축에 있습니다. x는 (T, D, N)입니다. 시간이 맨 앞이어야 `x[t]`가 한 시점의 입력이 됩니다.",
        }),
        Mistake("examples-before-features", lambda image, T: _image_input(image.T, T), {
            "en": "The image was transposed: the examples stand before the features. Columns are examples: (T, D, N).",
            "ko": "그림이 전치되어 예제가 특성보다 앞에 있습니다. 열이 예제입니다: (T, D, N).",
        }),
        Mistake("empty-steps-missing", lambda image, T: image[None].copy(), {
            "en": "Only t = 1 is there. The T − 1 empty steps are needed as well: the network speaks at each of them.",
            "ko": "t = 1만 있습니다. 비어 있는 T − 1개 시점도 필요합니다. 신경망은 그 시점마다 출력을 냅니다.",
        }),
        Mistake("one-step-too-many", lambda image, T: _image_input(image, T + 1), {
            "en": "There are T + 1 steps. The image itself is the first of the T: only T − 1 empty ones follow.",
            "ko": "시점이 T + 1개입니다. 그림이 T개 가운데 첫째이므로 빈 시점은 T − 1개만 이어집니다.",
        }),
    ),
)

# ---------- shapes-output-shape


def _output_shape(shape, T, K, N, *, single=MANY_TO_ONE, order="TKN", classes=True, keep=True):
    steps = 1 if shape == single or single == "all" else T
    sizes = {"T": steps, "K": K if classes else 1, "N": N}
    return tuple(sizes[letter] for letter in order if keep or letter != "T" or shape != MANY_TO_ONE)


OUTPUT_SHAPE = Exercise(
    key="shapes-output-shape",
    signature="output_shape(shape, T, K, N)",
    solution=_output_shape,
    returns=("steps", "classes", "examples"),
    axes=("entry",),
    cases=lambda rng: [dict(shape=shape, T=7, K=3, N=5) for shape in (MANY_TO_MANY, MANY_TO_ONE, ONE_TO_MANY)],
    praise={
        "en": "Only many-to-one has a single output step, and it keeps its axis of time, of length 1.",
        "ko": "출력 시점이 하나인 것은 다대일뿐이고, 그때도 길이가 1인 시간 축은 남습니다.",
    },
    mistakes=(
        Mistake("one-and-many-swapped", partial(_output_shape, single=ONE_TO_MANY), {
            "en": "One-to-many and many-to-one are swapped: the second word counts the outputs. Many-to-*one* has one.",
            "ko": "일대다와 다대일이 바뀌었습니다. 출력의 수는 뒤쪽 글자입니다. 다대‘일’의 출력이 하나입니다.",
        }),
        Mistake("always-T", partial(_output_shape, single=None), {
            "en": "Many-to-one does not answer at every step: it has 1 output step, after the last input.",
            "ko": "다대일은 시점마다 답하지 않습니다. 마지막 입력 뒤의 출력 시점 하나뿐입니다.",
        }),
        Mistake("always-one", partial(_output_shape, single="all"), {
            "en": "Only many-to-one has a single output step. The other two give an output at each of the T steps.",
            "ko": "출력 시점이 하나인 것은 다대일뿐입니다. 나머지 둘은 T개 시점마다 출력을 냅니다.",
        }),
        Mistake("batch-first", partial(_output_shape, order="NTK"), {
            "en": "This is (N, T, K), the order of Keras. In this course time comes first and the examples last: (T, K, N).",
            "ko": "Keras의 순서인 (N, T, K)입니다. 이 강의에서는 시간이 맨 앞, 예제가 맨 뒤입니다: (T, K, N).",
        }),
        Mistake("classes-last", partial(_output_shape, order="TNK"), {
            "en": "This is (T, N, K), the order of PyTorch. Here the examples are columns and come last: (T, K, N).",
            "ko": "PyTorch의 순서인 (T, N, K)입니다. 여기서는 예제가 열이므로 맨 뒤에 옵니다: (T, K, N).",
        }),
        Mistake("time-dropped", partial(_output_shape, keep=False), {
            "en": "Many-to-one came without its axis of time. It stays, with length 1, so that all three shapes are read in the same way.",
            "ko": "다대일에서 시간 축이 사라졌습니다. 세 구조를 같은 방식으로 읽을 수 있게 길이 1로 남겨 둡니다.",
        }),
        Mistake("classes-for-logits", partial(_output_shape, classes=False), {
            "en": "One number for each step is the predicted class. Logits come before that choice: one for each of the K classes.",
            "ko": "시점마다 수가 하나라면 예측한 클래스입니다. 로짓은 그 선택 이전의 값으로, 클래스 K개마다 하나씩 있습니다.",
        }),
    ),
)

# ---------- shapes-accuracy-mask


def _masked(predicted, targets, *, real=lambda y: y != -1, right=np.equal, share=lambda r, m: r[m].mean()):
    return share(right(predicted, targets), real(targets))


def _mean_of_means(right, real, axis):
    return ((right & real).sum(axis=axis) / real.sum(axis=axis)).mean()


ACCURACY_MASK = Exercise(
    key="shapes-accuracy-mask",
    signature="accuracy(predicted, targets)",
    solution=_masked,
    # lengths that differ, and class 0 among the targets: so every wrong way of counting gives another number
    cases=lambda rng: [
        dict(
            predicted=np.array([[0, 1, 2], [1, 0, 1], [2, 0, 0], [0, 1, 1], [1, 1, 2]]),
            targets=np.array([[0, 1, 1], [1, 2, 1], [2, 0, -1], [0, -1, -1], [0, -1, -1]]),
        ),
        dict(
            predicted=np.array([[1, 0, 0, 2], [1, 0, 0, 1], [0, 0, 1, 2]]),
            targets=np.array([[1, 0, 0, 2], [2, 0, 0, -1], [0, -1, 2, -1]]),
        ),
    ],
    praise={
        "en": "Only real places count, and every one of them counts the same.",
        "ko": "실제 자리만 세고, 그 자리들을 모두 똑같은 무게로 셉니다.",
    },
    mistakes=(
        Mistake("padding-counted-wrong", partial(_masked, share=lambda r, m: r.mean()), {
            "en": "The padding counts as wrong: a target of −1 is never predicted, yet it is in the denominator. Leave those places out.",
            "ko": "패딩을 틀린 것으로 세었습니다. −1은 예측될 수 없는데 분모에 들어 있습니다. 그 자리는 빼고 세세요.",
        }),
        Mistake("padding-counted-right", partial(_masked, share=lambda r, m: (r | ~m).mean()), {
            "en": "The padding counts as right, so the more padding, the better the model looks. Leave those places out.",
            "ko": "패딩을 맞은 것으로 세어, 패딩이 많을수록 모델이 좋아 보입니다. 그 자리는 빼고 세세요.",
        }),
        Mistake("mean-of-sentence-means", partial(_masked, share=partial(_mean_of_means, axis=0)), {
            "en": "This is the mean of each sentence's accuracy, so a word in a short sentence weighs more. Count all real places together.",
            "ko": "문장별 정확도를 평균 내서, 짧은 문장의 단어에 더 큰 무게가 실립니다. 실제 자리를 모두 한데 모아 세세요.",
        }),
        Mistake("mean-of-step-means", partial(_masked, share=partial(_mean_of_means, axis=1)), {
            "en": "This is the mean of each step's accuracy, so late steps, with few sentences left, weigh more. Count all real places together.",
            "ko": "시점별 정확도를 평균 내서, 남은 문장이 적은 뒤쪽 시점에 더 큰 무게가 실립니다. 실제 자리를 모두 한데 모아 세세요.",
        }),
        Mistake("count-for-share", partial(_masked, share=lambda r, m: r[m].sum()), {
            "en": "This counts the right ones. Divide by the number of real places to get a share.",
            "ko": "맞은 개수를 세었습니다. 실제 자리의 수로 나누어 비율로 만드세요.",
        }),
        Mistake("class-zero-dropped", partial(_masked, real=lambda y: y > 0), {
            "en": "Class 0 is left out with the padding: `targets > 0` is too strict. Padding is −1 only.",
            "ko": "패딩과 함께 클래스 0까지 뺐습니다. `targets > 0`은 지나칩니다. 패딩은 −1뿐입니다.",
        }),
        Mistake("share-of-wrong", partial(_masked, right=np.not_equal), {
            "en": "This is the share of wrong predictions: 1 minus the accuracy.",
            "ko": "틀린 예측의 비율입니다. 1에서 정확도를 뺀 값이 나왔습니다.",
        }),
        Mistake("only-padding", partial(_masked, real=lambda y: y == -1), {
            "en": "The mask is the wrong way round: only the padding is looked at. Keep the places where the target is *not* −1.",
            "ko": "마스크가 거꾸로여서 패딩만 보았습니다. 정답이 −1이 ‘아닌’ 자리를 남기세요.",
        }),
        Mistake("masked-by-prediction", lambda p, y: (p == y)[p > 0].mean(), {
            "en": "The mask looks at the predictions. Which places are real is known from the targets.",
            "ko": "마스크를 예측값으로 만들었습니다. 어느 자리가 실제인지는 정답을 보고 알 수 있습니다.",
        }),
    ),
)

register(WHICH, IMAGE_INPUT, OUTPUT_SHAPE, ACCURACY_MASK)

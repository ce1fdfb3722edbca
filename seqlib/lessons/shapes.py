"""Exercises of lesson 3: what goes in and comes out at each step, in the three sequence shapes."""

from functools import partial

import numpy as np

from seqlib.lessons import three_shapes
from seqlib.lessons.checks import Exercise, Mistake, register
from seqlib.lessons.forms import Choice, Score

# ---------- shapes-which

ONE_TO_MANY, MANY_TO_ONE, MANY_TO_MANY = "one-to-many", "many-to-one", "many-to-many"
ONE_TO_ONE = "one-to-one"
_KOREAN = {"일대다": ONE_TO_MANY, "다대일": MANY_TO_ONE, "다대다": MANY_TO_MANY, "일대일": ONE_TO_ONE}


def _same_shape(text):
    """One-to-many, one to many, ONE_TO_MANY, 1-to-many and 일대다 are the same answer."""
    text = text.casefold().replace("_", " ").replace("-", " ").replace("1", "one")
    text = "-".join(text.split())
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


# What is true of each use, whichever wrong name it was given.
_USES = {
    "caption": {
        "en": "`caption`: the photo comes in once, as one x, and the words of the sentence go out one by one: one input, many outputs.",
        "ko": "`caption`: 사진은 x 하나로 한 번 들어오고, 문장의 단어는 하나씩 나옵니다. 입력은 하나, 출력은 여럿입니다.",
    },
    "melody": {
        "en": "`melody`: only the first note is given; the others are made by the network. One input, many outputs.",
        "ko": "`melody`: 주어지는 것은 첫 음 하나이고 나머지는 신경망이 만듭니다. 입력은 하나, 출력은 여럿입니다.",
    },
    "sensor": {
        "en": "`sensor`: readings come in at every step, but one verdict on the product is asked for, after the last. Many inputs, one output.",
        "ko": "`sensor`: 측정값은 시점마다 들어오지만 판정은 마지막에 한 번만 묻습니다. 입력은 여럿, 출력은 하나입니다.",
    },
    "review": {
        "en": "`review`: the words come in one by one, but there is one verdict for the whole text. Many inputs, one output.",
        "ko": "`review`: 단어는 하나씩 들어오지만 판정은 글 전체에 하나입니다. 입력은 여럿, 출력은 하나입니다.",
    },
    "tags": {
        "en": "`tags`: the words come in one by one, and every word gets its own part of speech. Many inputs, many outputs.",
        "ko": "`tags`: 단어가 하나씩 들어오고 단어마다 품사가 붙습니다. 입력도 여럿, 출력도 여럿입니다.",
    },
    "frames": {
        "en": "`frames`: a video comes in frame by frame, and every frame gets its own label. Many inputs, many outputs.",
        "ko": "`frames`: 동영상은 프레임이 하나씩 들어오고 프레임마다 레이블이 붙습니다. 입력도 여럿, 출력도 여럿입니다.",
    },
}  # fmt: skip


_WOULD = {
    ONE_TO_MANY: {"en": " (One-to-many: one in, many out.)", "ko": " (일대다: 하나가 들어와 여럿이 나감.)"},
    MANY_TO_ONE: {"en": " (Many-to-one: many in, one out.)", "ko": " (다대일: 여럿이 들어와 하나가 나감.)"},
    MANY_TO_MANY: {"en": " (Many-to-many: many in, many out.)", "ko": " (다대다: 여럿이 들어와 여럿이 나감.)"},
    ONE_TO_ONE: {"en": " (One-to-one is no sequence at all.)", "ko": " (일대일이면 시퀀스가 아닙니다.)"},
}


def _slips():
    """One use with a wrong name: a mistake for each."""
    return tuple(
        Mistake(f"{use}-{name}", partial(_which, **{use: name}), {lang: says[lang] + would[lang] for lang in says})
        for use, says in _USES.items() for name, would in _WOULD.items()
        if name != _which()[use] and (use, name) != ("caption", MANY_TO_MANY)
    )  # fmt: skip


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
            "en": "One-to-many and many-to-one are swapped. The input is named first: one picture in and many letters out is one-to-many; many readings in and one verdict out is many-to-one.",
            "ko": "일대다와 다대일이 바뀌었습니다. 이름에서 앞이 입력, 뒤가 출력입니다. 그림 하나에서 글자 여럿이 나오면 일대다, 측정값 여럿에서 판정 하나가 나오면 다대일입니다.",
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
            "ko": "`caption`: 그림에 화소는 많지만 t = 1에 x 하나로 한꺼번에 들어옵니다. 입력이 여럿인지는 값이 아니라 시점의 개수로 정해집니다.",
        }),
        Mistake("sequence-as-one-thing", partial(
            _which, sensor=ONE_TO_ONE, review=ONE_TO_ONE, tags=ONE_TO_MANY, frames=ONE_TO_MANY), {
            "en": "Count steps of time: a sentence is many words, a video many frames, an hour many readings. Only the photo and the first note come in once.",
            "ko": "시점의 수를 세세요. 문장은 단어 여럿, 동영상은 프레임 여럿, 한 시간은 측정값 여럿입니다. 한 번만 들어오는 것은 사진과 첫 음뿐입니다.",
        }),
        Mistake("every-input-once", partial(
            _which, caption=ONE_TO_ONE, sensor=ONE_TO_ONE, review=ONE_TO_ONE, tags=ONE_TO_MANY, frames=ONE_TO_MANY), {
            "en": "Count steps of time, coming in and going out: a sentence is many words, a video many frames. Only the photo and the first note come in once, and what comes out of them is long.",
            "ko": "들어오고 나가는 시점의 수를 세세요. 문장은 단어 여럿, 동영상은 프레임 여럿입니다. 한 번만 들어오는 것은 사진과 첫 음뿐이고, 거기서 나오는 것은 깁니다.",
        }),
        Mistake("all-one-to-one", _all(ONE_TO_ONE), {
            "en": "None of them is one-to-one. Count steps of time: in each something comes in, or goes out, step after step.",
            "ko": "일대일인 것은 하나도 없습니다. 시점의 수를 세세요. 모두 무언가가 시점마다 들어오거나 나갑니다.",
        }),
        *_slips(),
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
        Mistake("shape-not-listed", lambda image, T: np.zeros((T, image.shape)), {
            "en": "`image.shape` is a tuple, and stands as one thing inside the other tuple. A star lists its numbers: `(T, *image.shape)`.",
            "ko": "`image.shape`는 튜플이어서 바깥 튜플 안에 통째로 들어 있습니다. 별표를 붙이면 그 수들이 늘어섭니다: `(T, *image.shape)`.",
        }),
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
        Mistake("examples-lost", lambda image, T: _image_input(image[:, 0], T), {
            "en": "The axis of the examples is missing. x is (T, D, N): an image of shape (D, N) at each step, one column for each example.",
            "ko": "예제 축이 없습니다. x는 (T, D, N)입니다. 시점마다 (D, N) 모양의 그림이 있고, 열 하나가 예제 하나입니다.",
        }),
        Mistake("example-axis-of-one", lambda image, T: _image_input(image, T)[..., None], {
            "en": "There is one axis too many. `image` is (D, N) already: put T before it, (T, D, N), and nothing else.",
            "ko": "축이 하나 더 있습니다. `image`가 이미 (D, N)이므로 그 앞에 T만 붙이면 됩니다: (T, D, N).",
        }),
        Mistake("one-step-too-many", lambda image, T: _image_input(image, T + 1), {
            "en": "There are T + 1 steps. The image itself is the first of the T: only T − 1 empty ones follow.",
            "ko": "시점이 T + 1개입니다. 그림이 T개 가운데 첫째이므로 빈 시점은 T − 1개만 이어집니다.",
        }),
    ),
)

# ---------- shapes-output-shape


def _output_shape(shape, T, K, N, *, single=MANY_TO_ONE, order="TKN", classes=True, keep=True):
    steps = 1 if single == "all" or shape in (single if isinstance(single, tuple) else (single,)) else T
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
            "en": "One-to-many and many-to-one are swapped: the second word counts the outputs. Many-to-one has one.",
            "ko": "일대다와 다대일이 바뀌었습니다. 출력의 수는 뒤쪽 글자가 나타내므로, 다대일의 출력이 하나입니다.",
        }),
        Mistake("always-T", partial(_output_shape, single=None), {
            "en": "Many-to-one does not answer at every step: it has 1 output step, after the last input.",
            "ko": "다대일은 시점마다 답하지 않습니다. 마지막 입력 뒤의 출력 시점 하나뿐입니다.",
        }),
        Mistake("always-one", partial(_output_shape, single="all"), {
            "en": "Only many-to-one has a single output step. The other two give an output at each of the T steps.",
            "ko": "출력 시점이 하나인 것은 다대일뿐입니다. 나머지 둘은 T개 시점마다 출력을 냅니다.",
        }),
        Mistake("one-anywhere", partial(_output_shape, single=(ONE_TO_MANY, MANY_TO_ONE)), {
            "en": "One-to-many has one input, but it gives an output at each of the T steps. Only the second word counts outputs.",
            "ko": "일대다에서 하나인 것은 입력입니다. 출력은 T개 시점마다 냅니다. 출력의 수는 뒤쪽 글자가 나타냅니다.",
        }),
        Mistake("classes-first", partial(_output_shape, order="KTN"), {
            "en": "Time comes first: (T, K, N). Then `logits[t]` is what goes out at one step.",
            "ko": "시간이 맨 앞입니다: (T, K, N). 그래야 `logits[t]`가 한 시점의 출력이 됩니다.",
        }),
        Mistake("all-reversed", partial(_output_shape, order="NKT"), {
            "en": "The order is turned round. In this course time comes first and the examples last: (T, K, N).",
            "ko": "순서가 거꾸로입니다. 이 강의에서는 시간이 맨 앞, 예제가 맨 뒤입니다: (T, K, N).",
        }),
        Mistake("batch-first", partial(_output_shape, order="NTK"), {
            "en": "This is (N, T, K), the order of Keras. In this course time comes first and the examples last: (T, K, N).",
            "ko": "지금 나온 것은 Keras의 순서인 (N, T, K)입니다. 이 강의에서는 시간이 맨 앞, 예제가 맨 뒤입니다: (T, K, N).",
        }),
        Mistake("classes-last", partial(_output_shape, order="TNK"), {
            "en": "This is (T, N, K), the order of PyTorch. Here the examples are columns and come last: (T, K, N).",
            "ko": "지금 나온 것은 PyTorch의 순서인 (T, N, K)입니다. 여기서는 예제가 열이므로 맨 뒤에 옵니다: (T, K, N).",
        }),
        Mistake("time-dropped", partial(_output_shape, keep=False), {
            "en": "Many-to-one came without its axis of time. It stays, with length 1, so that all three shapes are read in the same way.",
            "ko": "다대일에서 시간 축이 사라졌습니다. 세 형태를 같은 방식으로 읽을 수 있게 길이 1로 남겨 둡니다.",
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
            "ko": "문장별 정답률을 평균 내서, 짧은 문장의 형태소에 더 큰 무게가 실립니다. 실제 자리를 모두 한데 모아 세세요.",
        }),
        Mistake("mean-of-step-means", partial(_masked, share=partial(_mean_of_means, axis=1)), {
            "en": "This is the mean of each step's accuracy, so late steps, with few sentences left, weigh more. Count all real places together.",
            "ko": "시점별 정답률을 평균 내서, 남은 문장이 적은 나중 시점에 더 큰 무게가 실립니다. 실제 자리를 모두 한데 모아 세세요.",
        }),
        Mistake("count-for-share", partial(_masked, share=lambda r, m: r[m].sum()), {
            "en": "This counts the right ones. Divide by the number of real places to get a share.",
            "ko": "맞은 개수를 세었습니다. 실제 자리의 수로 나누어 비율로 만드세요.",
        }),
        Mistake("divided-by-steps", lambda p, y: (p == y)[y != -1].sum() / len(y), {
            "en": "The right ones are counted, but then divided by `len(targets)`, the number of steps. Divide by the number of real places.",
            "ko": "맞은 개수를 시점의 수 `len(targets)`으로 나누었습니다. 실제 자리의 수로 나누세요.",
        }),
        Mistake("divided-by-sentences", lambda p, y: (p == y)[y != -1].sum() / y.shape[1], {
            "en": "The right ones are counted, but then divided by the number of sentences. Divide by the number of real places.",
            "ko": "맞은 개수를 문장의 수로 나누었습니다. 실제 자리의 수로 나누세요.",
        }),
        Mistake("share-of-real", lambda p, y: (y != -1).mean(), {
            "en": "This is the share of places that are real. Among those, which share is predicted rightly?",
            "ko": "지금 구한 것은 전체 자리 가운데 실제 자리의 비율입니다. 그 가운데 맞은 것의 비율을 구하세요.",
        }),
        Mistake("class-zero-dropped", partial(_masked, real=lambda y: y > 0), {
            "en": "Class 0 is left out with the padding: `targets > 0` is too strict. Padding is −1 only.",
            "ko": "패딩과 함께 클래스 0까지 뺐습니다. `targets > 0`은 지나칩니다. 패딩은 −1뿐입니다.",
        }),
        Mistake("share-of-wrong", partial(_masked, right=np.not_equal), {
            "en": "This is the share of wrong predictions: 1 minus the accuracy.",
            "ko": "지금 구한 것은 틀린 예측의 비율입니다. 1에서 정답률을 뺀 값이 나왔습니다.",
        }),
        Mistake("only-padding", partial(_masked, real=lambda y: y == -1), {
            "en": "The mask is the wrong way round: only the padding is looked at. Keep the places where the target is anything but −1.",
            "ko": "마스크가 거꾸로여서 패딩만 보았습니다. 정답이 −1이 ‘아닌’ 자리를 남기세요.",
        }),
        Mistake("masked-by-prediction", lambda p, y: (p == y)[p > 0].mean(), {
            "en": "The mask looks at the predictions. Which places are real is known from the targets.",
            "ko": "마스크를 예측값으로 만들었습니다. 어느 자리가 실제인지는 정답을 보고 알 수 있습니다.",
        }),
    ),
)

# ---------- shapes-judge: five runs by eye

_NO_RUNS = {
    "en": "Five names are asked for, in a list, each one of \"good\", \"drift\", \"fault\": one for each of the runs 1 to 5.",
    "ko": "목록에 이름 다섯 개를 적으세요. 1부터 5까지 차례로 \"good\", \"drift\", \"fault\" 가운데 하나입니다.",
}


def _judged(answer):
    """How many of the five runs are named rightly."""
    names = list(answer.values()) if isinstance(answer, dict) else answer
    if isinstance(names, str) or not np.iterable(names):
        raise ValueError(_NO_RUNS)
    korean = dict(zip(("정상", "마모", "고장"), three_shapes.STATES, strict=True))  # as the Korean text calls them
    names = [str(name).strip().casefold() for name in names]
    names = [korean.get(name, name) for name in names]
    *_, targets = three_shapes.known_and_unknown()
    if len(names) != len(targets) or set(names) - set(three_shapes.STATES):
        raise ValueError(_NO_RUNS)
    return sum(name == three_shapes.STATES[k] for name, k in zip(names, targets, strict=True))


JUDGE = Score(
    key="shapes-judge",
    score=_judged,
    levels=(
        (0, {
            "en": "{score} of 5. Ask two things of each run: when does v jump for the first time, early or in the last fifth? And does ϑ climb all along?",
            "ko": "5개 중 {score}개를 맞혔습니다. 기록마다 두 가지를 보세요. v가 처음 튀는 것이 초반인가요, 마지막 5분의 1인가요? ϑ는 계속 올라가나요?",
        }),
        (3, {
            "en": "{score} of 5, better than guessing. A high ϑ is no drift unless it climbs; for fault look at the first knock of v only.",
            "ko": "5개 중 {score}개를 맞혔습니다. 찍는 것보다 낫습니다. ϑ가 높아도 올라가지 않으면 drift가 아니고, fault는 v의 첫 충격이 언제인지만 보면 됩니다.",
        }),
        (5, {
            "en": "All five. You used what came early: that is what a memory is for.",
            "ko": "다섯 개를 모두 맞혔습니다. 일찍 지나간 것을 기억해 두었다가 썼습니다. 기억은 그러라고 있습니다.",
        }),
    ),
    enough=2,
)

# ---------- shapes-light: what stands on the right

LIGHT = Choice(
    key="shapes-light",
    right_one="B",
    reasons={
        "A": {
            "en": "That would need `bag`, which comes in at t = 3. ŷ₂ is read from h₂, and h₂ has met the first two words only.",
            "ko": "그러려면 t = 3에 들어오는 ‘는’이나 ‘옷’을 알아야 합니다. ŷ₂는 h₂에서 읽고, h₂는 처음 두 형태소만 보았습니다.",
        },
        "B": {
            "en": "The same x₁ and x₂, the same weights, so the same h₂ and the same ŷ₂, digit by digit: in one of the two it must be wrong.",
            "ko": "x₁과 x₂가 같고 가중치도 같으니 h₂도 ŷ₂도 소수점 끝까지 같습니다. 그러니 둘 중 하나에서는 틀릴 수밖에 없습니다.",
        },
        "C": {
            "en": "Not even a little: whatever stands on the right has not come in yet at t = 2, and weights do not change while it reads.",
            "ko": "조금도 다르지 않습니다. t = 2에는 오른쪽 형태소가 아직 들어오지 않았고, 읽는 동안 가중치는 변하지 않습니다.",
        },
        "D": {
            "en": "More training changes the weights, but not what has come in by t = 2. For any weights the two answers are equal.",
            "ko": "더 학습하면 가중치는 달라지지만 t = 2까지 들어온 것은 그대로입니다. 가중치가 무엇이든 두 답은 같습니다.",
        },
    },
)

register(WHICH, IMAGE_INPUT, OUTPUT_SHAPE, ACCURACY_MASK, JUDGE, LIGHT)

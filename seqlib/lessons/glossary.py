"""The words of the Korean edition: one for each thing, as the lecture notes have them, and those it does not use.

``glossary()`` shows the terms. Tests hold seqlib's Korean sentences and the notebooks in ``notebooks/ko`` to both lists.
"""

import re
from dataclasses import dataclass

from ..study.table import Table

__all__ = ["AVOIDED", "TERMS", "Avoided", "Term", "avoided_in", "glossary"]


@dataclass(frozen=True)
class Term:
    """A term: the Korean word, the English one, and what it means, in a line of Korean."""

    korean: str
    english: str
    meaning: str


@dataclass(frozen=True)
class Avoided:
    """Words that the Korean edition does not use: a regular expression, what it says instead, and why."""

    words: re.Pattern
    instead: str
    why: str


TERMS = tuple(
    Term(*line)
    for line in (
        ("시퀀스", "sequence", "순서가 있는 데이터. 문장, 측정값의 기록처럼 순서가 바뀌면 다른 데이터가 된다"),
        ("시점", "time step", "시퀀스에서 차례로 센 자리 하나. x_t, h_t의 t"),
        ("단계", "steps, as a length", "몇 시점만큼 떨어져 있는지 셀 때만 쓴다: 6.6단계 뒤"),
        ("시차", "lag", "두 시점 사이의 거리"),
        ("입력", "input", "시점 t에 들어오는 값 x_t"),
        ("출력", "output", "시점 t에 내는 값 ŷ_t"),
        ("은닉 상태", "hidden state", "지금까지 읽은 것을 담아 다음 시점에 넘기는 값 h_t"),
        ("셀 상태", "cell state", "LSTM이 따로 간직하는 기억 C_t"),
        ("기억", "memory", "셀이 시점을 넘어 간직하는 것"),
        ("메모리", "memory of a computer", "컴퓨터가 배열을 담아 두는 곳"),
        ("유닛", "unit", "층이나 상태의 원소 하나를 만드는 것"),
        ("완전연결층", "dense layer", "모든 입력을 모든 유닛에 잇는 층"),
        ("순환 신경망", "recurrent network", "이전 시점의 상태를 다음 시점에 다시 쓰는 신경망"),
        ("기본 RNN 셀", "plain RNN cell", "게이트 없이 tanh 하나로 상태를 만드는 셀"),
        ("출력층", "readout", "상태에서 출력을 만드는 층"),
        ("펼치다", "unroll", "순환하는 셀을 시간축을 따라 시점마다 하나씩 그리다"),
        ("평탄화", "flatten", "여러 축을 긴 축 하나로 합치는 것"),
        ("다대일", "many-to-one", "입력은 시점마다, 출력은 마지막에 한 번"),
        ("일대다", "one-to-many", "입력은 한 번, 출력은 시점마다"),
        ("다대다", "many-to-many", "입력도 출력도 시점마다"),
        ("게이트", "gate", "0과 1 사이의 값으로 얼마나 지나가게 할지 정하는 것"),
        ("망각 게이트", "forget gate", "셀 상태를 얼마나 남길지 정하는 f_t"),
        ("입력 게이트", "input gate", "후보를 얼마나 쓸지 정하는 i_t"),
        ("출력 게이트", "output gate", "셀 상태를 얼마나 내보일지 정하는 o_t"),
        ("업데이트 게이트", "update gate", "GRU가 후보를 얼마나 쓸지 정하는 z_t"),
        ("리셋 게이트", "reset gate", "GRU의 후보가 과거를 얼마나 읽을지 정하는 r_t"),
        ("후보", "candidate", "새로 쓸 수 있는 값 C̃_t 또는 h̃_t"),
        ("요소별 곱", "element-wise product", "같은 자리의 값끼리 곱하는 것, ⊙"),
        ("모양", "shape of an array", "축마다 값이 몇 개인지: (T, D, N)"),
        ("원소", "entry of an array", "배열의 값 하나"),
        ("성분", "entry of a Jacobian", "야코비 행렬이나 벡터의 값 하나"),
        ("인수", "factor", "곱에서 곱해지는 것 하나"),
        ("인자", "argument", "함수에 넣는 값 하나"),
        ("파라미터", "parameter", "학습으로 바뀌는 값. 가중치와 편향"),
        ("가중치", "weight", "입력이나 상태에 곱하는 파라미터"),
        ("편향", "bias", "합에 더하는 파라미터"),
        ("손실", "loss", "예측이 얼마나 틀렸는지 나타내는 값"),
        ("교차 엔트로피", "cross-entropy", "정답 클래스의 확률에 −log를 취한 손실"),
        ("기울기", "gradient", "손실을 파라미터나 상태로 미분한 값. tanh 같은 함수에는 쓰지 않는다"),
        ("미분", "derivative, slope of a function", "tanh, σ, ReLU 같은 함수의 미분: tanh라면 1 − h²"),
        ("야코비 행렬", "Jacobian", "벡터를 벡터로 미분한 행렬"),
        ("순전파", "forward pass", "입력에서 손실까지 시간 순서대로 계산하는 것"),
        ("역전파", "backward pass", "손실에서 거꾸로 기울기를 계산하는 것"),
        ("시간 역전파", "backpropagation through time", "펼친 신경망을 거슬러 가며 하는 역전파, BPTT"),
        ("기울기 소실", "vanishing gradient", "거슬러 갈수록 기울기가 0에 가까워지는 것"),
        ("기울기 폭주", "exploding gradient", "거슬러 갈수록 기울기가 한없이 커지는 것"),
        ("장기 의존성", "long-term dependency", "답이 오래전에 들어온 입력에 달려 있는 것"),
        ("클리핑", "clipping", "기울기의 노름이 한계를 넘으면 줄이는 것"),
        ("노름", "norm", "벡터나 행렬의 크기, 제곱의 합의 제곱근"),
        ("상한", "bound", "넘을 수 없는 값"),
        ("학습", "training", "손실이 줄어들도록 파라미터를 바꾸어 가는 일"),
        ("업데이트", "update, training step", "파라미터를 한 번 바꾸는 것"),
        ("학습률", "learning rate", "기울기에 곱하는 업데이트의 크기 η"),
        ("옵티마이저", "optimizer", "기울기에서 업데이트를 정하는 방법"),
        ("실행", "run", "여러 번 되풀이한 학습 가운데 하나"),
        ("초깃값", "initial value", "학습이나 계산을 시작할 때의 값"),
        ("시드", "seed", "난수가 시작하는 수"),
        ("배치", "batch", "한 번에 함께 계산하는 예제들"),
        ("훈련 데이터", "training set", "학습에 쓰는 데이터"),
        ("테스트 데이터", "test set", "떼어 두었다가 평가할 때만 쓰는 데이터"),
        ("기준 예측", "baseline", "모델이 이겨야 하는 가장 쉬운 예측"),
        ("로짓", "logit", "소프트맥스를 취하기 전의 값"),
        ("소프트맥스", "softmax", "로짓을 더해서 1이 되는 확률로 바꾸는 함수"),
        ("시그모이드", "sigmoid", "0과 1 사이의 값을 내는 함수 σ"),
        ("퍼플렉서티", "perplexity", "평균 놀람에 exp를 취한 값. 몇 단어 가운데 고르는 것만큼 헷갈리는지"),
        ("온도", "temperature", "뽑기 전에 로짓을 나누는 값"),
        ("토큰", "token", "문장을 나눈 조각. 문장 안에서는 ‘ ’로 묶는다"),
        ("어휘", "vocabulary", "신경망이 아는 토큰의 목록"),
        ("패딩", "padding", "길이를 맞추려고 채운 빈자리"),
        ("마스크", "mask", "셀 자리와 세지 않을 자리를 나타내는 배열"),
        ("윈도", "window", "시퀀스에서 잘라 낸 일정한 길이의 구간"),
        ("파선", "dashed line", "긴 토막을 이은 선. 점을 이은 선은 점선"),
        ("연습 문제", "exercise", "직접 풀고 check로 확인하는 문제"),
        ("수업", "lesson", "노트북 하나"),
    )
)

AVOIDED = tuple(
    Avoided(re.compile(pattern), instead, why)
    for pattern, instead, why in (
        (r"갱신", "업데이트", "강의 노트의 말이 업데이트이다"),
        (r"펼치기\(|펼친 층|펼친\(", "평탄화(flatten), 평탄화한 층", "펼치다는 시간축으로 펼치는 unroll에만 쓴다"),
        (r"단계 앞", "k단계 뒤", "앞은 과거로 읽힌다: 1948에서 10단계 앞은 1938이다"),
        (r"단계 (?:뒤로|앞으로)|뒤로 나르", "이전 시점, 다음 시점, 거슬러", "앞과 뒤는 시간에 쓰지 않는다"),
        (r"(?:앞|앞선|앞의) ?(?:시점|상태)|뒤쪽? ?시점", "이전 시점, 이후 시점", "앞과 뒤는 시간에 쓰지 않는다"),
        (r"(?:첫|이전|매|모든) 단계|단계마다|단계로 펼친", "시점", "단계는 길이를 셀 때만 쓴다"),
        (r"연습(?! ?문제|하|해|할|한)", "연습 문제", "연습은 행위이고, 문제는 연습 문제이다"),
        (r"아직입니다", "아직 완성되지 않았습니다", "한국어에 없는 말이다"),
        (r"시험", "테스트, 평가", "시험은 학교에서 치르는 것이다"),
        (r"(?:훈련|테스트) 부분", "훈련 데이터, 테스트 데이터", "데이터의 이름이다"),
        (r"자료", "데이터", "한 가지 말만 쓴다"),
        (r"원소별|원소끼리", "요소별", "강의 노트의 말이 요소별 곱이다"),
        (r"(?:tanh|σ|시그모이드|ReLU|함수)의 ‘?기울기", "미분", "기울기는 손실의 기울기(gradient)이다"),
        (r"초기값|첫 값만", "초깃값", "한글 맞춤법"),
        (r"고유값|특이값|최소값|최대값|절대값", "고윳값, 특잇값, 최솟값, 최댓값, 절댓값", "한글 맞춤법"),
        (r"그것(?:은|이|을|도)", "앞에 나온 이름을 되풀이하거나 문장을 나눈다", "번역한 말투이다"),
        (r"(?:부호|게이트|값|수|중앙값|σ)[가이은는] [^.]{0,12}말(?:합|해)", "정하다, 나타내다", "수는 말하지 않는다"),
        (r"학습들|(?:푼|다른) 학습(?! 실행)|학습 하나", "학습 실행, 횟수", "학습은 셀 수 있는 말이 아니다"),
        (r"적합하고", "맞추고", "적합하다는 형용사이다"),
        (r"산포", "흩어진 정도, 차이의 범위", "통계학의 말이다"),
        (r"놀라움", "놀람(surprise)", "한 가지 말만 쓴다"),
        (r"당신", "주어를 빼거나 함수가, 답이", "문장에서 읽는 사람을 부르지 않는다"),
        (
            r"[은을이과]\([는를가와]\)|[는를가와]\([은을이과]\)|\(으\)로",
            "값마다 맞는 조사",
            "읽는 사람이 고르게 하지 않는다",
        ),
        (r"; ", "쉼표나 마침표", "한국어 문장에는 쌍반점이 없다"),
        (r"(?<=\S)  +(?=\S)", "한 칸", "띄어쓰기는 한 칸이다"),
        (
            r"(?<=[가-힣]) \((?=[^()]*[가-힣])|(?<=[가-힣]) \(\w+\)|(?<=\}) \(\{",
            "괄호 앞을 붙인다",
            "낱말에 딸린 괄호 앞은 띄지 않는다",
        ),
        (r"형상", "모양", "배열의 shape는 모양이다"),
        (r"픽셀", "화소", "한 가지 말만 쓴다"),
        (r"예시", "예제", "N개의 하나는 예제이다"),
        (r"[첫둘셋]째 인수", "인자", "인수는 곱의 인수(factor)이다"),
        (r"복사본", "사본", "한 가지 말만 쓴다"),
        (r"단추", "버튼", "한 가지 말만 쓴다"),
        (r"순서를 (?:듣|들)", "순서를 구별하다", "번역한 말투이다"),
    )
)

CODE = re.compile(r"`[^`]*`")


def avoided_in(text):
    """What a Korean text says that the course does not: a line for each place, with what to say instead, and why."""
    bare = CODE.sub(lambda code: "`" + "c" * (len(code[0]) - 2) + "`", text)
    return [
        f"{text[max(match.start() - 12, 0) : match.end() + 12]!r}: {rule.instead} ({rule.why})"
        for rule in AVOIDED
        for match in rule.words.finditer(bare)
    ]


def glossary():
    """The terms of the Korean edition as a table: Korean, English, meaning."""
    rows = ((term.korean, term.english, term.meaning) for term in sorted(TERMS, key=lambda term: term.korean))
    return Table(rows, head=("용어", "영어", "뜻"), left=3)

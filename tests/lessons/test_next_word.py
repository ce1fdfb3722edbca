"""The lecture's next-word example: its table, how it came about, and what one update does."""

import numpy as np
import pytest

from seqlib import SGD, cross_entropy
from seqlib.lessons.next_word import INPUTS, LOSSES, PREDICTED, TARGETS, WORDS, loss_after_update, next_word_model
from seqlib.study.gradcheck import compare, complex_step, with_params


def losses(model, x, targets):
    return cross_entropy(model.forward(x).logits, targets)[0]


def test_it_is_the_table_of_the_lecture():
    assert INPUTS == ("나는", "밥을", "먹었") and TARGETS == ("밥을", "먹었", "다")
    assert PREDICTED == ("먹었", "먹었", "좋아") and LOSSES == (1.2, 0.3, 2.1)
    model, x, targets = next_word_model()
    assert [WORDS[k] for k in x.argmax(axis=1)[:, 0]] == list(INPUTS)
    assert [WORDS[k] for k in targets[:, 0]] == list(TARGETS)
    assert [WORDS[k] for k in model.predict(x)[:, 0]] == list(PREDICTED)
    np.testing.assert_allclose(losses(model, x, targets), LOSSES, rtol=1e-12)
    assert round(model.loss(x, targets), 1) == 3.6


@pytest.mark.parametrize(("H", "seed"), [(3, 0), (4, 1), (4, 7), (8, 2), (16, 3)])
def test_other_sizes_and_seeds_give_the_same_table(H, seed):
    model, x, targets = next_word_model(H, seed)
    np.testing.assert_allclose(losses(model, x, targets), LOSSES, rtol=1e-9)
    assert [WORDS[k] for k in model.predict(x)[:, 0]] == list(PREDICTED)
    assert (model.params.W_hy.shape, model.cell.H) == ((5, H), H)


def test_too_few_units_are_refused():
    with pytest.raises(ValueError, match=r"H must be at least 3, .* but 2 came"):
        next_word_model(2)


def test_it_is_the_same_every_time_and_nobody_else_s():
    (one, *_), (two, *_) = next_word_model(), next_word_model()
    for name, W in one.params.items():
        assert np.array_equal(W, two.params[name]) and not np.shares_memory(W, two.params[name])


def test_its_gradient_is_right():
    model, x, targets = next_word_model()
    _, grads = model.loss_and_gradients(x, targets)
    numeric = complex_step(lambda params: with_params(model, params).loss(x, targets), model.params)
    assert compare(grads.params, numeric, 1e-12).equal


def test_one_update_of_all_weights_lowers_the_loss():
    model, x, targets = next_word_model()
    _, grads = model.loss_and_gradients(x, targets)
    SGD(0.5).update(model.params, grads.params)
    assert losses(model, x, targets).round(2).tolist() == [0.34, 0.02, 0.92]


def test_step_by_step_the_order_decides():
    after = {}
    for order in ((0, 1, 2), (2, 1, 0)):
        model, x, targets = next_word_model()
        for t in order:
            only = np.where(np.arange(3)[:, None] == t, targets, -1)
            SGD(0.5).update(model.params, model.loss_and_gradients(x, only)[1].params)
        after[order] = round(model.loss(x, targets), 2)
    assert after == {(0, 1, 2): 2.36, (2, 1, 0): 1.3}, "all at once gives 1.27"


def test_the_mean_of_the_losses_has_a_third_of_the_gradient():
    model, x, targets = next_word_model()
    _, grads = model.loss_and_gradients(x, targets)
    mean = complex_step(lambda params: with_params(model, params).loss(x, targets) / 3, model.params)
    assert compare(grads.params.map(lambda g: g / 3), mean, 1e-12).equal


def test_the_mean_needs_three_times_the_learning_rate_of_the_sum():
    model, x, targets = next_word_model()
    before = {name: W.copy() for name, W in model.params.items()}
    of_sum, of_mean = loss_after_update(model, x, targets, 0.5), loss_after_update(model, x, targets, 0.5, of="mean")
    assert f"{of_sum:.2f} {of_mean:.2f}" == "1.27 2.47"
    assert loss_after_update(model, x, targets, 1.5, of="mean") == pytest.approx(of_sum, rel=1e-12)
    assert all(np.array_equal(W, before[name]) for name, W in model.params.items())
    with pytest.raises(ValueError, match="of must be 'sum' or 'mean', but 'total' came"):
        loss_after_update(model, x, targets, 0.5, of="total")

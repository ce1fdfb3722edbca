"""The network of the Opus encoder: ours says what the encoder itself said, and sixteen readings are told apart."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from seqlib import data
from seqlib.study.real import opus


@pytest.fixture(scope="module")
def heard():
    return opus.recording()


@pytest.fixture(scope="module")
def net():
    return opus.network()


def test_ours_is_the_encoders_own(net, heard):
    run = net.run(heard.features)
    assert opus.difference(net, heard) < 1e-5
    np.testing.assert_allclose(run.h[-1], heard.last, atol=1e-5)
    assert heard.features.shape == (400, opus.D) and len(heard.features) * opus.SECONDS == 8


def test_the_weights_are_bytes(net):
    stored = data.opus_weights()
    assert sum(array.size for array in stored.values()) == 4986 and {str(a.dtype) for a in stored.values()} == {"int8"}
    assert all(np.array_equal(w * 128, np.round(w * 128)) for w in (net.W_in, net.gru.params.W_x, net.W_out))


def test_a_reset_gives_the_run_of_a_piece_alone(net, heard):
    run, alone = net.run(heard.features, reset_every=50), net.run(heard.features[150:200])
    np.testing.assert_array_equal(run.h[150:200], alone.h)
    np.testing.assert_array_equal(net.run(heard.features, reset_every=400).h, net.run(heard.features).h)


def test_without_patience_speech_is_taken_for_music(net, heard):
    taken = [np.sum(net.run(heard.features, reset_every=k).music[30:200] > 0.5) for k in (None, 50, 25, 10, 5, 1)]
    assert taken[0] == 0 and taken == sorted(taken) and taken[-1] > 50
    assert opus.waited(net.run(heard.features).music) > opus.waited(net.run(heard.features, 50).music)


def test_no_part_of_the_units_is_the_memory_alone(net, heard):
    slow = opus.half_lives(net.run(heard.features)) >= 0.1
    parts = [np.flatnonzero(slow), np.flatnonzero(~slow), None]
    taken = [opus.taken_for_music(net.run(heard.features, 1, units)) for units in parts]
    assert slow.sum() == 7 and 0 < taken[0] < taken[1] < taken[0] + taken[1] < taken[2]
    np.testing.assert_array_equal(net.run(heard.features, 1, []).h, net.run(heard.features, 1, units=()).h)
    np.testing.assert_allclose(net.run(heard.features, 1, []).h, net.run(heard.features).h, atol=1e-12)


def test_one_reading_is_the_encoders_and_another_is_as_good_at_the_task():
    rows = opus.readings()
    assert rows.left == 4  # the columns of words
    assert len(rows) == len({row[:4] for row in rows}) == 16
    right = [row for row in rows if row[5] == "0.00"]
    assert [row[:4] for row in right] == [("inputs first", "zrg", "keeps", "before")]
    assert [row[:4] for row in rows[:2]] == [("inputs first", "zrg", "keeps", r) for r in ("after", "before")]
    assert float(rows[1][4]) > 0.9 > 0.7 > float(rows[2][4])


def test_the_lesson_says_when_it_believes_and_when_it_doubts(net, heard):
    """A step k ends at 0.02 (k + 1) s; the second chord begins 3.5 / 4 s after the first, which begins at 4 s."""
    music = net.run(heard.features).music[200:375]
    ends = [round(4.02 + 0.02 * np.flatnonzero(music > limit)[0], 2) for limit in (0.5, 0.9)]
    assert ends == [4.32, 4.70]
    second = int((4 + 3.5 / 4 - 4) / opus.SECONDS)  # the step in which it begins, of those of the chords
    assert round(4.02 + 0.02 * second, 2) == 4.88 and music[second] > 0.9
    lowest = second + music[second:].argmin()
    assert (round(4.02 + 0.02 * lowest, 2), round(music[lowest], 2)) == (5.0, 0.66)
    assert music[lowest + 10 :].min() > 0.9


def test_half_lives_follow_from_z(net, heard):
    run = net.run(heard.features)
    lives = opus.half_lives(run)
    kept = (1 - run.z[200:375]).mean(axis=0)
    np.testing.assert_allclose(kept ** (lives / opus.SECONDS), 0.5)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda n, r: n.run(r.features, 0), "reset_every must be a number of steps, at least 1, but 0 came"),
        (lambda n, r: n.run(r.features, 5, [24]), r"units must be whole numbers from 0 to 23, but \[24\] came"),
        (lambda n, r: n.run(r.features, 5, [-1]), r"units must be whole numbers from 0 to 23, but \[-1\] came"),
        (lambda n, r: n.run(r.features, 5, [True] * 24), r"23; np\.flatnonzero\(…\) makes them of a mask, but"),
        (lambda n, r: n.run(r.features, 5, [1.7]), r"units must be whole numbers from 0 to 23, but \[1\.7\] came"),
        (lambda n, r: n.run(r.features, 5, ["a"]), r"units must be whole numbers from 0 to 23, but \['a'\] came"),
        (lambda n, r: n.run(r.features, True), "reset_every must be a number of steps, at least 1, but True came"),
        (lambda n, r: n.run(r.features, 2.5), "reset_every must be a number of steps, at least 1, but 2.5 came"),
        (lambda n, r: n.run(r.features[:, :24]), r"shape \(T, 25\), a row a step, but \(400, 24\) came"),
        (lambda n, r: n.run(r.features[0]), r"features must have shape \(T, 25\)"),
        (lambda n, r: opus.reading("inputs first", "grz", "keeps", "before"), "but .grz. came"),
        (lambda n, r: opus.waited(np.zeros(400)), "music must lie above 0.5 somewhere in 'chords'"),
    ],
)
def test_bad_input_gets_one_sentence(net, heard, call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(net, heard)


def test_the_sound_is_an_mp3_file():
    sound = opus.sound()
    assert sound[0] == 0xFF and sound[1] & 0xE0 == 0xE0 and len(sound) < 20_000


def test_what_a_run_tells_by_hand():
    music = np.zeros(400)
    music[50:60], music[205:400] = 0.6, 0.9
    music[[100, 101, 203]] = 0.5  # no more likely than not
    run = opus.Run(np.zeros((400, 24)), np.full((400, 24), 0.5), music, np.ones(400))
    assert opus.taken_for_music(run) == pytest.approx(0.2) and opus.waited(music) == pytest.approx(0.1)
    assert opus.waited(music, "speech") == pytest.approx(0.4)
    assert opus.waited(music, "chords", level=0.4) == pytest.approx(0.06)
    assert opus.told(None, run=run, heard=True) == pytest.approx((160 + 170) / (170 + 175))
    heard = opus.Recording(None, np.stack([music + 0.1, np.ones(400)], axis=1), None)
    assert opus.difference(None, heard, run) == pytest.approx(0.1)
    assert opus.half_lives(run) == pytest.approx(np.full(24, 0.02))


def test_a_unit_that_is_reset_begins_anew_and_the_others_go_on(net, heard):
    run, whole = net.run(heard.features[:20], 10, units=[0, 23]), net.run(heard.features[:20])
    h = whole.h[9][:, None].copy()
    h[[0, 23]] = 0
    assert np.array_equal(run.h[10:], net.gru.forward(net.inputs(heard.features[10:20]), h).h[:, :, 0])
    assert np.array_equal(run.h[:10], whole.h[:10])


def test_the_parts_of_the_recording_follow_one_another_from_its_beginning_to_its_end(heard):
    ends = [0, *(end for _, _, end in opus.PARTS)]
    assert [begin for _, begin, _ in opus.PARTS] == ends[:-1] and ends[-1] == len(heard.features)


def test_without_a_recording_a_network_hears_the_encoders_own(net, heard):
    run = net.run(heard.features)
    assert opus.told(net) == opus.told(net, heard, run) and opus.difference(net) == opus.difference(net, heard, run)
    quieter = opus.Recording(heard.features / 2, heard.probabilities, heard.last)
    of_it = net.run(quieter.features)
    assert opus.told(net, quieter) == opus.told(net, quieter, of_it) != opus.told(net)
    assert opus.difference(net, quieter) == opus.difference(net, quieter, of_it) != opus.difference(net)


def test_what_was_recorded_and_what_a_network_is_and_said_cannot_be_changed(net, heard):
    for what, name in ((net, "b_out"), (heard, "features"), (net.run(heard.features[:1]), "music")):
        with pytest.raises(FrozenInstanceError):
            setattr(what, name, None)

"""Silero's detector: ours says what onnxruntime recorded of the package's own network."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from seqlib.study.real import opus, silero


@pytest.fixture(scope="module")
def run():
    return silero.detector().run(silero.recording().samples)


def test_ours_is_the_packages_own(run):
    heard = silero.recording()
    np.testing.assert_allclose(run.speech, heard.probabilities, atol=1e-5)
    np.testing.assert_allclose(run.trace.h[-1, :, 0], heard.last[0], atol=1e-5)
    np.testing.assert_allclose(run.trace.C[-1, :, 0], heard.last[1], atol=1e-5)


def test_it_hears_the_speech_in_the_sound_that_opus_heard(run):
    part = {name: slice(*(round(t * opus.SECONDS / silero.SECONDS) for t in ends)) for name, *ends in opus.PARTS[:3]}
    assert np.median(run.speech[part["speech"]]) > 0.9 > 0.2 > np.median(run.speech[part["chords"]])


def test_whole_numbers_and_those_within_one_are_the_same_sound():
    samples = silero.recording().samples[20_000:22_000]
    net = silero.detector()
    np.testing.assert_array_equal(net.front(samples), net.front(samples / 32768))
    assert net.front(samples).shape == (3, 128)


def test_a_sound_that_is_no_row_of_samples_is_named():
    with pytest.raises(ValueError, match=r"samples must have shape \(n,\) with n at least 512, but \(2, 9\) came"):
        silero.detector().front(np.zeros((2, 9)))


def test_512_samples_are_a_step_and_511_are_none():
    net, samples = silero.detector(), silero.recording().samples[20_000:]
    assert len(net.run(samples[:512]).speech) == 1 == len(net.front(samples[:1023])) and silero.SECONDS == 0.032
    with pytest.raises(ValueError, match=r"at least 512, but \(511,\) came"):
        net.front(samples[:511])


def test_what_was_recorded_and_what_was_heard_cannot_be_changed(run):
    for what, name in ((silero.recording(), "samples"), (run, "speech")):
        with pytest.raises(FrozenInstanceError):
            setattr(what, name, None)

"""Make data/opus/: the network of the Opus encoder, eight seconds of sound, and what the encoder itself thought of it.

Needs npm, a C compiler, and lameenc for the MP3 that a page plays:

    python3 -m venv make-env
    make-env/bin/pip install numpy lameenc==1.9.0
    make-env/bin/python data/make/opus.py

npm's package @discordjs/opus 0.10.0 carries the source of libopus 1.3.1. It is fetched into a temporary folder and
built there with one more line, which writes down, for every 20 ms, the 25 features, the 24 states and the two
probabilities inside the encoder. The same machine gives the same bytes; another compiler may round the features
differently.
"""

import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

import lameenc
import numpy as np
from archive import save
from sound import RATE, sound

HERE = Path(__file__).resolve().parent
PACKAGE = "@discordjs/opus@0.10.0"
RECORDED = 25 + 24 + 2  # float32 a frame

SPY = """
#include <stdio.h>
void spy(const float *features, const float *state, const float *probs)
{
   static FILE *f;
   if (!f) f = fopen("recorded.bin", "wb");
   fwrite(features, 4, 25, f); fwrite(state, 4, 24, f); fwrite(probs, 4, 2, f); fflush(f);
}
"""
DRIVER = """
#include <stdio.h>
#include <stdlib.h>
#include "opus.h"
int main(void)
{
   int error, frame = 960; short pcm[960]; unsigned char packet[4000];
   OpusEncoder *encoder = opus_encoder_create(48000, 1, OPUS_APPLICATION_AUDIO, &error);
   FILE *in = fopen("sound.pcm", "rb");
   opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(10));
   while (fread(pcm, 2, frame, in) == frame) if (opus_encode(encoder, pcm, frame, packet, 4000) < 0) return 1;
   return 0;
}
"""


def fetched(folder):
    """The source of libopus, unpacked into `folder`."""
    name = subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True, text=True).stdout
    with tarfile.open(folder / name.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package" / "deps" / "opus"


def weights(opus):
    """The seven arrays of int8 as they stand in mlp_data.c; each is to be divided by 128."""
    source = (opus / "src" / "mlp_data.c").read_text(encoding="utf-8")
    found = re.findall(r"opus_int8 (\w+)\[\d+\] = \{(.*?)\}", source, re.DOTALL)
    return {name: np.array([int(k) for k in values.split(",") if k.strip()], np.int8) for name, values in found}


def recorded(opus, samples):
    """What the encoder's own analysis computed for `samples`: features, states and probabilities, a row a frame."""
    analysis = opus / "src" / "analysis.c"
    call = "compute_dense(&layer2, frame_probs, tonal->rnn_state);"
    source = analysis.read_text(encoding="utf-8")
    if source.count(call) != 1:
        raise ValueError(f"{analysis} must hold the line {call} once; is this another libopus?")
    spied = source.replace(call, f"{call}\n    {{ extern void spy(); spy(features, tonal->rnn_state, frame_probs); }}")
    analysis.write_text(spied, encoding="utf-8")
    (opus / "spy.c").write_text(SPY, encoding="utf-8")
    (opus / "driver.c").write_text(DRIVER, encoding="utf-8")
    (opus / "sound.pcm").write_bytes(samples.astype("<i2").tobytes())
    files = []
    for listed, group in (("opus", "OPUS_SOURCES"), ("opus", "OPUS_SOURCES_FLOAT"), ("celt", "CELT_SOURCES"),
                          ("silk", "SILK_SOURCES"), ("silk", "SILK_SOURCES_FLOAT")):  # fmt: skip
        text = (opus / f"{listed}_sources.mk").read_text(encoding="utf-8").replace("\\\n", " ")
        files += re.search(rf"^{group} = (.*)$", text, re.MULTILINE)[1].split()
    include = [f"-I{folder}" for folder in ("include", "celt", "silk", "silk/float", ".")]
    flags = ["-O1", "-ffp-contract=off", "-DOPUS_BUILD", "-DUSE_ALLOCA", "-DHAVE_LRINTF", "-w"]
    subprocess.run(["gcc", *flags, *include, "spy.c", "driver.c", *files, "-lm", "-o", "driver"], cwd=opus, check=True)
    subprocess.run(["./driver"], cwd=opus, check=True)
    return np.fromfile(opus / "recorded.bin", "<f4").reshape(-1, RECORDED)


def mp3(samples):
    """The sound small enough for a page: mono, 16 kHz, 16 kbit/s. What the encoder heard is the unpacked one."""
    encoder = lameenc.Encoder()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(RATE)
    encoder.set_out_sample_rate(16_000)
    encoder.set_bit_rate(16)
    encoder.set_quality(2)
    encoder.silence()
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def main(folder=HERE.parent / "opus"):
    """Write the weights, the recording, the sound and the licence."""
    folder.mkdir(exist_ok=True)
    samples = sound()
    with tempfile.TemporaryDirectory() as temporary:
        opus = fetched(Path(temporary))
        licence = (opus / "COPYING").read_text(encoding="utf-8")
        save(folder / "weights.npz", weights(opus))
        rows = recorded(opus, samples)
    features, state, probabilities = np.split(rows, [25, 49], axis=1)
    save(folder / "recorded.npz", {"features": features, "probabilities": probabilities, "last": state[-1]})
    (folder / "sound.mp3").write_bytes(mp3(samples))
    (folder / "LICENSE").write_text(licence, encoding="utf-8", newline="\n")
    print(f"sound.mp3: {(folder / 'sound.mp3').stat().st_size} bytes; {len(rows)} frames")


if __name__ == "__main__":
    main()

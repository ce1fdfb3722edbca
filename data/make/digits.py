"""Make data/digits.npz from scikit-learn's copy of the UCI digits.

scikit-learn is not needed by the course, so it lives in an environment of its own:

    python3 -m venv make-env
    make-env/bin/pip install scikit-learn        (Windows: make-env\\Scripts\\pip)
    make-env/bin/python data/make/digits.py

The bytes are the same on every run and every system: arrays are stored uncompressed, with a fixed date.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

HERE = Path(__file__).resolve().parent


def main(path=HERE.parent / "digits.npz"):
    """Write the 1797 images (1797, 8, 8) uint8 in 0..16 and their labels (1797,) uint8."""
    source = load_digits()
    arrays = {"images": source.images.astype(np.uint8), "labels": source.target.astype(np.uint8)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            npy = io.BytesIO()
            np.lib.format.write_array(npy, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # the same bytes on Windows, macOS and Linux
            archive.writestr(entry, npy.getvalue())
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()

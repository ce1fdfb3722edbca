"""Which texts of a picture lie on each other."""

import numpy as np


def overlapping(boxes, pixels):
    """The pairs of texts that share so many pixels in width and in height; `boxes` are (text, its extent)."""
    x0, y0, x1, y1 = np.array([box.extents for _, box in boxes]).reshape(-1, 4).T
    width, height = (np.minimum.outer(high, high) - np.maximum.outer(low, low) for low, high in ((x0, x1), (y0, y1)))
    pairs = np.argwhere(np.triu(np.minimum(width, height) >= pixels, 1))
    return [(boxes[i][0], boxes[k][0]) for i, k in pairs]

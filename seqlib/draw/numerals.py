"""Numbers as text, where two decimals are not enough or too many."""

import numpy as np

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def sub(t):
    """The digits of t as subscripts: h₁₂."""
    return str(t).translate(SUBSCRIPTS)


def numbers(values, signed=True):
    """The numbers as text with two decimals: '+0.37', '−0.49'; without plus sign unless `signed`; nothing for NaN."""
    form = "{:+.2f}" if signed else "{:.2f}"

    def text(v):
        if np.isnan(v):
            return ""
        # A true minus sign is as wide as the plus; +0.00 and −0.00 would only puzzle.
        return form.format(v).replace("-", "−") if abs(v) >= 0.005 else "0.00"

    return np.vectorize(text, otypes=[object])(values)


def power(value):
    """A positive number as text of two digits or so: '0.37', '3.2·10⁻⁸', '∞'."""
    if not np.isfinite(value):
        return "∞"
    if value == 0 or 0.01 <= value < 1000:
        return f"{value:.2f}" if value else "0"
    digits, _, exponent = f"{value:.1e}".partition("e")
    return f"{digits}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def life(value):
    """A half-life as text: '0.30', '6.6', '69', '∞'."""
    if not np.isfinite(value):
        return "∞"
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 20 else f"{value:.0f}"

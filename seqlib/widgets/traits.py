"""Traits of widgets that take what a reader gives as a picture does: NumPy's numbers too, and else one sentence."""

import math
import re

import numpy as np
import traitlets

from ..doors import is_real, number_of, plain, shown


class Real(traitlets.Float):
    """A number; of one without bounds, `within` says where it must lie."""

    def validate(self, obj, value):
        bounded = self.max < math.inf
        if not is_real(value) or (bounded and not self.min <= value <= self.max):
            where = f" from {self.min:g} to {self.max:g}" if bounded else ""
            raise ValueError(f"{self.name} must be a number{where}, but {shown(value)} came.")
        return float(number_of(value))


class Whole(traitlets.Int):
    """A whole number."""

    def validate(self, obj, value):
        number = number_of(value)
        bounded = self.max is not None
        if not isinstance(number, int | np.integer) or isinstance(number, bool) or (
            bounded and not self.min <= number <= self.max
        ):
            where = f" from {self.min} to {self.max}" if bounded else ""
            raise ValueError(f"{self.name} must be a whole number{where}, but {shown(value)} came.")
        return int(number)


class Switch(traitlets.Bool):
    """True or False."""

    def validate(self, obj, value):
        if not isinstance(switch := number_of(value), bool | np.bool_):
            raise ValueError(f"{self.name} must be True or False, but {shown(value)} came.")
        return bool(switch)


class Words(traitlets.Unicode):
    """A text, in which what cannot be sent is replaced."""

    def validate(self, obj, value):
        if not isinstance(value, str):
            raise ValueError(f"{self.name} must be a text, but {shown(value)} came.")
        return _sendable(value)


class OneOf(traitlets.Enum):
    """One of some names."""

    def validate(self, obj, value):
        if not isinstance(value, str) or value not in self.values:
            raise ValueError(f"{self.name} must be one of {', '.join(self.values)}, but {shown(value)} came.")
        return str(value)


class Row(traitlets.List):
    """A list of numbers, or of None where there is none."""

    def validate(self, obj, value):
        listed = value if isinstance(value, list | tuple) else np.atleast_1d(plain(self.name, value))
        row = [one if one is None else number_of(one) for one in listed]
        if odd := [one for one in row if one is not None and not is_real(one)]:
            raise ValueError(f"{self.name} must be a list of numbers, but one with {shown(odd[0])} came.")
        return [one.item() if isinstance(one, np.generic) else one for one in row]


class TextByName(traitlets.Dict):
    """A dict of texts."""

    def validate(self, obj, value):
        if not isinstance(value, dict) or not all(isinstance(part, str) for pair in value.items() for part in pair):
            raise ValueError(f"{self.name} must be a dict of names to texts, but {shown(value)} came.")
        return {_sendable(name): _sendable(text) for name, text in value.items()}


class Texts(traitlets.List):
    """A list of texts."""

    def validate(self, obj, value):
        if isinstance(value, str | bytes | dict) or not np.iterable(value):
            raise ValueError(f"{self.name} must be a list of texts, but {shown(value)} came.")
        value = list(value)
        if odd := [one for one in value if not isinstance(one, str)]:
            raise ValueError(f"{self.name} must be a list of texts, but one with {shown(odd[0])} came.")
        return [_sendable(one) for one in value]


def _sendable(text):
    """The text without halves of signs, which no message can carry; all else is as the browser has it."""
    return re.sub("[\ud800-\udfff]", "\ufffd", str(text))

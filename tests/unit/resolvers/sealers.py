"""Sealers of known keys, for tests that need no installation."""

import random

from gateway.keys.material import Keys, Purpose, ring
from gateway.keys.sealing import KeyedSealer


def keys_of(number: int) -> Keys:
    """Keys that follow from a number: equal numbers, equal keys."""
    roots = {1: bytes([number]) * 32}
    return Keys(rings={purpose: ring(purpose, 1, roots) for purpose in Purpose}, signing={})


def sealer_of(keys: Keys) -> KeyedSealer:
    return KeyedSealer(keys, entropy=random.Random(1).randbytes)

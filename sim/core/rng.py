"""Counter-based randomness: a draw is a pure function of (seed, decision, quarter, uid).

The generator is Philox 4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as
1, 2, 3", SC11). It has no state, so that the same person makes the same draw in two scenarios, on any
number of threads and in any row order.
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)

type Integer = int | np.integer

TILE = 1024
"""Draws that a kernel makes at a time."""

TWO_32 = 4294967296.0
"""Number of values of one draw: a draw below p * TWO_32 happens with probability p."""


@njit(inline="always")
def philox(key_0: np.uint64, key_1: np.uint64, c_0: np.uint64, c_1: np.uint64, c_2: np.uint64,
           c_3: np.uint64) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return the four 32-bit words of Philox 4x32-10 for a 64-bit key and a 128-bit counter (all uint64)."""
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c_0
        product_1 = _MULTIPLIER_1 * c_2
        c_0 = (product_1 >> _SHIFT) ^ c_1 ^ key_0
        c_1 = product_1 & _LOW
        c_2 = (product_0 >> _SHIFT) ^ c_3 ^ key_1
        c_3 = product_0 & _LOW
        key_0 = (key_0 + _WEYL_0) & _LOW
        key_1 = (key_1 + _WEYL_1) & _LOW
    return c_0, c_1, c_2, c_3


@njit(inline="always")
def words(seed: Integer, decision: Integer, quarter: Integer,
          uid: Integer) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Return four independent 32-bit draws (uint64) of one decision of one agent in one quarter."""
    s = np.uint64(seed)
    u = np.uint64(uid)
    return philox(s & _LOW, s >> _SHIFT, u & _LOW, u >> _SHIFT, np.uint64(quarter), np.uint64(decision))


@njit(cache=True)
def draw(seed: Integer, decision: Integer, quarter: Integer, uid: Integer) -> np.uint32:
    """Return one 32-bit draw as uint32; the scalar that every kernel and the tests' oracle share."""
    return np.uint32(words(seed, decision, quarter, uid)[0])


@njit(cache=True)
def uniform(seed: Integer, decision: Integer, quarter: Integer, uid: Integer) -> np.float64:
    """Return one draw as a float in [0, 1)."""
    return np.float64(words(seed, decision, quarter, uid)[0]) / TWO_32


@njit(cache=True)
def descendant(decision: Integer, quarter: Integer, uid: Integer, ordinal: Integer = 0) -> np.uint64:
    """Return the 64-bit uid of who is made by `uid` in a quarter (a newborn, a household); no seed enters."""
    a, b, _, _ = words(np.uint64(ordinal), decision, quarter, uid)
    return (a << _SHIFT) | b


@njit(cache=True, nogil=True)
def fill(seed: Integer, decision: Integer, quarter: Integer, uid: np.ndarray, out: np.ndarray) -> None:
    """Write one draw per uid into out (uint64): a loop of its own, which the compiler vectorises."""
    key_0 = np.uint64(seed) & _LOW
    key_1 = np.uint64(seed) >> _SHIFT
    c_2 = np.uint64(quarter)
    c_3 = np.uint64(decision)
    for j in range(uid.size):
        u = uid[j]
        out[j] = philox(key_0, key_1, u & _LOW, u >> _SHIFT, c_2, c_3)[0]


def uniforms(seed: Integer, decision: Integer, quarter: Integer, uid: np.ndarray) -> np.ndarray:
    """Return one draw in (0, 1) for each uid, float64."""
    draws = np.empty(len(uid), np.uint64)
    fill(np.uint64(seed), decision, quarter, uid.astype(np.uint64), draws)
    return (draws + 0.5) / TWO_32


def threshold(probability: ArrayLike) -> np.ndarray:
    """Return the uint32 below which a draw means "yes": floor(p * 2^32), p clipped to [0, 1 - 2^-32]."""
    return np.minimum(np.asarray(probability, float) * TWO_32, TWO_32 - 1).clip(0).astype(np.uint32)

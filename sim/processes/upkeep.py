"""Depreciation and upkeep of one stock in a year."""

import numpy as np

from sim.config.stocks import Stock
from sim.state.stocks import Stocks


def due(stocks: Stocks, name: str, stock: Stock, *needs: np.ndarray) -> list[np.ndarray]:
    """Return the investment of full upkeep in a year for each of some needs: from the depreciated stock up to its norm.
    """
    left, norm = _left(stocks, name, stock), grown(stocks.norm[name], stock)
    return [np.maximum(norm * need - left, 0) for need in needs]


def keep_up(stocks: Stocks, name: str, stock: Stock, need: np.ndarray, kept=1.0, extended=1.0) -> np.ndarray:
    """Depreciate a stock for a year and build the funded part of due investment; the rest leaves the norm for good.

    `kept` is the funded share of investment due at the needs of last year, `extended` that of the investment due
    beyond. Returns the investment due beyond.
    """
    wanted, planned = due(stocks, name, stock, need, stocks.needs[name])
    planned = np.minimum(planned, wanted)
    beyond = wanted - planned
    built = kept * planned + extended * beyond
    lost = stocks.lost[name]
    stocks.values[name] = np.maximum(_left(stocks, name, stock) - lost, 0) + built
    stocks.norm[name] = np.maximum(grown(stocks.norm[name], stock) - (wanted - built) / need, 0)
    stocks.lost[name] = np.zeros_like(lost)
    return beyond


def _left(stocks: Stocks, name: str, stock: Stock) -> np.ndarray:
    left: np.ndarray = (stocks.values[name] + stocks.lost[name]) * (1 - stock.depreciation.value)
    return left


def grown(per_need: np.ndarray, stock: Stock) -> np.ndarray:
    """Return a stock per unit of need a year on along its declared trend, up to the most there can be."""
    return np.minimum(per_need * (1 + stock.trend.value), stock.most / stock.per)

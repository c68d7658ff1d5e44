"""Depreciation and upkeep of one stock in a year."""

import numpy as np

from sim.config.stocks import Stock
from sim.state.stocks import Stocks


def due(stocks: Stocks, name: str, stock: Stock, need: np.ndarray) -> np.ndarray:
    """Return the investment of full upkeep in a year: from the depreciated stock up to its norm for this need."""
    left = (stocks.values[name] + stocks.lost[name]) * (1 - stock.depreciation.value)
    return np.maximum(grown(stocks.norm[name], stock) * need - left, 0)


def keep_up(stocks: Stocks, name: str, stock: Stock, need: np.ndarray, kept=1.0, extended=1.0) -> np.ndarray:
    """Depreciate a stock for a year and build the funded part of due investment; the rest leaves the norm for good.

    `kept` is the funded share of investment due at the needs of last year, `extended` that of the investment due
    beyond. Returns the investment due beyond.
    """
    wanted = due(stocks, name, stock, need)
    planned = np.minimum(due(stocks, name, stock, stocks.needs[name]), wanted)
    built = kept * planned + extended * (wanted - planned)
    lost = stocks.lost[name]
    left = (stocks.values[name] + lost) * (1 - stock.depreciation.value) - lost
    stocks.values[name] = np.maximum(left, 0) + built
    stocks.norm[name] = np.maximum(grown(stocks.norm[name], stock) - (wanted - built) / need, 0)
    stocks.lost[name] = np.zeros_like(lost)
    return wanted - planned


def grown(per_need: np.ndarray, stock: Stock) -> np.ndarray:
    """Return a stock per unit of need a year on along its declared trend, up to the most there can be."""
    return np.minimum(per_need * (1 + stock.trend.value), stock.most / stock.per)

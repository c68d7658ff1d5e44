"""How one stock wears and is kept up in a year."""

import numpy as np

from sim.config.stocks import Stock
from sim.state.stocks import Stocks


def due(stocks: Stocks, name: str, stock: Stock, need: np.ndarray) -> np.ndarray:
    """Return what full upkeep builds in a year: from what wear leaves of the stock up to its norm for this need."""
    left = (stocks.values[name] + stocks.lost[name]) * (1 - stock.depreciation.value)
    return np.maximum(grown(stocks.norm[name], stock) * need - left, 0)


def keep_up(stocks: Stocks, name: str, stock: Stock, need: np.ndarray, kept=1.0, extended=1.0) -> np.ndarray:
    """Wear a stock for a year and build what is due as far as it is paid for; the rest leaves the norm for good.

    `kept` is the share that is paid of what is due at the needs of last year, `extended` that of what is due beyond,
    which is returned.
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

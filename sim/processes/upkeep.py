"""How one stock wears and is kept up in a year."""

import numpy as np

from sim.agents.stocks import Stocks
from sim.config.stocks import Stock


def due(stocks: Stocks, name: str, stock: Stock, need: np.ndarray) -> np.ndarray:
    """Return what full upkeep builds in a year: from what wear leaves of the stock up to its norm for this need."""
    left = (stocks.values[name] + stocks.lost[name]) * (1 - stock.depreciation.value)
    return np.maximum(grown(stocks.norm[name], stock) * need - left, 0)


def keep_up(stocks: Stocks, name: str, stock: Stock, need: np.ndarray, share) -> None:
    """Wear a stock for a year and build the funded share of what is due; the rest leaves the norm for good."""
    wanted = due(stocks, name, stock, need)
    lost = stocks.lost[name]
    left = (stocks.values[name] + lost) * (1 - stock.depreciation.value) - lost
    stocks.values[name] = np.maximum(left, 0) + share * wanted
    stocks.norm[name] = np.maximum(grown(stocks.norm[name], stock) - (1 - share) * wanted / need, 0)
    stocks.lost[name] = np.zeros_like(lost)


def grown(per_need: np.ndarray, stock: Stock) -> np.ndarray:
    """Return a stock per unit of need a year on along its declared trend, up to the most there can be."""
    return np.minimum(per_need * (1 + stock.trend.value), stock.most / stock.per)

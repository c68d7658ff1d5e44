"""Output, wages and spending of the counties, and their technology."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Economy:
    """Output, wages and spending, in yuan at 2020 prices; arrays run over (county, sector by code of work)."""

    output: np.ndarray  # value added of the quarter, whole yuan
    wage_bill: np.ndarray  # of firms in the quarter, whole yuan
    price: np.ndarray  # price of the sector's output against that of 2020
    turnover: np.ndarray  # value of output of an establishment against the first quarter and the trend
    year_output: np.ndarray  # value added of the running year, whole yuan
    year_wage_bill: np.ndarray  # of the running year, whole yuan
    spending: np.ndarray  # incomes of the quarter that are spent in the county, yuan, by county
    industrial_land_wanted: np.ndarray  # additional industrial land that firms demand this year, m2, by county
    founded: np.ndarray  # establishments founded this year
    closed: np.ndarray  # establishments closed this year


@dataclass(frozen=True)
class Technology:
    """Technology inferred from the initial state; arrays run over (county, sector by code of work) unless said."""

    level: np.ndarray  # productivity of a firm with a staff of one person
    wedge: np.ndarray  # labour wedge: the wage over the value of labour's marginal product
    output: np.ndarray  # yuan in the first quarter
    turnover: np.ndarray  # yuan of an establishment in the first quarter
    spending: np.ndarray  # yuan in the first quarter, by county
    staff: np.ndarray  # of firms in persons
    reach: np.ndarray  # market access: people within reach, by county
    farm: np.ndarray  # farm output in yuan a quarter of one farmer alone, by county
    wage: np.ndarray  # yuan a month


@dataclass(frozen=True)
class BaseInvestment:
    """Construction activity when the run began, by county: the base of the index of demand for construction."""

    homes: np.ndarray  # m2 under construction
    public: np.ndarray  # yuan a year

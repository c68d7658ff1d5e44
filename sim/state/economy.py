"""What counties produce and earn."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Economy:
    """What counties produce and earn, in yuan at 2020 prices; arrays run over (county, sector by code of work)."""

    output: np.ndarray  # value added of the quarter, whole yuan
    wage_bill: np.ndarray  # of firms in the quarter, whole yuan
    price: np.ndarray  # price of the sector's output against that of 2020
    turnover: np.ndarray  # value of output of an establishment against the first quarter and the trend
    year_output: np.ndarray  # value added of the running year, whole yuan
    year_wage_bill: np.ndarray  # of the running year, whole yuan
    spending: np.ndarray  # what people of the county earn or receive in the quarter, yuan, by county
    industrial_land_wanted: np.ndarray  # m2 that firms want beyond what they have, by county, this year
    founded: np.ndarray  # establishments founded this year
    closed: np.ndarray  # establishments closed this year


@dataclass(frozen=True)
class Technology:
    """What the initial state says of production; arrays run over (county, sector by code of work) unless said."""

    level: np.ndarray  # productivity of a firm with a staff of one person
    wedge: np.ndarray  # what the last worker costs against the value of what they make
    output: np.ndarray  # yuan in the first quarter
    turnover: np.ndarray  # yuan of an establishment in the first quarter
    spending: np.ndarray  # yuan in the first quarter, by county
    staff: np.ndarray  # of firms in persons
    reach: np.ndarray  # people within reach, by county
    farm: np.ndarray  # farm output in yuan a quarter of one farmer alone, by county
    wage: np.ndarray  # yuan a month


@dataclass(frozen=True)
class BaseInvestment:
    """What was built when the run began, against which later demand of construction is taken; by county."""

    homes: np.ndarray  # m2 under construction
    public: np.ndarray  # yuan a year

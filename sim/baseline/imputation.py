"""Output of counties for which none is published, from that of their prefecture."""

from collections.abc import Mapping

import pandas as pd

SECTORS = ("primary", "secondary", "tertiary")


def output(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return `gdp_2020` with the rows filled whose method is `imputed`: of each sector a county has its part of the
    prefecture's product by residents times the share of workers in the sector, districts included."""
    gdp, counties, census = tables["gdp_2020"], tables["counties"], tables["census_2020"]
    imputed = (gdp["method"] == "imputed").to_numpy()
    if not imputed.any():
        return gdp
    shares = [f"emp_{sector}_share" for sector in SECTORS]
    home = counties.set_index("adcode")["prefecture_adcode"]
    inside = census.assign(prefecture_adcode=census["adcode"].map(home))
    units = pd.concat([inside, tables["districts"]])[["adcode", "prefecture_adcode", "resident_population", *shares]]
    units = units.set_index("adcode")
    workers = units[shares].mul(units["resident_population"], axis=0)
    part = workers / workers.groupby(units["prefecture_adcode"]).transform("sum")
    whole = tables["prefectures"].set_index("adcode")[[f"gdp_2020_{sector}_yi" for sector in SECTORS]]
    product = (part * whole.loc[units["prefecture_adcode"]].to_numpy()).loc[gdp["adcode"]]
    total = product.sum(axis=1).to_numpy()
    residents = census.set_index("adcode").loc[gdp["adcode"], "resident_population"].to_numpy()
    found = {"gdp_yi": total, "gdp_per_capita_yuan": total * 1e8 / residents}
    found |= {f"{sector}_share": product[f"emp_{sector}_share"].to_numpy() / total for sector in SECTORS}
    return gdp.assign(**{name: gdp[name].where(~imputed, values) for name, values in found.items()})

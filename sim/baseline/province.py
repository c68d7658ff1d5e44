"""Which province a data package is about: names, core cities, schedules of mortality and fertility, sources."""

from pathlib import Path

from pydantic import ValidationError, model_validator

from sim.baseline.fault import Fault
from sim.config.fault import ConfigError, explain
from sim.config.files import read_yaml, shown
from sim.config.parameters import Frozen, Text, Title

FILE = "province.yaml"
EXPECTED = "keys name, core_cities, mortality, fertility and sources; docs/data.md shows them"


class Province(Frozen):
    """What a data package says of its province as a whole; mortality and fertility are schedules of
    `mortality_fertility.csv` by the first year of a run."""

    name: Title
    core_cities: tuple[Text, ...]
    mortality: dict[int, Text]
    fertility: dict[int, Text]  # births of earlier starts follow the province's birth rates
    sources: Title

    @model_validator(mode="after")
    def _complete(self) -> "Province":
        for what, given, years in (("mortality", self.mortality, (2011, 2021)), ("fertility", self.fertility, (2021,))):
            if sorted(given) != [*years]:
                raise ValueError(f"{what}: expected a schedule for each of {', '.join(map(str, years))}")
        return self


def read(folder: Path) -> tuple[Province | None, list[Fault]]:
    """Return what a data folder says of its province, and the fault where it cannot be used."""
    path = folder / FILE
    if not path.is_file():
        return None, [Fault(FILE, None, None, None, EXPECTED)]
    try:
        return Province.model_validate(read_yaml(path)), []
    except ConfigError as error:
        return None, [Fault(FILE, None, None, str(error).removeprefix(f"{shown(path)}: "), "YAML in UTF-8")]
    except ValidationError as error:
        return None, [Fault(FILE, None, None, explain(error, Province), EXPECTED)]

"""Doses are keywords of the model: any measure by its name, on top of the policy."""

import pytest

from sim.config import ConfigError
from sim.model import CountyUrbanization


def test_any_measure_is_a_keyword_of_the_model(own_cache):
    model = CountyUrbanization(policy="service_led", scale=1000, end=2021, rng=1, citizenization=0.8, sewage=0.3)
    p = model.world.programme
    counties = p.target[:, : p.counties]
    assert (counties[[lever.startswith("citizenization.") for lever in p.levers]] == 0.8).all()
    assert (counties[p.levers.index("sewage.sewage")] == 0.3).all()
    assert (counties[p.levers.index("medical_services.medical_services")] == 1).all()
    assert not counties[p.levers.index("heritage.heritage")].any()


@pytest.mark.parametrize(("doses", "said"), [
    ({"citizenisation": 1}, "citizenisation: unknown parameter or measure; did you mean citizenization?"),
    ({"sewage": 1.2}, "doses.sewage=1.2: expected at most 1"),
    ({"sewage": "much"}, "doses.sewage=much: expected a number"),
])
def test_wrong_doses_of_the_model_are_refused(doses, said):
    with pytest.raises(ConfigError) as error:
        CountyUrbanization(scale=1000, **doses)
    assert said in str(error.value)

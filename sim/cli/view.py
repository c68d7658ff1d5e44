"""`county view`: the page in the browser."""

from importlib.util import find_spec

from sim.cli.notices import warn_of_grounds
from sim.cli.refusing import refuse
from sim.compose import compose
from sim.config import ConfigError
from sim.config.view import View


def view(arguments: list[str]) -> None:
    """Serve the page until it is interrupted."""
    config = compose("view", arguments)
    assert isinstance(config, View)
    if find_spec("solara") is None:
        raise ConfigError("view: expected the extra view; make view, or pip install 'county-urbanization[view]'")
    refuse([config])
    warn_of_grounds()
    from sim.view.choices import Choices
    from sim.view.server import serve

    serve(Choices.of(config, arguments), config.port, config.open, config.hosts)

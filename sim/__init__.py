"""County urbanization: an agent-based simulation of residents, firms and governments in a province's counties."""

from sim.core.cache import place_kernels

__version__ = "0.1.0"

place_kernels()


def __getattr__(name: str):
    # Mesa and the compiled kernels are only loaded by those who ask for the model.
    if name in ("CountyUrbanization", "County", "Prefecture", "Province"):
        from sim import model

        return getattr(model, name)
    raise AttributeError(f"module 'sim' has no attribute {name!r}")

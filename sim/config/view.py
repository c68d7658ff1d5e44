"""Options of the page in the browser: the scenario that it opens with, and its address."""

from pydantic import Field, StrictBool, StrictInt

from sim.config import Config


class View(Config):
    """The configuration of the page."""

    port: StrictInt = Field(ge=0, le=65_535, description="where the page is served on this machine; 0: any free port")
    open: StrictBool = Field(description="open it in the browser")

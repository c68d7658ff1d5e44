"""Options of the page in the browser: the scenario that it opens with, and its address."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from sim.config import Config

HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]


class View(Config):
    """The configuration of the page."""

    port: StrictInt = Field(ge=0, le=65_535, description="where the page is served on this machine; 0: any free port")
    open: StrictBool = Field(description="open it in the browser")
    hosts: tuple[HostName, ...] = Field(description="names under which it is answered beside localhost, as [a.b,c.d]")

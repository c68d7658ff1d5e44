"""Options of the page in the browser: the scenario that it opens with, and its address."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, model_validator

from sim.config import Config

HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")]


class View(Config):
    """The configuration of the page."""

    port: StrictInt = Field(ge=0, le=65_535, description="where the page is served on this machine; 0: any free port")
    open: StrictBool = Field(description="open it in the browser")
    hosts: tuple[HostName, ...] = Field(description="names under which it is answered beside localhost, as [a.b,c.d]")
    finest: Literal[1, 10, 100, 1000] = Field(description="finest scale that a visitor may ask for: 1, 10, 100 or 1000")
    visitors: StrictInt = Field(ge=1, le=10_000, description="visitors who may have a model at once")

    @model_validator(mode="after")
    def _within_limits(self) -> "View":
        if self.scale < self.finest:
            raise ValueError(f"scale={self.scale}: expected at least {self.finest}, or finest={self.scale} beside it")
        return self

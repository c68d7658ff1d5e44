"""The parts of the page as Vue components: each shows plain data, and tells of what was done in it."""

import solara

Event = None
"""An event that nobody listens to."""


@solara.component_vue("templates/bar.vue", vuetify=False)
def Bar(t={}, run={}, file={}, event_start=Event, event_pause=Event, event_step=Event, event_reset=Event,
        event_speed=Event, event_language=Event, event_download=Event):  # fmt: skip
    """Title, language, controls of the run, its clock and what it shows of every quarter, downloads, errors."""


@solara.component_vue("templates/scenario.vue", vuetify=False)
def Scenario(t={}, asked={}, doses={}, groups=[], event_choose=Event, event_scope=Event, event_dose=Event,
             event_fill=Event):  # fmt: skip
    """What is asked: policy, conditions, seed, scale, horizon, and a slider for each measure."""


@solara.component_vue("templates/map.vue", vuetify=False)
def Map(t={}, tiles={}, layer={}, choices=[], kinds=[], county="", event_show=Event, event_pick=Event):
    """The map of the counties with its legend, and the choice of what it shows."""


@solara.component_vue("templates/paths.vue", vuetify=False)
def Paths(t={}, aspects=[], group="", groups=[], size=[], waiting=False, event_filter=Event):
    """The paths of the indicators with targets and baseline, for a type of counties."""


@solara.component_vue("templates/county.vue", vuetify=False)
def County(t={}, page={}, population={}, agents={}, counties=[], county="", event_pick=Event, event_others=Event):
    """The page of one county, and the list to choose one from."""

"""The parts of the page as Vue components: each shows plain data, and reports events in it."""

import solara


@solara.component_vue("templates/bar.vue", vuetify=False)
def Bar(t, run, file, link, notes, event_start, event_pause, event_step, event_reset, event_speed, event_language,
        event_download, event_link, event_read):
    """Title, language, controls of the run, its clock and its quarterly figures, downloads, the link, errors."""


@solara.component_vue("templates/scenario.vue", vuetify=False)
def Scenario(t, asked, doses, groups, preview, event_choose, event_scope, event_dose, event_fill):
    """The scenario: policy, conditions, seed, scale, horizon, a slider for each measure, and what a change comes to."""


@solara.component_vue("templates/map.vue", vuetify=False)
def Map(t, tiles, layer, choices, kinds, county, event_show, event_pick):
    """The map of the counties with its legend, and the choice of its layer."""


@solara.component_vue("templates/paths.vue", vuetify=False)
def Paths(t, aspects, group, groups, width, beside, event_filter, event_spread, event_pin):
    """The paths of the indicators with targets, reference run, pinned run and band, for a type of counties."""


@solara.component_vue("templates/packages.vue", vuetify=False)
def Packages(t, front, policy, event_show, event_take):
    """Achievement against cost of the packages that a search found, each of which may become the policy."""


@solara.component_vue("templates/county.vue", vuetify=False)
def County(t, page, population, agents, counties, county, event_pick, event_others,
           event_plan):
    """The page of one county, and the list to choose one from."""

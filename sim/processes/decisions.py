"""Names of the random decisions; each has its own stream of draws."""

(DEATH, BIRTH, NEWBORN, SCHOOL, WORK, MOVE, TASTE, FOLLOW, LEAVE_CHILDREN, ARRIVAL, ARRIVING, CONVERSION, WILLING,
 KEEP_LAND, ROUNDING) = range(1, 16)

# 16 makes the identity of firms (sim/state/firms.py)
(SHOCK, CLOSURE, ENTRY, ENTRANT, OPENING, SEARCH, HIRE, SLOT, FALLBACK, COMMUTING) = range(17, 27)

OWNING, BUYING = 30, 31
"""Decisions of housing: who owns a home in the initial state, and who buys one."""

FLOOD, FLOOD_SEVERITY, HEAT, HEAT_SEVERITY = range(40, 44)
"""Decisions of hazards: whether they strike a county, and how hard."""

TOWN_ATTRACTION, COUNTY_ATTRACTION = 50, 51
"""Unobserved attraction of a county's towns against its villages, and of the county."""

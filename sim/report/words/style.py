"""The one visual language of figures, reports and pages: colours, names, type."""

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:  # what only reads a run, or prints it, draws nothing
    from matplotlib.colors import Colormap

Language = Literal["zh", "en"]

INK = "#222222"
"""Text, axes and the counties together."""
QUIET = "#555555"
"""Secondary text."""
REFERENCE_RUN = "#888888"
POLICY = "#6A3D9A"
"""One policy shown alone."""
GRID = "#E3E3E3"
MISSING = "#E6E6E6"


class Group(NamedTuple):
    """How a group of counties is drawn and called."""

    colour: str
    zh: str
    en: str
    zh_short: str = ""
    en_short: str = ""
    dotted: bool = False

    def name(self, language: Language) -> str:
        """Return the name in one language."""
        return self.zh if language == "zh" else self.en

    def label(self, language: Language) -> str:
        """Return the name for narrow places."""
        return (self.zh_short or self.zh) if language == "zh" else (self.en_short or self.en)


COUNTY_TYPES = {
    "metropolitan_fringe": Group("#0072B2", "大城市周边", "Metropolitan fringe", "", "Metro fringe"),
    "specialised_function": Group("#D55E00", "专业功能", "Specialised function", "", "Specialised"),
    "agricultural_production": Group("#009E73", "农产品主产区", "Agricultural production", "农产品区", "Agricultural"),
    "key_ecological": Group("#56B4E9", "重点生态功能区", "Key ecological", "生态功能区", "Ecological"),
    "population_loss": Group("#CC79A7", "人口流失", "Population loss", "", "Pop. loss"),
}
GROUPS = {
    "all_counties": Group(INK, "全部县（市）", "All counties", "全部县市"),
    **COUNTY_TYPES,
    "province": Group("#555555", "全省", "The province", "", "Province", dotted=True),
}

PILOTS = {
    "pilots": Group(POLICY, "试点县（市）", "Pilot counties", "试点", "Pilots"),
    "neighbours_of_pilots": Group("#A88BC6", "试点的邻县", "Neighbours of pilots", "邻县", "Neighbours"),
    "other_counties": Group(REFERENCE_RUN, "其他县（市）", "Other counties", "其他", "Others"),
}

FONT = Path(__file__).parents[1] / "fonts" / "NotoSansCJKsc-Regular-subset.otf"
FAMILY = "County Report Sans"
"""The shipped font under a name that no installed font has, so that figures look the same everywhere."""
FALLBACKS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans")
"""Fonts for characters that the shipped one lacks, used where they are installed."""

SMALL, BODY, TITLE = 9.0, 10.0, 14.0
"""Sizes of type in points; nothing is set smaller than the first."""

_rules_in_use = threading.RLock()


# Both maps change lightness in equal steps of the OKLab space; neither hue is that of a county type.
@cache
def levels() -> "Colormap":
    """Return the colours of levels, from light to dark."""
    return _colours("levels", "#EFF4FC", "#CFDCEF", "#AFC4E3", "#90ADD6", "#7595C5", "#5C7EB1", "#46689B", "#345381",
                    "#243F65")


@cache
def differences() -> "Colormap":
    """Return the colours of differences, from one side to the other."""
    return _colours("differences", "#75451D", "#9D6131", "#C2814E", "#DEA77E", "#EFD1BB", "#F4F3F0", "#BDDDF0",
                    "#80BDE1", "#4E9CC6", "#2E7AA1", "#1A5979")


def _colours(name: str, *stops: str) -> "Colormap":
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list(name, stops)


@cache
def families() -> list[str]:
    """Register the shipped font and return the families to draw with, first choice first."""
    from matplotlib import font_manager

    manager = font_manager.fontManager
    manager.addfont(FONT)
    manager.ttflist.append(dataclasses.replace(manager.ttflist[-1], name=FAMILY))
    installed = set(manager.get_font_names())
    return [FAMILY, *(name for name in FALLBACKS if name in installed)]


@contextmanager
def rules() -> Iterator[None]:
    """Draw in this visual language, whatever the user's own matplotlib settings are.

    Settings are global to matplotlib, hence one thread at a time.
    """
    import matplotlib

    with _rules_in_use, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "font.family": families(),
                "font.size": SMALL,
                "text.color": INK,
                "text.parse_math": False,
                "text.hinting": "none",  # as wide as it is measured before it is drawn
                "axes.edgecolor": INK,
                "axes.labelcolor": INK,
                "axes.linewidth": 0.8,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "xtick.color": INK,
                "ytick.color": INK,
                "svg.fonttype": "path",
                "svg.hashsalt": "county",
            }
        )
        yield


def contrast(colour: str, background: str) -> float:
    """Return the contrast ratio of two colours by the web accessibility guidelines, from 1 to 21."""
    light, dark = sorted((_luminance(colour), _luminance(background)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(background: str) -> str:
    """Return ink or white, whichever reads better on a background."""
    return max((INK, "#FFFFFF"), key=lambda colour: contrast(colour, background))


def as_text(colour: str) -> str:
    """Return a colour darkened until small text in it reads well on white."""
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = to_rgb(colour)
    while contrast(colour, "#FFFFFF") < 4.5:
        red, green, blue = 0.95 * red, 0.95 * green, 0.95 * blue
        colour = to_hex((red, green, blue))
    return colour


def tint(colour: str, share: float) -> str:
    """Return a colour as it looks on white where it covers a share of it."""
    from matplotlib.colors import to_hex, to_rgb

    red, green, blue = (1 - share * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def _luminance(colour: str) -> float:
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

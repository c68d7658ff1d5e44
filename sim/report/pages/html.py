"""Pages as one self-contained file in Chinese and English: templates, styles, script and font inside."""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from sim.report.words import record, typeface
from sim.report.words.bilingual import LANGUAGES, of

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, content: Mapping[str, Any], script: str = "language.js") -> str:
    """Return a page as HTML, with no more of the font than it shows; the same content gives the same text."""
    return book(template, [content], script)[0]


def book(template: str, contents: Iterable[Mapping[str, Any]], script: str = "language.js") -> list[str]:
    """Return pages of one template as HTML; each has the part of the font that all of them show, cut out once."""
    made = _environment().get_template(template)
    words = {"style": _asset("style.css"), "script": _asset(script), "record": record.line()}
    pages = [made.render({**words, **content}) for content in contents]
    font = typeface.embedded("".join(pages))
    return [page.replace("{{FONT}}", font) for page in pages]


def pictures(folder: Path, order: Iterable[str]) -> list[dict[str, str]]:
    """Return each figure that is drawn in a folder, in both languages, as the address of an image that a page carries.
    """
    drawn = [name for name in order if (folder / f"{name}.zh.svg").is_file()]
    return [{language: _embedded(folder / f"{name}.{language}.svg") for language in LANGUAGES} for name in drawn]


def _embedded(path: Path) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True,
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["both"] = _both
    return environment


def _both(text: object, tag: str = "span") -> Markup:
    """Write a text in both languages, of which the page shows one; line breaks stay."""
    if not hasattr(text, "zh"):
        return Markup("<br>").join(str(text).split("\n"))
    if of(text, "zh") == of(text, "en"):
        return Markup("<br>").join(of(text, "zh").split("\n"))
    shape = Markup('<{tag} class="{name}" lang="{name}">{text}</{tag}>')
    lines = {name: Markup("<br>").join(of(text, name).split("\n")) for name in LANGUAGES}
    parts = [shape.format(tag=tag, name=name, text=lines[name]) for name in LANGUAGES]
    return Markup("").join(parts)


def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text("utf-8"))

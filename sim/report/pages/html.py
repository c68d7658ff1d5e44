"""Pages as one self-contained file in Chinese and English: templates, styles, script and font inside."""

import base64
import hashlib
import importlib.metadata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from sim.core import cache as folders
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
                                     lstrip_blocks=True, undefined=jinja2.StrictUndefined, bytecode_cache=_Compiled())
    environment.filters["both"] = _both
    return environment


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Templates as they were compiled before, by this Jinja under these rules; they hold a hash of their text."""

    def __init__(self) -> None:
        made_by = importlib.metadata.version("jinja2").encode() + Path(__file__).read_bytes()
        super().__init__(str(folders.folder("templates")), hashlib.sha256(made_by).hexdigest()[:12] + "_%s.cache")

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever a file that is torn makes of it
            bucket.reset()

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        with suppress(OSError):  # a cache that cannot be written only costs the time again
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


def _both(text: object, tag: str = "span") -> Markup:
    """Write a text in both languages, of which the page shows one; line breaks stay."""
    said = {name: of(text, name) for name in LANGUAGES} if hasattr(text, "zh") else {"": str(text)}
    if len({*said.values()}) == 1:
        return _lines(next(iter(said.values())))
    return Markup("".join(f'<{tag} class="{name}" lang="{name}">{_lines(one)}</{tag}>' for name, one in said.items()))


def _lines(text: str) -> Markup:
    return escape(text).replace("\n", Markup("<br>"))


def _asset(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text("utf-8"))

"""How the documentation becomes a site (`make docs`); its source is the whole project, so that links lead as there."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import citation

project, version, release = citation.TITLE, citation.PROJECT["version"], citation.PROJECT["version"]
author = ", ".join(one["name"] for one in citation.PROJECT["authors"])
project_copyright = f"{author}, CC BY 4.0"

extensions = ["myst_nb", "autoapi.extension"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**", "sim/data/SOURCES.md", "outputs/README.md"]
exclude_patterns = ["outputs/site"]

# A link to a file that is no page is offered as a download; one to nothing, or to no heading, is a warning.
myst_heading_anchors = 4
# Of constants that are assigned several at once, and of types of the same name in two modules.
suppress_warnings = ["autoapi.python_import_resolution", "ref.python"]

nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 600

autoapi_dirs = ["sim"]
autoapi_ignore = ["*/sim/report/*", "*/sim/view/*", "*/sim/cli/*"]  # what is drawn and printed, which nobody imports
autoapi_root = "docs/api"
autoapi_options = ["members", "undoc-members", "show-inheritance", "show-module-summary"]
autoapi_add_toctree_entry = False
autoapi_keep_files = False

html_theme = "furo"
html_title = f"{project} {version}"
html_search_language = "zh"  # splits Chinese words and stems English ones
html_copy_source = False


def as_restructured(app, what, name, obj, options, lines):
    """Let what is `quoted` once in a docstring be code, as in the pages."""
    lines[:] = [re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line) for line in lines]


def setup(app):
    """Register what is done to docstrings."""
    app.connect("autodoc-process-docstring", as_restructured)

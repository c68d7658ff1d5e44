"""How to cite the project, for people (CITATION.cff) and machines (codemeta.json): what pyproject.toml says."""

import json
import tomllib
from pathlib import Path

import yaml

PROJECT = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TITLE = "County urbanization"


def cff() -> str:
    """Return the citation in the Citation File Format 1.2.0."""
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use this software, please cite it as below, with the version and the identity of your runs.",
        "type": "software",
        "title": f"{TITLE}: {PROJECT['description'][0].lower()}{PROJECT['description'][1:]}",
        "authors": PROJECT["authors"],
        "version": PROJECT["version"],
        "license": PROJECT["license"],
        "keywords": PROJECT["keywords"],
    }
    return yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=120)


def codemeta() -> str:
    """Return the description of the software in CodeMeta 3.0."""
    fields = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "identifier": PROJECT["name"],
        "name": TITLE,
        "description": PROJECT["description"],
        "version": PROJECT["version"],
        "license": f"https://spdx.org/licenses/{PROJECT['license']}",
        "author": [{"@type": "Organization", "name": author["name"]} for author in PROJECT["authors"]],
        "keywords": PROJECT["keywords"],
        "programmingLanguage": {"@type": "ComputerLanguage", "name": "Python"},
        "runtimePlatform": f"Python {PROJECT['requires-python']}",
        "operatingSystem": ["Linux", "macOS"],
        "softwareRequirements": PROJECT["dependencies"],
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


FILES = {"CITATION.cff": cff, "codemeta.json": codemeta}

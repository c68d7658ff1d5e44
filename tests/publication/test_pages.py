"""Notebooks of the documentation run, its pages lead somewhere, and how to cite says what the project says."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.md"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_run(path, tmp_path, monkeypatch, own_cache):
    cells = re.findall(r"```\{code-cell\} ipython3\n(.*?)```", path.read_text("utf-8"), re.S)
    assert len(cells) > 2
    monkeypatch.chdir(tmp_path)
    space = {}
    for cell in cells:
        exec(compile(cell, path.name, "exec"), space)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(path):
    text = path.read_text("utf-8")
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, heading = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), link
        if heading:
            heads = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
            assert heading in [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads], link


def test_every_page_is_in_the_table_of_contents():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    trees = "\n".join(re.findall(r"```\{toctree\}(.*?)```", index, re.S))
    listed = set(re.findall(r"^(?:.*<)?([\w./-]+)>?$", trees, re.M))
    pages = {str(path.relative_to(ROOT / "docs").with_suffix("")) for path in (ROOT / "docs").rglob("*.md")}
    assert pages - {"index"} == {name for name in listed if not name.startswith(("../", "api/"))}


def test_citations_say_what_the_project_says():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    meta = json.loads((ROOT / "codemeta.json").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cff.keys()
    assert cff["version"] == meta["version"] == PROJECT["version"]
    assert cff["authors"] == PROJECT["authors"]
    assert [author["name"] for author in meta["author"]] == [author["name"] for author in PROJECT["authors"]]
    assert meta["license"].endswith(cff["license"]) and cff["license"] == PROJECT["license"]
    assert f"## {PROJECT['version']}\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_names_of_files_to_cite_are_made_by_the_generator(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import citation

    monkeypatch.delitem(sys.modules, "citation")
    for name, made in citation.FILES.items():
        assert (ROOT / name).read_text("utf-8") == made()


def test_every_extra_is_described():
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "installation.md").read_text("utf-8"), re.M)
    assert sorted(rows) == sorted(PROJECT["optional-dependencies"])

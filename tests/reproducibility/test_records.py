"""Every run, page, figure and table says which version and commit made it, and which results it is of."""

import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from matplotlib.figure import Figure

import sim
from sim import archive
from sim.core import revision, store
from sim.report.charts import figures, sheet
from sim.report.pages import html
from sim.report.tables import summary
from sim.report.words import record
from sim.report.words.bilingual import Words

NAME, OTHER = "a" * 40, "b" * 40


def loose(git):
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "main").write_text(f"{NAME}\n")


def packed(git):
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{OTHER} refs/heads/maintained\n{NAME} refs/heads/main\n^{OTHER}\n")


def detached(git):
    (git / "HEAD").write_text(f"{NAME}\n")


@pytest.mark.parametrize("lay_out", [loose, packed, detached])
def test_the_commit_is_read_wherever_git_keeps_it(tmp_path, lay_out):
    (tmp_path / ".git").mkdir()
    lay_out(tmp_path / ".git")
    assert revision.commit(tmp_path) == NAME


def test_the_commit_of_a_worktree_is_its_own(tmp_path):
    git, own = tmp_path / "main" / ".git", tmp_path / "main" / ".git" / "worktrees" / "one"
    own.mkdir(parents=True)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / ".git").write_text(f"gitdir: {own}\n")
    (own / "HEAD").write_text("ref: refs/heads/one\n")
    (own / "commondir").write_text("../..\n")
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "refs" / "heads" / "one").write_text(f"{NAME}\n")
    assert revision.commit(tmp_path / "one") == NAME


def test_what_is_no_checkout_has_no_commit(tmp_path):
    assert revision.commit(tmp_path) is None


def test_the_commit_is_what_git_says():
    tree = Path(sim.__file__).parents[1]
    asked = subprocess.run(["git", "-C", str(tree), "rev-parse", "HEAD"], capture_output=True, text=True)
    said = asked.stdout.strip() if (tree / ".git").exists() and not asked.returncode else None
    assert revision.commit(tree) == said


def manifest(**digests):
    return {"versions": {revision.NAME: "1.2"}, "commit": NAME, "files": digests}


def test_the_content_is_that_of_all_files_of_all_runs_in_any_order():
    one, two = manifest(a="1", b="2"), manifest(a="3")
    found = archive.record({"x": one, "y": two})
    assert found == archive.record({"y": two, "x": manifest(b="2", a="1")})
    assert (found["version"], found["commit"]) == ("1.2", NAME)
    others = ({"x": one}, {"x": two, "y": one}, {"x": one, "y": manifest(a="4")}, {"z": one, "y": two})
    assert len({found["content"], *(archive.record(other)["content"] for other in others)}) == 5


@pytest.fixture
def results(tmp_path):
    """Return a folder that keeps a record."""
    store.write_json(tmp_path / "record.json", archive.record({"x": manifest(a="1")}))
    return tmp_path


def test_pages_say_what_made_them(results):
    content = archive.record({"x": manifest(a="1")})["content"]
    assert record.line(results) == f"{revision.NAME} 1.2 · commit {NAME[:7]} · results {content[:12]}"
    assert record.line(results / "elsewhere") == record.line()
    assert record.line().startswith(f"{revision.NAME} {revision.version()}")
    words = {"title": Words("题", "Title"), "heading": Words("题", "Title"), "folder": "x"}
    assert f'<p class="record">{record.line()}</p>' in html.render("frame.html", words)
    assert f'<p class="record">{record.line(results)}</p>' in html.render(
        "frame.html", {**words, "record": record.line(results)})


@pytest.mark.parametrize("kind", ["figure", "page"])
def test_figures_are_signed_with_the_record_of_their_folder(kind, results, tmp_path):
    drawn = (sheet.page("title", "note", "en", height=50) if kind == "page"
             else sheet.sheet("title", "note", height=50).figure)

    def written() -> list:
        return list(drawn.texts if isinstance(drawn, Figure) else drawn.chart.marks)

    before = written()
    ours = [path.read_bytes() for path in figures.save(drawn, results / "figures", "one")]
    again = [path.read_bytes() for path in figures.save(drawn, results / "figures", "two")]
    others = [path.read_bytes() for path in figures.save(drawn, tmp_path / "b" / "figures", "one")]
    assert ours == again and all(a != b for a, b in zip(ours, others, strict=True))
    assert written() == before


def test_a_table_says_it_in_its_last_column(results):
    table = pd.DataFrame({"adcode": ["370112"], "value": [0.5]})
    record.write_csv(results / "one.csv", table)
    read = pd.read_csv(results / "one.csv", dtype={"adcode": str})
    assert list(read) == ["adcode", "value", "record"]
    assert list(read["record"]) == [record.line(results)]
    pd.testing.assert_frame_equal(read[["adcode", "value"]], table)
    assert list(table) == ["adcode", "value"]
    record.write_csv(results / "none.csv", table[:0])
    assert list(pd.read_csv(results / "none.csv")) == ["adcode", "value", "record"]


def test_a_workbook_says_it_in_its_last_sheet_and_on_every_printed_page(results):
    said = record.line(results)
    made = summary.workbook({"summary": pd.DataFrame({"unit": ["%"]})}, said, {})
    sheets = pd.read_excel(BytesIO(made), sheet_name=None)
    assert {name: sheet.to_dict("list") for name, sheet in sheets.items()} == {
        "summary": {"单位 unit": ["%"]}, "record": {"生成记录 record": [said]}}
    assert [sheet.oddFooter.right.text for sheet in openpyxl.load_workbook(BytesIO(made))] == [said, said]


def test_a_workbook_calls_keys_by_name_and_leaves_what_is_not_known_empty():
    table = pd.DataFrame({"verdict": ["met", None, "other"]})
    made = summary.workbook({"t": table}, "said", {"verdict": {"met": Words("达到", "met")}})
    read = pd.read_excel(BytesIO(made), sheet_name="t")["结果 verdict"]
    assert read.tolist()[::2] == ["达到 met", "other"] and read.isna().tolist() == [False, True, False]

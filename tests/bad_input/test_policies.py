"""A faulty policy is refused in one line that names what, where and what is known."""

import pytest

from sim.cli import main

TEXT = """title: {{zh: 试, en: try}}
question: q
differs: d
why: w
{line}
"""


@pytest.mark.parametrize(("line", "said"), [
    ("doses: {citizenisation: 1}", "unknown measure; did you mean citizenization?"),
    ("doses: {citizenization.parity: 1}", "unknown measure; did you mean citizenization."),
    ("doses: {sewage: 1.5}", "sewage=1.5: expected at most 1"),
    ("doses: {sewage: -0.1}", "expected at least 0"),
    ("by_type: {metropolitan: {doses: {sewage: 1}}}", "unknown county type; did you mean metropolitan_fringe?"),
    ("by_county: {'999999': {doses: {sewage: 1}}}", "policy.by_county.999999: unknown county"),
    ("by_prefecture: {'379900': {doses: {sewage: 1}}}", "policy.by_prefecture.379900: unknown prefecture"),
    ("start: 2023Q5", "start"),
    ("priority: [sewerage]", "unknown measure; did you mean sewage?"),
    ("funding: {grant: -5}", "grant"),
    ("funding: {grants: 5}", "unknown key; did you mean grant?"),
])  # fmt: skip
def test_faults_of_policies(line, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "scenarios" / "policy"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(TEXT.format(line=line), encoding="utf-8")
    assert main(["run", "policy=mine", "scale=1000", "seeds=1", "end=2021"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert said in error, error
    assert "Traceback" not in error
    assert not (tmp_path / "outputs").exists()

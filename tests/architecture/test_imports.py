"""Imports run one way, as pyproject.toml declares."""

import subprocess
import sys
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "pyproject.toml"


def test_the_contracts_hold(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = lint_imports(config_filename=str(CONFIGURATION), no_cache=True)
    assert result == 0, capsys.readouterr().out


def test_the_report_works_without_the_model():
    code = "import sys, sim.report; assert 'sim.model' not in sys.modules and 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_the_core_knows_nothing_of_counties():
    for file in (ROOT / "sim" / "core").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "from sim.agents" not in text
        assert "hukou" not in text

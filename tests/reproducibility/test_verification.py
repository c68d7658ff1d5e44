"""`county verify` makes kept runs again byte for byte, and finds a single byte that has changed."""

import json
import shutil

import pytest

from sim import cli, run
from sim.compose import compose
from sim.experiments.verification import AGAIN, AGREES

ASKED = ["scale=1000", "seeds=1", "parameter_sets=2", "end=2021", "policy=pilots_one_per_prefecture", "compare=false"]


@pytest.fixture(scope="module")
def made(own_cache, tmp_path_factory):
    """Return a folder with two runs, of two parameter sets and with pilots chosen for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("made"))
        return run.run(compose("run", ASKED)).absolute()


@pytest.fixture
def copy(made, tmp_path):
    """Return a copy that may be spoilt."""
    return shutil.copytree(made, tmp_path / "copy")


def flip(path):
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def verdicts(capsys):
    output = capsys.readouterr()
    return dict(line.split(None, 1) for line in output.out.splitlines()[1:]), output.err


def test_runs_are_made_again_byte_for_byte(made, capsys):
    assert cli.main(["verify", str(made)]) == 0
    found, _ = verdicts(capsys)
    runs = {path.name for path in (made / "runs").iterdir()}
    assert len(runs) == 2
    assert {found[name] for name in runs} == {AGAIN}
    assert {found[name] for name in set(found) - runs} == {AGREES}


@pytest.mark.parametrize("name", ["indicators.parquet", "ledger.parquet"])
def test_one_changed_bit_of_a_run_is_found(copy, capsys, name):
    spoilt = sorted((copy / "runs").iterdir())[0]
    flip(spoilt / name)
    assert cli.main(["verify", str(copy), "runs=0"]) == 1
    found, error = verdicts(capsys)
    assert found[spoilt.name] .endswith(f"not as it was written: {name}")
    assert "do not agree" in error


def test_one_changed_bit_of_a_table_is_found(copy, capsys):
    flip(copy / "flows.parquet")
    assert cli.main(["verify", str(copy), "runs=0"]) == 1
    found, error = verdicts(capsys)
    assert found["flows.parquet"] .endswith("not what its runs say")
    assert error.strip().endswith(f": 1 of {len(found)} 不一致 do not agree")


def test_a_changed_byte_with_its_digest_changed_too_is_found(copy, capsys):
    first, second = sorted((copy / "runs").iterdir())
    (first / "turnover.parquet").write_bytes((second / "turnover.parquet").read_bytes())
    manifest = json.loads((first / "manifest.json").read_text("utf-8"))
    manifest["files"]["turnover.parquet"] = json.loads((second / "manifest.json").read_text("utf-8"))["files"][
        "turnover.parquet"]
    (first / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert cli.main(["verify", str(copy), "runs=2"]) == 1
    found, _ = verdicts(capsys)
    assert found[first.name] .endswith("made again: other bytes in turnover.parquet")
    assert found[second.name] == AGAIN


@pytest.mark.parametrize(("key", "value", "said"), [
    ("code", "other", "it was made by other code"), ("data", "other", "it was made with other data"),
    ("config", {"end": "later"}, "its manifest is not that of a run")])
def test_what_cannot_be_made_again_says_why(copy, capsys, key, value, said):
    first = sorted((copy / "runs").iterdir())[0]
    manifest = json.loads((first / "manifest.json").read_text("utf-8"))
    manifest[key] = {**manifest[key], **value} if isinstance(value, dict) else value
    (first / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert cli.main(["verify", str(copy), "runs=1"]) == 1
    found, _ = verdicts(capsys)
    assert said in found[first.name]


@pytest.mark.parametrize(("arguments", "said"), [
    ([], "verify: expected one folder or name of a run"), (["nowhere"], "nowhere: no folder with the results of a run"),
    (["run", "runs=some"], "runs=some: expected how many runs to make again, or all"),
    (["run", "run=1"], "run: unknown key; did you mean runs?")])
def test_bad_input_is_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["verify", *arguments]) == 2
    assert capsys.readouterr().err.startswith(f"county: {said}")

"""`lamplighter bench codecs` prints both sides, and reads a folder of published devices."""

import json
from pathlib import Path

import pytest

from tests.tools.shell import Cli
from tools import bench_codecs

DEVICE = """
name: Test
firmwareVersions:
  - version: '1'
    profiles: {EU863-870: {codec: test-codec}}
"""
CODEC = """
uplinkDecoder:
  fileName: test.js
  examples:
    - {input: {fPort: 1, bytes: [1]}, output: {data: {a: 1}}}
    - {input: {fPort: 1, bytes: [2]}, output: {data: {a: 1}}}
"""
SCRIPT = "function decodeUplink(input) { return { data: { a: input.bytes[0] } }; }"


@pytest.fixture(autouse=True)
def few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_codecs, "CALLS", 3)
    monkeypatch.setattr(bench_codecs, "WARM_CALLS", 1)


def test_the_bench_measures_its_own_samples_beside_the_bare_engine(cli: Cli) -> None:
    told = json.loads(cli.text("bench", "codecs"))
    assert (told["codecs"], told["in_fresh_contexts"]) == (3, [])
    assert "bare QuickJS" in told["all"]["reference"]["what"]


@pytest.mark.parametrize("inner", ["", "vendor"])
def test_the_bench_runs_the_examples_of_a_folder(cli: Cli, tmp_path: Path, inner: str) -> None:
    vendor = tmp_path / "vendors" / inner
    vendor.mkdir(parents=True)
    for name, text in {"test.yaml": DEVICE, "test-codec.yaml": CODEC, "test.js": SCRIPT}.items():
        (vendor / name).write_text(text)
    told = json.loads(cli.text("bench", "codecs", "--dir", tmp_path / "vendors"))
    examples = told["examples"]
    assert (told["codecs"], examples["run"], examples["passed"]) == (1, 2, 1)
    assert examples["first_faults"][0].endswith("expected 1, got 2")
    assert "is not a folder" in cli.refused("bench", "codecs", "--dir", tmp_path / "nothing")

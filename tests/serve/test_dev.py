"""The commands of the checkout, as far as they can be asked without installing anything."""

import ast
import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from serve.household import ROOT

DEV = ROOT / "dev.py"


def said_by(*words: str, where: Path) -> str:
    command = [sys.executable, str(DEV), *words]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, check=True).stdout


def test_help_lists_every_command_with_its_line_from_any_folder(tmp_path):
    told = " ".join(said_by("--help", where=tmp_path).split())

    for name, verb in dev.VERBS.items():
        assert name in told
        assert " ".join((verb.__doc__ or "").split()) in told


@pytest.mark.parametrize("verb", sorted(dev.VERBS))
def test_every_command_explains_itself(tmp_path, verb):
    assert f"dev.py {verb}" in said_by(verb, "--help", where=tmp_path)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("demo", ["--fresh"]),
        ("bench", ["NAME", "requests", "webhooks"]),
        ("campaign", ["faults", "--minutes", "--seed"]),
        ("import-customers", ["FILE", "--dry-run", "--language", "Columns", "terms_days"]),
        ("import-credit-notes", ["FILE", "--dry-run", "Columns", "invoice_number"]),
        ("import-invoices", ["FILE", "--dry-run", "--language", "Columns", "customer_number"]),
    ],
)
def test_the_help_of_a_command_behind_tells_all_it_takes(tmp_path, verb, words):
    told = said_by(verb, "-h", where=tmp_path)

    assert [word for word in words if word not in told] == []


def test_asking_for_help_installs_nothing(tmp_path, monkeypatch):
    is_told = dev.is_behind_to_explain(["demo", "--help"])
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed.json")

    assert is_told
    assert not dev.is_behind_to_explain(["demo", "--help"])


def test_the_help_of_the_suite_stays_ours_and_work_is_no_question():
    assert not dev.is_behind_to_explain(["test", "--help"])
    assert not dev.is_behind_to_explain(["demo", "--fresh"])
    assert not dev.is_behind_to_explain(["demo"])


def test_only_the_standard_library_is_imported():
    tree = ast.parse(DEV.read_text())
    names = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}

    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_reads_as_far_as_the_sentence_that_asks_for_a_newer_one():
    tree = ast.parse(DEV.read_text(), feature_version=(3, 7))
    firsts = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]

    kinds = [type(node) for node in firsts[:3]]

    assert kinds == [ast.Expr, ast.Assign, ast.If]  # docstring, OLDEST, the refusal
    assert "sys.exit" in ast.unparse(firsts[2])


def test_what_is_installed_is_known_by_the_hash_of_its_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed.json")
    digest = hashlib.sha256((ROOT / "requirements" / "run.lock").read_bytes()).hexdigest()

    before = dev.satisfied(["run"])
    dev.STAMP.write_text(f'{{"run": "{digest}", "test": "of an older lock"}}')

    assert not before
    assert dev.satisfied(["run"])
    assert not dev.satisfied(["run", "test"])


def test_a_stamp_that_cannot_be_read_means_nothing_is_installed(tmp_path, monkeypatch):
    monkeypatch.setattr(dev, "STAMP", tmp_path / "installed.json")
    dev.STAMP.write_text("{")

    assert dev.stamp() == {}


def test_files_are_meant_from_where_the_command_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customers.csv").touch()

    assert dev.absolute(["--dry-run", "customers.csv", "elsewhere.csv"]) == [
        "--dry-run",
        str(tmp_path / "customers.csv"),
        "elsewhere.csv",
    ]

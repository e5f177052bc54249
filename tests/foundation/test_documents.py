"""A receipt says its figures, takes every text literally, and never takes the machine with it."""

import io
import re
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from foundation.documents import DATA_BYTES_MAX, DocumentNotSet, typeset


def a_receipt(**changes) -> dict[str, object]:
    said = {
        "language": "en",
        "title": "Receipt R-2026-00042",
        "seller": {"name": "Maison Quittance SAS", "lines": ["12 rue des Écritures"]},
        "customer": {"label": "Received from", "name": "Northwind", "lines": ["Account C-1"]},
        "facts": [["Receipt number", "R-2026-00042"], ["Received on", "12 Nov 2026"]],
        "amount": {"label": "Amount received", "value": "€12,845.50"},
        "table": {
            "title": "What it paid",
            "head": ["Invoice", "Paid", "Still open"],
            "rows": [["INV-10482", "€12,000.00", "€0.00"]],
        },
        "sums": [["Kept as credit on your account", "€845.50"], ["Received in all", "€12,845.50"]],
        "note": "This receipt confirms a payment. It is not a tax invoice.",
        "page": "Page {page} of {pages}",
    }
    return said | changes


def customer(name: str) -> dict[str, object]:
    return {"label": "Received from", "name": name, "lines": []}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, as a reader's search would find it."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))


def test_a_receipt_says_its_figures():
    text = text_of(typeset("receipt", a_receipt()))

    for words in (
        "Receipt R-2026-00042",
        "12 Nov 2026",
        "€12,845.50",
        "INV-10482",
        "€12,000.00",
        "Kept as credit on your account €845.50",
        "Page 1 of 1",
    ):
        assert words in text


def test_a_french_receipt_keeps_its_spaces_and_signs():
    said = a_receipt(
        language="fr",
        title="Reçu R-2026-00042",
        amount={"label": "Montant reçu", "value": "−12\u202f845,50\u00a0€"},
        page="Page {page} sur {pages}",
    )

    pdf = typeset("receipt", said)

    assert "12 845,50 €" in text_of(pdf)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == "fr"


def test_a_receipt_is_tagged_for_screen_readers():
    root = PdfReader(io.BytesIO(typeset("receipt", a_receipt()))).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        '#import "@preview/cetz:0.3.0": *',
        "<script>alert(1)</script>",
        "= Heading #sys.inputs.data",
        "$ sum $ *bold* _it_ `code` // comment",
        '"); #panic("x")',
        "https://canary.example/x",
        "\\u{41} \\ @cite <label> ~ -- ...",
        "{page}",
    ],
)
def test_hostile_text_comes_out_literally(hostile):
    said = a_receipt(customer=customer(hostile), note=hostile, title=hostile)

    text = text_of(typeset("receipt", said))

    assert text.count(hostile) >= 3
    assert "root:" not in text


@pytest.mark.parametrize(
    "name",
    ["Θεόδωρος Ξένος", "Łódź Źrebię", "Жуковский", "Søn & Ærø", "Škoda Čačak", "Ñandú İğdır"],
)
def test_names_of_europe_are_set(name):
    assert name in text_of(typeset("receipt", a_receipt(customer=customer(name))))


def test_a_letter_no_font_has_does_not_stop_the_receipt():
    """U+10FFFD belongs to nobody. Which real scripts are missing depends on the fonts given."""
    pdf = typeset("receipt", a_receipt(customer=customer("Ann \U0010fffd")))

    assert "€12,845.50" in text_of(pdf)


def test_a_long_table_goes_over_pages_and_repeats_its_heading():
    rows = [[f"INV-{number}", f"€{number:,}.00", "€0.00"] for number in range(1000, 1120)]
    table = {"title": "What it paid", "head": ["Invoice", "Paid", "Still open"], "rows": rows}

    pages = pages_of(typeset("receipt", a_receipt(table=table)))

    assert len(pages) >= 3
    assert f"Page 2 of {len(pages)}" in pages[1]
    assert all("Still open" in page for page in pages[:-1])
    assert all(row[0] in " ".join(pages) for row in rows)


def test_long_words_stay_on_the_page():
    name = "Gesellschaft" * 12
    said = a_receipt(customer=customer(name), facts=[["Received on", name]])

    assert len(pages_of(typeset("receipt", said))) == 1


def test_a_receipt_without_invoices_has_no_table():
    table = {"title": "What it paid", "head": ["Invoice", "Paid", "Still open"], "rows": []}

    assert "What it paid" not in text_of(typeset("receipt", a_receipt(table=table)))


def test_data_that_does_not_fit_its_template_is_refused():
    with pytest.raises(DocumentNotSet, match="receipt"):
        typeset("receipt", {"language": "en"})


def test_a_document_that_needs_too_much_is_refused_and_leaves_us_alive():
    rows = [[f"INV-{number}", "€1.00", "€0.00"] for number in range(20_000)]
    table = {"title": "What it paid", "head": ["Invoice", "Paid", "Still open"], "rows": rows}
    began = time.monotonic()

    with pytest.raises(DocumentNotSet):
        typeset("receipt", a_receipt(table=table))

    assert time.monotonic() - began < 15


def test_too_much_data_is_refused_before_anything_starts():
    with pytest.raises(DocumentNotSet, match="bytes of data"):
        typeset("receipt", a_receipt(note="x" * DATA_BYTES_MAX))


def test_a_font_folder_that_is_not_there_does_no_harm(tmp_path: Path):
    pdf = typeset("receipt", a_receipt(), fonts=[tmp_path / "nowhere"])

    assert "€12,845.50" in text_of(pdf)

"""Original PDFs: each kept once for the customer of its invoice, and nothing but real PDFs."""

import hashlib
import zipfile
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from foundation import files as given_files
from foundation.files import FilesUnreadable, files_of
from receivables.actions.customers import open_ledger
from receivables.imports.invoices import import_invoices
from receivables.imports.originals import check_originals, import_originals
from receivables.models import Customer, Invoice, InvoiceOriginal
from tests.factories.books import a_deed, a_pdf
from tests.receivables.imports import files

ONE, TWO = a_pdf("one"), a_pdf("two")


@pytest.fixture
def seller(books):
    """Invoices F-1 and F-2 of FR01, and another F-2 of GB01."""
    with books() as session:
        open_ledger(session, code="GB01", name="Seller GB", country="GB")
    other = {"number": "F-2", "ledger": "GB01", "customer_number": "C2"}
    import_invoices(books, files.invoices({}, {"number": "F-2"}, other), deed=a_deed())
    return books


@contextmanager
def zipped(folder, contents):
    """These files, as the ZIP somebody sends."""
    path = folder / "originals.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in contents.items():
            written.writestr(name, content)
    with files_of(path) as opened:
        yield opened


def kept(transaction):
    wanted = (
        sa.select(Invoice.number, Customer.number, InvoiceOriginal.sha256)
        .join(InvoiceOriginal, InvoiceOriginal.invoice_id == Invoice.id)
        .join(Customer, Customer.id == InvoiceOriginal.customer_id)
        .order_by(Invoice.number, Customer.number)
    )
    with transaction() as session:
        return [tuple(row) for row in session.execute(wanted)]


def sums(*contents):
    return [hashlib.sha256(content).hexdigest() for content in contents]


def test_a_zip_is_kept_once_by_the_names_of_its_files(seller, tmp_path):
    contents = {"F-1.pdf": ONE, "GB01/F-2.pdf": TWO, "__MACOSX/F-1.pdf": b"", ".hidden": b""}

    with zipped(tmp_path, contents) as given:
        dry = check_originals(seller, given)
        before = kept(seller)
        first = import_originals(seller, given, deed=a_deed())
        again = import_originals(seller, given, deed=a_deed())

    assert dry.words() == ["2 files could be read.", "It would keep 2 originals; known already: 0."]
    assert before == []
    assert first.words()[-1] == "2 originals kept; known before: 0."
    assert again.words()[-1] == "0 originals kept; known before: 2."
    one, two = sums(ONE, TWO)
    assert kept(seller) == [("F-1", "C1", one), ("F-2", "C2", two)]


def test_an_index_names_the_files_of_a_folder(seller, tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.pdf").write_bytes(ONE)
    (tmp_path / "b.pdf").write_bytes(TWO)
    index = "file,invoice_number,ledger\nscans/a.pdf,F-2,FR01\nb.pdf,F-1,\n"
    (tmp_path / "index.csv").write_text(index)

    with files_of(tmp_path) as given:
        report = import_originals(seller, given, deed=a_deed())

    one, two = sums(ONE, TWO)
    assert not report.is_refused
    assert kept(seller) == [("F-1", "C1", two), ("F-2", "C1", one)]


def test_every_bad_file_is_told_and_nothing_is_kept(seller, tmp_path, monkeypatch):
    monkeypatch.setattr("receivables.imports.original_words.PDF_BYTES_MAX", 20_000)
    with zipped(tmp_path, {"F-1.pdf": TWO}) as given:
        import_originals(seller, given, deed=a_deed())
    contents = {
        "F-1.pdf": ONE,
        "F-2.pdf": TWO,
        "F-9.pdf": ONE,
        "FR01/F-2.pdf": b"<html>no PDF</html>",
        "GB01/F-2.pdf": ONE[:-30],
        "2026/F-1.pdf": ONE + b" " * 20_000,
    }

    with zipped(tmp_path, contents) as given:
        report = import_originals(seller, given, deed=a_deed())

    assert sorted(report.words()[:-2]) == [
        "2026/F-1.pdf: This is larger than 0 MB.",
        "F-1.pdf: Another original of this invoice is kept already; it is never replaced.",
        "F-2.pdf: Several ledgers have an invoice F-2: put the file into a folder named for its"
        " ledger, or name the ledger in index.csv.",
        "F-9.pdf: There is no invoice F-9.",
        "FR01/F-2.pdf: This is no whole PDF.",
        "GB01/F-2.pdf: This is no whole PDF.",
    ]
    assert report.words()[-1] == "Nothing was stored: put 6 files right, then import them again."
    assert len(kept(seller)) == 1


def test_a_bad_index_a_file_twice_and_no_zip_at_all_are_told(seller, tmp_path, monkeypatch):
    index = "file,invoice_number\na.pdf,F-1\nc.pdf,F-1\n"
    with zipped(tmp_path, {"index.csv": index, "a.pdf": ONE, "b.pdf": TWO}) as given:
        refused = check_originals(seller, given)
    with zipped(tmp_path, {"F-1.pdf": ONE, "2026/F-1.pdf": ONE}) as given:
        double = check_originals(seller, given)
    (tmp_path / "no.zip").write_bytes(b"no ZIP")
    monkeypatch.setattr(given_files, "FILES_MAX", 1)

    assert refused.words()[0] == "index.csv: Line 3, file: There is no such file here."
    assert double.words()[0] == "F-1.pdf: 2026/F-1.pdf is of the same invoice."
    with pytest.raises(FilesUnreadable), files_of(tmp_path / "no.zip"):
        pass
    with pytest.raises(FilesUnreadable), files_of(tmp_path):
        pass

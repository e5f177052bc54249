"""Numbers, names and texts are read as people read them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.names import index_names, likeness, spelled
from matching.numbers import (
    column_compacted,
    column_keys,
    compacted,
    is_rf,
    key_of,
    serial_position,
)
from matching.reading import read
from matching.values import Customer
from tests.matching.small_ledger import ALPHA, CUSTOMERS


@pytest.mark.parametrize(
    ("numbers", "position"),
    [
        (["INV-2025-00012", "INV-2025-00013", "INV-2025-00014"], -1),
        (["00012/25", "00013/25", "00014/25"], -2),
        (["1930001", "1930002"], -1),
        (["no number", ""], -1),
    ],
)
def test_the_running_number_is_the_part_that_tells_numbers_apart(numbers, position):
    assert serial_position(numbers) == position


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=20))
def test_a_column_of_keys_is_the_key_of_each(numbers):
    keys = column_keys(column_compacted([n for n in numbers if n.isascii()]))

    assert keys.tolist() == [key_of(compacted(n)) for n in numbers if n.isascii()]


@pytest.mark.parametrize(
    ("reference", "is_valid"),
    [("RF18539007547034", True), ("RF68AB2G5", True), ("RF19539007547034", False), ("RF", False)],
)
def test_a_creditor_reference_proves_itself(reference, is_valid):
    assert is_rf(reference) is is_valid


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Nordwind Werkzeug GmbH", "NORDWIND WERKZEUG", 98, 100),
        ("Nordwind Werkzeug GmbH", "Nordwind Werkzeug AG", 98, 98),
        ("Müller & Söhne", "MUELLER SOEHNE", 100, 100),
        ("Nordwind Werkzeug GmbH", "NORDWIND WERKZE", 96, 100),
        ("Nordwind Werkzeug GmbH", "Nordwnid Werkzeug GmbH", 88, 97),
        ("Nordwind Werkzeug GmbH", "Bellevue Papeterie SARL", 0, 50),
    ],
)
def test_names_are_as_alike_as_people_find_them(one, other, least, most):
    assert least <= likeness(spelled(one), spelled(other)) <= most


def test_a_near_name_is_found_and_the_nearest_first():
    siblings = Customer(id="C101", names=("Nordwind Werkzeug Holding GmbH",))
    names = index_names((*CUSTOMERS, siblings))

    (found,) = names.near(["NORDWIND WERKZUEG"])

    assert [who for who, _alike in found][:2] == [ALPHA.id, siblings.id]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INV 1234 +2 more", "is_incomplete"),
        ("INV 1234 ...", "is_incomplete"),
        ("INV 1234 etc", "is_incomplete"),
        ("9000332713 9000496695 9000510016 90", "is_cut"),
        ("Anzahlung Auftrag 12", "is_early"),
        ("Rate 2 von 3", "is_partly"),
        ("all open invoices", "is_whole"),
        ("abzgl. Gutschrift 7", "has_credit"),
    ],
)
def test_what_a_text_says_besides_numbers_is_heard(text, said):
    assert getattr(read(text), said)
    assert not getattr(read("INV 1234, 1235"), said)


def test_amounts_in_a_text_are_no_references():
    reading = read("RMR*IV*1234567**1,190.50\\ 77,00")

    assert reading.amounts == {119050, 7700}
    assert [t.compact for t in reading.tokens if not t.is_joined] == ["1234567"]

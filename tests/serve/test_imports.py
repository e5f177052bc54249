"""The two import commands, as an operator types them."""

import pytest
from click.testing import CliRunner

from receivables.actions.customers import open_ledger
from serve.__main__ import commands
from tests.databases import AUDIT_KEY

CUSTOMERS = b"number,name,country,language,terms_days\nC1,Durand SA,FR,fr,30\n"
INVOICES = (
    b"ledger,number,customer_number,issued_on,currency,total\nFR01,F-1,C1,2026-10-01,EUR,120.00\n"
)


@pytest.fixture
def typed(database, tmp_path, transaction):
    """Run a command on a file with this content; its exit code and what it says."""
    with transaction() as session:
        open_ledger(session, code="FR01", name="Seller", country="FR")
    env = {
        "DATABASE_URL": database.app_url,
        "DATABASE_PORTAL_URL": database.portal_url,
        "DATABASE_OWNER_URL": database.owner_url,
        "QUITTANCE_VAR": str(tmp_path),
        "QUITTANCE_AUDIT_KEY": AUDIT_KEY.decode(),
        "LC_ALL": "C.UTF-8",
    }

    def run(command, content, *options, language="C.UTF-8"):
        file = tmp_path / "given.csv"
        file.write_bytes(content)
        done = CliRunner().invoke(
            commands, [command, str(file), *options], env={**env, "LC_ALL": language}
        )
        return done.exit_code, done.stdout.splitlines()

    return run


def test_customers_then_invoices_then_nothing_new(typed):
    assert typed("import-customers", CUSTOMERS, "--dry-run") == (
        0,
        ["1 line could be read.", "It would add 1 customer; to change: 0; the same: 0."],
    )
    assert typed("import-customers", CUSTOMERS)[1][-1] == (
        "1 customer added; changed: 0; the same: 0."
    )
    assert typed("import-invoices", INVOICES)[1][-1] == "1 invoice issued; known before: 0."
    assert typed("import-invoices", INVOICES)[1][-1] == "0 invoices issued; known before: 1."
    assert typed("import-credit-notes", INVOICES, "--dry-run")[1][-1] == (
        "It would issue 1 credit note; known already: 0."
    )
    assert typed("import-credit-notes", INVOICES)[1][-1] == "1 credit note issued; known before: 0."


def test_one_is_told_otherwise_than_several_and_in_french_too(typed):
    two = CUSTOMERS + b"C2,Morel SA,FR,fr,30\n"

    assert typed("import-customers", two, "--dry-run")[1][-1] == (
        "It would add 2 customers; to change: 0; the same: 0."
    )
    assert typed("import-customers", CUSTOMERS, "--dry-run", language="fr_FR.UTF-8")[1][-1] == (
        "Il y aurait 1 client à ajouter ; à modifier : 0 ; inchangés : 0."
    )
    assert typed("import-customers", two, language="fr_FR.UTF-8")[1][-1] == (
        "2 clients ajoutés ; modifiés : 0 ; inchangés : 0."
    )


def test_a_refused_file_ends_with_an_error_and_the_reason(typed):
    code, said = typed("import-invoices", INVOICES, "--dry-run")

    assert code == 1
    assert said[0] == (
        "Line 2, customer_number: There is no customer C1. Import the customers first."
    )


def test_a_french_shell_is_answered_in_french(typed):
    by_shell = typed("import-customers", b"", language="fr_FR.UTF-8")
    by_option = typed("import-customers", b"", "--language", "fr")

    assert by_shell == by_option
    assert by_shell[1][0] == "Ligne 1 : Le fichier est vide."

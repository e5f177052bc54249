"""Up means the process answers; ready means it can work, and the reason stays in the log."""

import pytest
import sqlalchemy as sa

from foundation.web.health import newest_migration
from serve import postgres
from tests.foundation.web.faces import a_face, asking


def broken() -> None:
    raise OSError("Zq3 broker password in the message")


def test_ready_with_a_database_of_the_right_shape(tmp_path, portal_transaction):
    app = a_face(tmp_path, transaction=portal_transaction)

    answer = asking(app).get("/ready")

    assert answer.get_json() == {"status": "ready", "database": "up"}
    assert answer.status_code == 200


def test_not_ready_on_a_database_of_another_shape(tmp_path, database, transaction):
    with database.engine(postgres.OWNER).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000_earlier'"))
    app = a_face(tmp_path, transaction=transaction)

    answer = asking(app).get("/ready")

    assert answer.status_code == 503
    assert answer.get_json()["database"] == "down"
    assert newest_migration() not in answer.get_data(as_text=True)


def test_a_face_s_own_part_that_is_down_makes_it_not_ready(tmp_path, portal_transaction):
    app = a_face(tmp_path, transaction=portal_transaction, checks={"broker": broken})

    answer = asking(app).get("/ready")

    assert answer.status_code == 503
    assert answer.get_json() == {"status": "not ready", "database": "up", "broker": "down"}


@pytest.mark.parametrize("transaction", [None, broken])
def test_up_even_when_nothing_else_is(tmp_path, transaction):
    app = a_face(tmp_path, transaction=transaction)

    assert asking(app).get("/health").get_json() == {"status": "up"}
    assert asking(app).get("/ready").status_code == 503

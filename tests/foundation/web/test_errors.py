"""Whatever goes wrong, the reader learns what happened, whether money moved and what to do."""

from html import unescape

import pytest

from tests.foundation.web.faces import POLICY, a_face, asking

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return a_face(tmp_path_factory.mktemp("face"))


def told(answer) -> str:
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("refusal", 422, "At most €100.00."),
        ("limit", 429, "You tried too often."),
        ("unsaid", 500, "Nothing was charged by this page."),
        ("defect", 500, "Nothing was charged by this page."),
        ("503", 503, "Nothing was charged by this page."),
        ("400", 400, "Nothing was changed."),
        ("401", 401, "Please sign in"),
        ("403", 403, "Nothing was changed."),
        ("404", 404, "This page does not exist"),
        ("405", 405, "Nothing was changed."),
        ("413", 413, "Send less"),
        ("415", 415, "Nothing was changed."),
        ("422", 422, "Nothing was changed."),
        ("429", 429, "Try again in a moment."),
    ],
)
def test_each_error_has_its_status_and_its_words(app, how, status, words):
    answer = asking(app).get(f"/fail/{how}")

    assert answer.status_code == (500 if status == 503 else status)
    assert words in told(answer)
    assert answer.mimetype == "text/html"


def test_a_limit_says_when_to_come_back(app):
    assert asking(app).get("/fail/limit").headers["Retry-After"] == "90"


def test_a_defect_names_its_request_and_tells_no_secret(app):
    answer = asking(app).get("/fail/defect")

    assert answer.headers["X-Request-ID"] in told(answer)
    assert "Zq3" not in told(answer)
    assert "Traceback" not in told(answer)


def test_an_absent_page_is_the_same_for_everybody_byte_for_byte(app):
    payer = asking(app, "payer")

    pages = {payer.get(f"/mine/{MISSING}").data, payer.get("/mine/" + MISSING[::-1]).data}
    assert len({*pages, payer.get("/nowhere").data}) == 1


@pytest.mark.parametrize(("header", "language"), [("fr-FR,fr;q=0.9", "fr"), ("de", "en")])
def test_an_error_is_told_in_the_reader_s_language(app, header, language):
    answer = asking(app).get("/nowhere", headers={"Accept-Language": header})

    assert f'<html lang="{language}">' in told(answer)


def test_a_request_that_is_too_large_is_refused_before_it_is_read(app):
    answer = asking(app).post("/hook", data=b"x" * (1024 * 1024 + 1))

    assert answer.status_code == 413


def test_a_form_of_too_many_parts_is_refused(app):
    many = "&".join(f"a{number}=1" for number in range(200_000))

    answer = asking(app, "payer").post(
        "/pay", data=many, content_type="application/x-www-form-urlencoded"
    )

    assert answer.status_code == 413


def test_machines_read_json(tmp_path):
    app = a_face(tmp_path, has_pages=False, policy=_without_pages())
    client = asking(app)

    assert client.get("/nowhere").get_json()["error"] == "http.404"
    assert client.get("/fail/refusal").get_json() == {
        "error": "thing.too_much",
        "message": "At most €100.00.",
    }
    defect = client.get("/fail/defect")
    assert defect.get_json()["request_id"] == defect.headers["X-Request-ID"]
    assert client.get("/fail/limit").headers["Retry-After"] == "90"


def _without_pages() -> str:
    return "\n".join(line for line in POLICY.splitlines() if "static" not in line)


def test_a_value_that_is_missing_is_a_defect_and_not_a_gap(tmp_path):
    def register(app):
        app.jinja_env.globals.pop("seller_name")

    app = a_face(tmp_path, register=register)

    answer = asking(app).get("/")

    assert answer.status_code == 500
    assert "Nothing was charged by this page." in told(answer)
    assert answer.mimetype == "text/plain"  # the page of errors lacks the value too

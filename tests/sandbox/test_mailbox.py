"""The mailbox takes mail, shows it, and sends it nowhere."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest

from sandbox import mail_pages
from sandbox.mail_sink import MailSink
from sandbox.mailbox import Mailbox


def a_mail(to: str = "clara@example.com", subject: str = "Receipt") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Ardenne <billing@example.com>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content("Bonjour Clara,\nhttp://localhost:8001/receipts/1?a=b&c=d.\n<b>no</b>")
    message.add_alternative("<style>b{color:red}</style><b>Bonjour</b><script>x</script>", "html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="reçu.pdf")
    return message


@pytest.fixture(params=["folder", "memory"])
def mailbox(request, tmp_path) -> Mailbox:
    return Mailbox(tmp_path / "mail" if request.param == "folder" else None)


@pytest.fixture
def sink(mailbox):
    sink = MailSink(mailbox)
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def browser(world, mailbox):
    mail_pages.install(world.app, mailbox)
    return world.app.test_client()


def send(sink: MailSink, message: EmailMessage, **envelope) -> None:
    with smtplib.SMTP("localhost", sink.port) as smtp:
        smtp.send_message(message, **envelope)


def test_a_mail_sent_over_smtp_is_listed_newest_first(sink, browser):
    send(sink, a_mail(subject="First"))
    send(sink, a_mail(subject="Réçu n° 2"))

    listed = browser.get("/mail.json").json["mails"]

    assert [mail["subject"] for mail in listed] == ["Réçu n° 2", "First"]
    assert listed[0]["links"] == ["http://localhost:8001/receipts/1?a=b&c=d"]
    assert listed[0]["attachments"][0]["name"] == "reçu.pdf"


def test_mails_are_found_by_who_really_got_them(sink, browser):
    send(sink, a_mail(to="shown@example.com"), to_addrs=["hidden@example.com"])

    found = browser.get("/mail.json?to=Hidden@example.com").json["mails"]

    assert [mail["to"] for mail in found] == [["hidden@example.com"]]
    assert browser.get("/mail.json?to=shown@example.com").json["mails"] == []


def test_the_page_shows_text_with_links_and_escapes_the_rest(mailbox, browser):
    mail_id = mailbox.take(a_mail().as_bytes(), "a@example.com", ["clara@example.com"])

    page = browser.get(f"/mail/{mail_id}").text

    assert '<a href="http://localhost:8001/receipts/1?a=b&amp;c=d">' in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "reçu.pdf" in page
    assert mail_id in browser.get("/mail?to=clara@example.com").text


def test_the_html_of_a_mail_has_its_looks_and_its_links_and_nothing_else(mailbox, browser):
    mail_id = mailbox.take(a_mail().as_bytes(), "a@example.com", ["clara@example.com"])

    policy = browser.get(f"/mail/{mail_id}/html").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert rules["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == "'unsafe-inline'"
    assert not {"script-src", "connect-src", "frame-src"} & set(rules)


@pytest.mark.parametrize(
    ("letter", "shown"),
    [
        ("<!doctype html><head><p>", '<!doctype html><head><base target="_blank"><p>'),
        ('<HEAD lang="fr"><p>', '<HEAD lang="fr"><base target="_blank"><p>'),
        ("<p>Bonjour", '<base target="_blank"><p>Bonjour'),
    ],
)
def test_the_links_of_a_mail_leave_its_frame(letter, shown):
    assert mail_pages.opening_beside(letter) == shown


def test_an_attachment_can_be_taken_away(mailbox, browser):
    mail_id = mailbox.take(a_mail().as_bytes(), "a@example.com", ["clara@example.com"])

    file = browser.get(f"/mail/{mail_id}/attachments/0")

    assert (file.data, file.mimetype) == (b"%PDF-1.7", "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("mail_id", ["nothing", "../stripe", "0" * 20 + "-deadbeef"])
def test_a_mail_nobody_sent_is_a_404(browser, mail_id):
    assert browser.get(f"/mail/{mail_id}").status_code == 404


def test_reading_while_mail_comes_in(sink, mailbox):
    with ThreadPoolExecutor(4) as threads:
        sent = [threads.submit(send, sink, a_mail(subject=f"{at}")) for at in range(40)]
        while not all(one.done() for one in sent):
            assert all(mail.subject for mail in mailbox.newest_first())

    assert sorted(int(mail.subject) for mail in mailbox.newest_first()) == list(range(40))

"""The page of the mailbox: what the product would have sent, and to whom."""

import re
from io import BytesIO

from flask import Blueprint, Flask, abort, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from sandbox.mailbox import Mail, Mailbox

SHOWN = 100
LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)]")
# What a mail programme lets a letter do: look as it wants, and open its links beside the mail.
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
BESIDE = '<base target="_blank">'
pages = Blueprint("mail", __name__)


def install(app: Flask, mailbox: Mailbox) -> None:
    """Show that mailbox under /mail of the app."""
    app.extensions["mailbox"] = mailbox
    app.register_blueprint(pages)


def mailbox() -> Mailbox:
    """The mailbox of this app."""
    found: Mailbox = current_app.extensions["mailbox"]
    return found


@pages.get("/mail")
def newest() -> str:
    """The newest mails."""
    to = request.args.get("to", "")
    mails = [mail for mail, _ in zip(mailbox().newest_first(to), range(SHOWN), strict=False)]
    return render_template("mail/list.html", mails=mails, to=to)


@pages.get("/mail.json")
def as_json() -> ResponseReturnValue:
    """The same for programs: `?to=` one address, newest first."""
    return {"mails": [_facts(mail) for mail in mailbox().newest_first(request.args.get("to"))]}


def _facts(mail: Mail) -> dict[str, object]:
    text = mail.body("plain")
    return {
        "id": mail.id,
        "from": mail.sender,
        "to": mail.recipients,
        "subject": mail.subject,
        "date": mail.date,
        "message_id": str(mail.message.get("Message-ID", "")),
        "text": text,
        "html": mail.body("html"),
        "links": LINK.findall(text),
        "attachments": [
            {
                "name": part.name,
                "type": part.kind,
                "size": len(part.content),
                "url": url_for("mail.attachment", mail_id=mail.id, at=part.at),
            }
            for part in mail.attachments
        ],
    }


@pages.get("/mail/<mail_id>")
def show(mail_id: str) -> str:
    """One mail."""
    mail = mailbox().find(mail_id) or abort(404)
    return render_template("mail/show.html", mail=mail, pieces=pieces(mail.body("plain")))


def pieces(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is an address to click."""
    found, end = [], 0
    for link in LINK.finditer(text):
        found += [(text[end : link.start()], False), (link[0], True)]
        end = link.end()
    return [*found, (text[end:], False)]


@pages.get("/mail/<mail_id>/html")
def html(mail_id: str) -> ResponseReturnValue:
    """The mail's HTML as a mail programme shows it: nothing runs, nothing is fetched."""
    mail = mailbox().find(mail_id) or abort(404)
    headers = {
        "Content-Security-Policy": POLICY,
        "Content-Type": "text/html; charset=utf-8",
        "Cross-Origin-Opener-Policy": "unsafe-none",  # else browsers refuse it outside its frame
    }
    return opening_beside(mail.body("html")), 200, headers


def opening_beside(body: str) -> str:
    """The same letter, whose links leave the frame: inside it nothing else may be shown."""
    head = HEAD.search(body)
    end = head.end() if head else 0
    return f"{body[:end]}{BESIDE}{body[end:]}"


@pages.get("/mail/<mail_id>/attachments/<int:at>")
def attachment(mail_id: str, at: int) -> ResponseReturnValue:
    """One file that came with it, as a download."""
    mail = mailbox().find(mail_id) or abort(404)
    part = next((part for part in mail.attachments if part.at == at), None) or abort(404)
    return send_file(
        BytesIO(part.content), mimetype=part.kind, as_attachment=True, download_name=part.name
    )

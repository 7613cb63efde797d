"""The one way out for mail: a mail server, or a folder for trying things out."""

from __future__ import annotations

import smtplib
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from app.kernel import clock

PATIENCE_SECONDS = 10
MAIL_PORT = 25
SECURE_MAIL_PORT = 465
CALENDAR_FILE = "meeting.ics"


class MailRefused(Exception):
    """The mail server does not take this mail, now or ever."""


class MailServerDown(Exception):
    """The mail server cannot be reached, or cannot take mail at the moment."""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One mail to one address. `message_id` is the same each time it is sent, with angle brackets.

    `calendar` is an iCalendar file to go with it, where there is something to note down.
    """

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    calendar: bytes = b""


def send(mail: Mail, url: str) -> None:
    """Hand `mail` over to smtp://host:port, smtps://user:password@host or file:folder.

    Raises MailRefused when it will never be taken, MailServerDown when a later attempt may succeed.
    """
    if url.startswith("file:"):
        # People open these files as they are: a long link must stay in one piece.
        _write(compose(mail, encoding="8bit"), Path(url.removeprefix("file:")))
        return
    message = compose(mail)
    try:
        with _server(urlsplit(url)) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        _refuse([answer[0] for answer in error.recipients.values()], error)
    except smtplib.SMTPResponseException as error:
        _refuse([error.smtp_code], error)
    except smtplib.SMTPNotSupportedError as error:
        raise MailRefused(type(error).__name__) from error
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerDown(_told(error)) from error


def check(url: str) -> None:
    """Reach the mail server, sign in there, and leave without sending anything. Raises MailServerDown."""
    try:
        if url.startswith("file:"):
            Path(url.removeprefix("file:")).mkdir(parents=True, exist_ok=True)
            return
        with _server(urlsplit(url)) as server:
            server.noop()
    except (smtplib.SMTPException, OSError) as error:
        raise MailServerDown(_told(error)) from error


def compose(mail: Mail, *, encoding: str | None = None) -> EmailMessage:
    """The mail as it travels: plain text first, HTML with the same words. Raises MailRefused for unsafe headers.

    `encoding` is a Content-Transfer-Encoding; None chooses one that passes every mail server.
    """
    message = EmailMessage()
    message["From"] = _address(mail.sender_name, mail.sender)
    message["To"] = _address(mail.recipient_name, mail.recipient)
    message["Subject"] = _safe(mail.subject)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = _safe(mail.message_id)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte=encoding)
    message.add_alternative(mail.html, subtype="html", cte=encoding)
    if mail.calendar:
        message.add_attachment(
            mail.calendar, maintype="text", subtype="calendar", params={"charset": "utf-8"}, filename=CALENDAR_FILE
        )
    return message


def _address(name: str, address: str) -> Address:
    return Address(display_name=_safe(name), addr_spec=_safe(address))


def _safe(value: str) -> str:
    """A header's value. Line breaks and other controls would let it start a header of its own."""
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in value):
        raise MailRefused("A header would have held a control character.")
    return value


@contextmanager
def _server(url: SplitResult) -> Iterator[smtplib.SMTP]:
    host = url.hostname or "localhost"
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, url.port or SECURE_MAIL_PORT, timeout=PATIENCE_SECONDS, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, url.port or MAIL_PORT, timeout=PATIENCE_SECONDS)
    try:
        server.ehlo_or_helo_if_needed()
        if url.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server
    finally:
        # The mail is taken or not by now; a fault while saying goodbye must not send it twice.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _refuse(codes: list[int], error: Exception) -> None:
    """A 5xx answer is final, a 4xx is not."""
    if all(code >= 500 for code in codes):
        raise MailRefused(f"The mail server answered {codes[0]}.") from error
    raise MailServerDown(f"The mail server answered {codes[0]}.") from error


def _told(error: Exception) -> str:
    """The kind of fault; its text may hold an address."""
    return f"{type(error).__name__}: the mail server could not be reached, or did not answer."


def _write(message: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").replace("/", "_")
    unfinished = folder / f".{name}.part"
    unfinished.write_bytes(message.as_bytes())
    unfinished.replace(folder / f"{name}.eml")

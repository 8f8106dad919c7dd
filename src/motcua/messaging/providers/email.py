"""E-mail by SMTP (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from motcua.messaging.base import (
    Capabilities,
    Check,
    Fault,
    Handed,
    Option,
    Outcome,
    Outgoing,
    Provider,
    Rejected,
    Uncertain,
)
from motcua.messaging.rules import Channel


class EmailProvider(Provider):
    """A mail server that takes our mail."""

    kind = "email"
    label = "Thư điện tử (SMTP)"
    channel = Channel.EMAIL
    capabilities = Capabilities()
    options = (
        Option("host", "Máy chủ SMTP", required=True),
        Option("port", "Cổng", "587", required=True),
        Option(
            "security",
            "Mã hoá",
            "starttls",
            choices=(("starttls", "STARTTLS"), ("tls", "TLS"), ("none", "Không mã hoá")),
        ),
        Option("user", "Tên đăng nhập"),
        Option("password", "Mật khẩu", secret=True),
        Option(
            "sender", "Địa chỉ gửi", required=True, hint="Ví dụ: Một Cửa <motcua@binhtien.gov.vn>"
        ),
    )

    def send(self, message: Outgoing) -> Outcome:
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as wrong:
            return Rejected(Fault.PROVIDER, "no_connection", f"Không vào được máy chủ thư: {wrong}")
        try:
            return self._hand_over(server, message)
        finally:
            try:
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()

    def _hand_over(self, server: smtplib.SMTP, message: Outgoing) -> Outcome:
        letter = self._letter(message)
        try:
            code, said = server.mail(str(letter["From"]).rpartition("<")[2].rstrip(">"))
            if code == 250:
                code, said = server.rcpt(message.address)
                if code in {550, 551, 553}:
                    return Rejected(Fault.RECIPIENT, str(code), _said(said))
        except (OSError, smtplib.SMTPException) as wrong:
            return Rejected(Fault.PROVIDER, "broken", f"Máy chủ thư ngắt: {wrong}")
        if code not in {250, 251}:
            return Rejected(Fault.PROVIDER, str(code), _said(said))
        # From here on the server may have taken the letter whatever we hear (RFC 5321, 4.5.3.2.6).
        try:
            code, said = server.data(letter.as_bytes(policy=SMTP))
        except smtplib.SMTPDataError as refused:
            return Rejected(Fault.PROVIDER, str(refused.smtp_code), _said(refused.smtp_error))
        except (OSError, smtplib.SMTPException) as wrong:
            return Uncertain("no_answer", f"Máy chủ thư không trả lời sau khi nhận thư: {wrong}")
        if code == 250:
            return Handed((), _said(said))
        fault = Fault.CONTENT if 500 <= code < 600 else Fault.PROVIDER
        return Rejected(fault, str(code), _said(said))

    def _letter(self, message: Outgoing) -> EmailMessage:
        letter = EmailMessage()
        letter["From"] = self.account.option("sender")
        letter["To"] = message.address
        letter["Subject"] = message.subject or message.text.splitlines()[0][:80]
        letter["Date"] = formatdate(localtime=True)
        domain = self.account.option("sender").rpartition("@")[2].rstrip("> ") or "localhost"
        # The same at every try, so that a mail program shows a double once.
        letter["Message-ID"] = f"<{message.reference}@{domain}>"
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(message.text)
        return letter

    def _open(self) -> smtplib.SMTP:
        host, port = self.account.option("host"), int(self.account.number("port", 587))
        security = self.account.option("security")
        if security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=self.account.timeout, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=self.account.timeout)
        try:
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if user := self.account.option("user"):
                server.login(user, self.account.option("password"))
        except BaseException:
            server.close()
            raise
        return server

    def check_config(self) -> list[Check]:
        if missing := [
            o.label for o in self.options if o.required and not self.account.option(o.name)
        ]:
            return [Check(False, f"Chưa điền: {', '.join(missing)}.", "Điền đủ rồi gửi thử.")]
        try:
            self._open().quit()
        except (OSError, smtplib.SMTPException) as wrong:
            return [
                Check(
                    False,
                    f"Không vào được máy chủ thư ({wrong}).",
                    "Kiểm tra máy chủ, cổng, cách mã hoá và mật khẩu.",
                )
            ]
        return [Check(True, f"Vào được máy chủ thư {self.account.option('host')}.")]


def _said(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said

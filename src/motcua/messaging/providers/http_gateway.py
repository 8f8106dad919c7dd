"""Brand-name SMS gateways that speak HTTP: a generic one made from templates, and eSMS.

What a gateway wants is described by options, so that VNPT, Viettel or MobiFone
is a row in the database and not a class. eSMS (https://developers.esms.vn) is
such a description that comes with the product.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import httpx
from django.conf import settings
from django.urls import reverse

from motcua.messaging.base import (
    Account,
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
from motcua.messaging.encoding import Alphabet
from motcua.messaging.rules import Channel, ReceiptState

NOT_TAKEN = {401, 403, 404, 405, 408, 413, 429, 503}
"""HTTP answers by which the gateway says that it did nothing and another try may help."""


class HttpGateway(Provider):
    """Any gateway that takes one HTTP request a message."""

    kind: ClassVar[str] = "http"
    label: ClassVar[str] = "Cổng HTTP (tin thương hiệu)"
    channel = Channel.SMS
    capabilities = Capabilities(receipts=True, incoming=True)
    options: ClassVar[tuple[Option, ...]] = (
        Option("url", "Địa chỉ gửi", required=True),
        Option(
            "method",
            "Cách gửi",
            "json",
            choices=(("json", "POST, JSON"), ("form", "POST, biểu mẫu"), ("get", "GET")),
        ),
        Option("sender", "Tên thương hiệu", hint="Tối đa 11 ký tự, đã đăng ký với nhà mạng."),
        Option("user", "Tên đăng nhập hoặc khoá công khai"),
        Option("secret", "Khoá bí mật", secret=True),
        Option(
            "headers",
            "Tiêu đề HTTP (JSON)",
            "{}",
            hint='Ví dụ {"Authorization": "Bearer {{secret}}"}',
        ),
        Option(
            "body",
            "Nội dung yêu cầu (JSON)",
            '{"to": "{{phone}}", "from": "{{sender}}", "text": "{{text}}", "id": "{{id}}"}',
            required=True,
            hint="Dùng {{phone}} 0901…, {{phone84}} 8490…, {{text}}, {{sender}}, {{id}}, "
            "{{unicode}}, {{callback}}, {{user}}, {{secret}}.",
        ),
        Option("code_field", "Trường mã kết quả", "code", hint="Để trống: chỉ xét mã HTTP."),
        Option("good_codes", "Mã thành công", "0"),
        Option("double_codes", "Mã báo trùng yêu cầu", hint="Tin đã được nhận từ lần trước."),
        Option("recipient_codes", "Mã báo sai số nhận"),
        Option("content_codes", "Mã báo sai nội dung, tên gửi"),
        Option("reference_field", "Trường mã tin của cổng", "id"),
        Option(
            "refuses_doubles",
            "Cổng chặn trùng theo {{id}}",
            "0",
            hint="Chỉ bật khi nhà cung cấp cam kết: hệ thống sẽ gửi lại khi không có trả lời.",
            choices=(("0", "Không"), ("1", "Có")),
        ),
        Option("receipt_reference", "Biên nhận: trường mã tin", "id"),
        Option("receipt_state", "Biên nhận: trường trạng thái", "status"),
        Option("receipt_delivered", "Biên nhận: giá trị đã tới", "delivered"),
        Option("receipt_failed", "Biên nhận: giá trị không tới", "failed,expired,rejected"),
        Option("incoming_phone", "Tin đến: trường số gửi", "from"),
        Option("incoming_text", "Tin đến: trường nội dung", "text"),
        Option("incoming_id", "Tin đến: trường mã tin", "id"),
    )

    def send(self, message: Outgoing) -> Outcome:
        try:
            values = self._values(message)
            with httpx.Client(timeout=self.account.timeout) as client:
                answer = client.send(self._request(client, values))
        except json.JSONDecodeError as wrong:
            return Rejected(Fault.PROVIDER, "template", f"Mẫu yêu cầu không phải JSON: {wrong}")
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as wrong:
            return Rejected(Fault.PROVIDER, "no_connection", f"Không kết nối được: {wrong}")
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as wrong:
            return Rejected(Fault.PROVIDER, "url", f"Địa chỉ gửi không đúng: {wrong}")
        except httpx.TransportError as wrong:
            return Uncertain("no_answer", f"Mất kết nối khi chờ trả lời: {type(wrong).__name__}")
        return self.read_answer(answer, message)

    def read_answer(self, answer: httpx.Response, message: Outgoing) -> Outcome:
        """What the gateway's answer means. Doubt is uncertain, never refused."""
        body = _json(answer)
        said = f"HTTP {answer.status_code}"
        if answer.status_code in NOT_TAKEN:
            return Rejected(Fault.PROVIDER, said, answer.text[:200])
        if answer.status_code in {400, 422}:
            return Rejected(Fault.CONTENT, said, answer.text[:200])
        if not answer.is_success:
            return Uncertain(said, answer.text[:200])
        field = self.account.option("code_field")
        if not field:
            return Handed(self._references(body, message))
        code = str(_at(body, field))
        if code in self._codes("good_codes"):
            return Handed(self._references(body, message))
        if code in self._codes("double_codes"):
            return Handed((message.reference,), "Cổng báo đã nhận tin này từ lần trước.")
        if not code:
            return Uncertain("unreadable", f"Không đọc được trả lời: {answer.text[:120]}")
        for faulty, fault in (
            ("recipient_codes", Fault.RECIPIENT),
            ("content_codes", Fault.CONTENT),
        ):
            if code in self._codes(faulty):
                return Rejected(fault, code, self._explain(code, body))
        return Rejected(Fault.PROVIDER, code, self._explain(code, body))

    def refuses_doubles(self) -> bool:
        return self.account.flag("refuses_doubles")

    def check_config(self) -> list[Check]:
        if missing := [
            o.label for o in self.options if o.required and not self.account.option(o.name)
        ]:
            return [Check(False, f"Chưa điền: {', '.join(missing)}.", "Điền đủ rồi gửi thử.")]
        for name in ("headers", "body"):
            try:
                json.loads(self.account.option(name) or "{}")
            except json.JSONDecodeError as wrong:
                return [Check(False, f"Mục {name} không phải JSON ({wrong}).", "Sửa lại mẫu.")]
        try:
            httpx.head(self.account.option("url"), timeout=3)
        except (httpx.TransportError, httpx.InvalidURL) as wrong:
            return [
                Check(
                    False,
                    f"Không mở được {self.account.option('url')} ({type(wrong).__name__}).",
                    "Kiểm tra địa chỉ, mạng ra ngoài và tường lửa.",
                )
            ]
        return [Check(True, f"Mở được {self.account.option('url')}.")]

    def read_receipt(self, fields: Mapping[str, str]) -> tuple[str, ReceiptState, str] | None:
        """Reference, state and code from a call-back's fields; None when it is no receipt."""
        reference = fields.get(self.account.option("receipt_reference"), "")
        stated = fields.get(self.account.option("receipt_state"), "")
        if not reference or not stated:
            return None
        state = ReceiptState.ACCEPTED
        if stated in self._codes("receipt_delivered"):
            state = ReceiptState.DELIVERED
        elif stated in self._codes("receipt_failed"):
            state = ReceiptState.UNDELIVERED
        return reference, state, stated

    def read_incoming(self, fields: Mapping[str, str]) -> tuple[str, str, str] | None:
        """Key, sender and text from a call-back's fields; None when it is no text from a phone."""
        phone = fields.get(self.account.option("incoming_phone"), "")
        text = fields.get(self.account.option("incoming_text"), "")
        if not phone or not text:
            return None
        key = fields.get(self.account.option("incoming_id"), "")
        return key or hashlib.sha256(f"{phone}|{text}".encode()).hexdigest(), phone, text

    def _codes(self, option: str) -> set[str]:
        return {code.strip() for code in self.account.option(option).split(",") if code.strip()}

    def _explain(self, code: str, body: Any) -> str:
        said = _at(body, "ErrorMessage") or _at(body, "message") or ""
        return f"Cổng từ chối, mã {code}. {said}".strip()

    def _references(self, body: Any, message: Outgoing) -> tuple[str, ...]:
        field = self.account.option("reference_field")
        return (str(_at(body, field) or message.reference) if field else message.reference,)

    def _values(self, message: Outgoing) -> dict[str, str]:
        callback = reverse("messaging:callback", args=[self.account.extra["callback_token"]])
        return {
            "phone": "0" + message.address.removeprefix("+84"),
            "phone84": message.address.lstrip("+"),
            "text": message.text,
            "sender": self.account.option("sender"),
            "user": self.account.option("user"),
            "secret": self.account.option("secret"),
            "id": message.reference,
            "unicode": "1" if message.layout.alphabet is Alphabet.UCS2 else "0",
            "callback": settings.PUBLIC_URL + callback,
        }

    def _request(self, client: httpx.Client, values: Mapping[str, str]) -> httpx.Request:
        url = self.account.option("url")
        headers = _filled(json.loads(self.account.option("headers") or "{}"), values)
        body = _filled(json.loads(self.account.option("body")), values)
        match self.account.option("method"):
            case "get":
                return client.build_request("GET", url, params=body, headers=headers)
            case "form":
                return client.build_request("POST", url, data=body, headers=headers)
            case _:
                return client.build_request("POST", url, json=body, headers=headers)


class EsmsGateway(HttpGateway):
    """eSMS: customer-care messages by JSON, call-backs by GET, doubles refused by RequestId."""

    kind = "esms"
    label = "eSMS (tin thương hiệu)"
    capabilities = Capabilities(receipts=True, refuses_doubles=True)
    options = (
        Option(
            "url",
            "Địa chỉ gửi",
            "https://rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/",
            required=True,
        ),
        Option("user", "ApiKey", required=True),
        Option("secret", "SecretKey", secret=True, required=True),
        Option("sender", "Brandname", required=True),
        Option("sms_type", "SmsType", "2", hint="2: chăm sóc khách hàng. 8: số cố định giá rẻ."),
        Option("sandbox", "Thử, không gửi thật", "0", choices=(("0", "Không"), ("1", "Có"))),
    )
    _description: ClassVar[dict[str, str]] = {
        "method": "json",
        "headers": "{}",
        "body": json.dumps(
            {
                "ApiKey": "{{user}}",
                "SecretKey": "{{secret}}",
                "Phone": "{{phone}}",
                "Content": "{{text}}",
                "Brandname": "{{sender}}",
                "SmsType": "{{sms_type}}",
                "IsUnicode": "{{unicode}}",
                "Sandbox": "{{sandbox}}",
                "RequestId": "{{id}}",
                "CallbackUrl": "{{callback}}",
            }
        ),
        # https://developers.esms.vn/esms-api/bang-ma-loi
        "code_field": "CodeResult",
        "good_codes": "100",
        "double_codes": "124",
        "content_codes": "104,146,177,300",
        # Call-backs carry our RequestId, so that is the reference, also when SMSID never came.
        "reference_field": "",
        "refuses_doubles": "1",
    }

    def __init__(self, account: Account) -> None:
        super().__init__(replace(account, options={**account.options, **self._description}))

    def _values(self, message: Outgoing) -> dict[str, str]:
        return {
            **super()._values(message),
            "sms_type": self.account.option("sms_type") or "2",
            "sandbox": self.account.option("sandbox") or "0",
        }

    def read_receipt(self, fields: Mapping[str, str]) -> tuple[str, ReceiptState, str] | None:
        """Status 4 refused, 5 reported by the network, others on the way.

        https://developers.esms.vn/esms-api/callback-url
        """
        reference = fields.get("RequestId") or fields.get("SMSID", "")
        status = fields.get("SendStatus", "")
        if not reference or not status:
            return None
        state = ReceiptState.ACCEPTED
        if status == "4" or (status == "5" and fields.get("SendFailed", "0") not in {"", "0"}):
            state = ReceiptState.UNDELIVERED
        elif status == "5" and fields.get("SendSuccess", "0") not in {"", "0"}:
            state = ReceiptState.DELIVERED
        return reference, state, status


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    """The template with its placeholders replaced inside strings, so that no text can break it."""
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, values) for value in template]
    if isinstance(template, str):
        for name, value in values.items():
            if template == f"{{{{{name}}}}}":
                return value
        # One pass: a text that itself contains {{secret}} must not be filled again.
        pieces = template.split("{{")
        return pieces[0] + "".join(_piece(piece, values) for piece in pieces[1:])
    return template


def _piece(piece: str, values: Mapping[str, str]) -> str:
    name, closed, rest = piece.partition("}}")
    return values[name] + rest if closed and name in values else "{{" + piece


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return {}


def _at(body: Any, path: str) -> Any:
    """A value inside nested objects by a dotted path; an empty string when it is not there."""
    for name in path.split("."):
        if isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        elif isinstance(body, dict) and name in body:
            body = body[name]
        else:
            return ""
    return body

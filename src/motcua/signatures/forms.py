"""What people type and choose on this room's pages. The services judge it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files import File

from motcua.organisation.forms.fields import choice, text
from motcua.organisation.models import Person, RoleAssignment
from motcua.signatures.models import SigningIdentity
from motcua.signatures.providers.pkcs12 import config_of
from motcua.signatures.verification import LARGEST


def _file(label: str, wanted: str, accept: str, help_text: str = "") -> forms.FileField:
    return forms.FileField(
        label=label,
        required=bool(wanted),
        help_text=help_text,
        error_messages={"required": wanted, "empty": "Tệp này rỗng. Chọn tệp khác."},
        widget=forms.FileInput(attrs={"accept": accept}),
    )


class VerifyForm(forms.Form):
    """The file to be examined."""

    file = _file("Tệp PDF", "Chọn tệp cần kiểm tra.", ".pdf,application/pdf", "Tối đa 50 MB.")

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("Tệp lớn hơn 50 MB. Chọn tệp nhỏ hơn.")
        return file


class KeyForm(forms.Form):
    """The way to a key: a file with its password, or a token with its PIN."""

    provider_kind = choice(
        "Nơi giữ khoá", SigningIdentity.ProviderKind.choices, "Chọn nơi giữ khoá."
    )
    archive = _file(
        "Tệp chứng thư", "", ".p12,.pfx", "Tệp .p12 hoặc .pfx. Chỉ cần khi khoá nằm trong tệp."
    )
    password = text(
        "Mật khẩu của tệp, hoặc mã PIN của thiết bị",
        "Nhập mật khẩu hoặc mã PIN.",
        max_length=200,
        strip=False,
        help_text="Được mã hoá khi lưu, không hiện lại.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    module = text(
        "Thư viện của thiết bị",
        max_length=300,
        help_text="Chỉ cần với thiết bị. Phải là thư viện được phép trên máy chủ.",
    )
    token = text("Tên thiết bị (token)", max_length=64)
    certificate_label = text("Tên chứng thư trên thiết bị", max_length=120)
    key_label = text(
        "Tên khoá trên thiết bị", max_length=120, help_text="Trống: như tên chứng thư."
    )
    image = _file(
        "Ảnh chữ ký hoặc con dấu",
        "",
        ".png,image/png",
        "PNG nền trong suốt, tối đa 200 KB: chữ ký màu xanh, con dấu màu đỏ. Trống: tự vẽ.",
    )
    name_may_differ = forms.BooleanField(
        label="Tên trong chứng thư viết khác, nhưng đúng là của người này", required=False
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("provider_kind") == SigningIdentity.ProviderKind.PKCS12:
            if not found.get("archive"):
                self.add_error("archive", "Chọn tệp chứng thư .p12 hoặc .pfx.")
        else:
            for name, wanted in (
                ("module", "Nhập thư viện của thiết bị."),
                ("token", "Nhập tên thiết bị."),
                ("certificate_label", "Nhập tên chứng thư trên thiết bị."),
            ):
                if not found.get(name):
                    self.add_error(name, wanted)
        return found

    def values(self) -> dict[str, Any]:
        """Arguments of the services."""
        found = self.cleaned_data
        image = found.get("image")
        return {
            "provider_kind": found["provider_kind"],
            "config": self._config(),
            "image": image.read() if image else b"",
            "name_may_differ": found["name_may_differ"],
        }

    def _config(self) -> dict[str, Any]:
        found = self.cleaned_data
        if found["provider_kind"] == SigningIdentity.ProviderKind.PKCS12:
            return config_of(found["archive"].read(), found["password"])
        names = ("module", "token", "certificate_label", "key_label")
        return {**{name: found[name] for name in names}, "pin": found["password"]}


class IdentityForm(KeyForm):
    """A new identity: whose it is, then its key."""

    kind = choice("Của ai", SigningIdentity.Kind.choices, "Chọn cá nhân hoặc cơ quan.")
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Người",
        required=False,
        empty_label="(con dấu của cơ quan)",
        help_text="Chỉ chọn khi là chữ ký của cá nhân.",
    )
    label = text(
        "Tên hiện trên chữ ký",
        max_length=160,
        help_text="Trống: tên người hoặc tên trong chứng thư.",
    )
    field_order = ("kind", "person", "label")

    def __init__(self, *args: Any, unit_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        works_here = RoleAssignment.objects.in_force().filter(unit_id=unit_id)
        people: Any = self.fields["person"]
        people.queryset = Person.objects.filter(pk__in=works_here.values("person"))

    def values(self) -> dict[str, Any]:
        found = self.cleaned_data
        return {
            **super().values(),
            "kind": found["kind"],
            "person_id": found["person"].pk if found["person"] else None,
            "label": found["label"],
        }


class RootForm(forms.Form):
    """An authority to be trusted."""

    name = text("Tên gọi", "Nhập tên nơi cấp.", max_length=200)
    source = text(
        "Căn cứ tin cậy",
        "Ghi văn bản hoặc nơi công bố nơi cấp này.",
        max_length=300,
        help_text="Ví dụ số giấy phép, trang công bố và ngày tải.",
    )
    certificate = _file("Chứng thư của nơi cấp", "Chọn tệp chứng thư.", ".cer,.crt,.pem,.der")
    revocation_url = forms.URLField(
        label="Địa chỉ danh sách thu hồi",
        required=False,
        assume_scheme="http",
        help_text="Tải lại mỗi giờ. Trống: tự nạp tệp .crl.",
        error_messages={"invalid": "Địa chỉ chưa đúng, ví dụ http://crl.example.vn/ca.crl."},
    )


class RevocationForm(forms.Form):
    """A revocation list from a file."""

    content = _file("Tệp danh sách thu hồi", "Chọn tệp .crl.", ".crl,.pem")
    source = text("Lấy từ đâu", "Ghi nơi lấy tệp.", max_length=300)

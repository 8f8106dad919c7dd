"""The guided tour of the demonstration, and its one-click sign-in. Nowhere else do they exist."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from motcua.organisation.models import Counter, Person, RoleAssignment
from motcua.organisation.models.people import RoleAssignmentQuerySet
from motcua.organisation.rules import Role

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Step:
    """One thing to look at, in the order in which the story happens."""

    title: str
    text: str
    button: str
    url: str
    username: str


@dataclass(frozen=True)
class Tour:
    """A story told in steps."""

    id: str
    title: str
    text: str
    steps: list[Step]


@dataclass(frozen=True)
class Persona:
    """A demonstration account."""

    username: str
    label: str


def tours() -> list[Tour]:
    """What a visitor may follow; nothing outside the demonstration."""
    watched = _watched() if settings.DEMONSTRATION else None
    if watched is None:
        return []
    found = [
        Tour(
            "xem-thu",
            "Xem thử trong năm phút",
            "Dữ liệu và con người ở đây đều là minh hoạ. Một camera thật đang chạy trên đoạn phim "
            "minh hoạ: khoảng một phút sau khi khởi động, người ngồi trước quầy bắt đầu không "
            "vui. Bấm lần lượt từng mục; bấm chữ Một Cửa ở góc trên để quay lại đây.",
            _displeasure(watched),
        ),
        Tour(
            "mot-ho-so",
            "Theo một hồ sơ từ lấy số đến trả kết quả",
            "Lấy một số, nhận hồ sơ ở quầy, giải quyết, rồi tra cứu như người dân. Thẻ căn cước "
            "thử: 079190000777||Trần Thị Thử Nghiệm|05031990|Nữ|12 Đường Mẫu|15042021",
            _dossier(watched),
        ),
    ]
    return [tour for tour in found if tour.steps]


def _displeasure(watched: Counter) -> list[Step]:
    """From the band to the board."""
    leader = _people().filter(role=Role.CENTRE_LEADER, unit=watched.unit_id).first()
    if leader is None:
        return []
    name = leader.person.username
    return [
        Step(
            "Nhìn dải màu ở quầy",
            "Màn hình của cán bộ: dải màu đổi từ xanh sang hổ phách khi người dân kém vui, "
            "kèm một câu gợi ý.",
            "Mở dải màu của quầy",
            reverse("service_quality:band", args=[watched.pk]),
            name,
        ),
        Step(
            "Nhận tin nhắn",
            "Điện thoại minh hoạ hiện đúng những tin mà lãnh đạo và trưởng phòng sẽ nhận.",
            "Mở điện thoại minh hoạ",
            reverse("messaging:demo-phone"),
            name,
        ),
        Step(
            "Xác nhận",
            "Bấm đường dẫn trong tin nhắn hoặc trả lời tin. Người sau không còn bị gọi nữa.",
            "Xem các cảnh báo",
            reverse("alerts:alerts"),
            name,
        ),
        Step(
            "Theo dõi đến khi xong",
            "Bảng điều hành cho biết ai đang không vui, ai đã được báo, ai đã đến.",
            "Mở bảng điều hành",
            reverse("board:live"),
            name,
        ),
    ]


def _dossier(watched: Counter) -> list[Step]:
    """From the number to the look-up, each step as the person whose work it is."""
    held = {Role(each.role): each for each in reversed(_people().filter(unit=watched.unit_id))}
    if not {Role.OFFICER, Role.SPECIALIST, Role.CENTRE_LEADER} <= held.keys():
        return []
    officer = held[Role.OFFICER].person.username
    return [
        Step(
            "Gọi số",
            "Cán bộ vào quầy rồi gọi người tiếp theo; màn hình sảnh đổi ngay.",
            "Mở trang gọi số",
            reverse("reception:desk"),
            officer,
        ),
        Step(
            "Nhận hồ sơ",
            "Quét thẻ, tìm thủ tục theo cách gọi thường ngày, đánh dấu giấy tờ, in giấy hẹn có "
            "mã QR.",
            "Nhận một hồ sơ",
            reverse("reception:receive"),
            officer,
        ),
        Step(
            "Giải quyết",
            "Việc đến hạn trước đứng trên. Mỗi bước một nút, mỗi ngày hẹn đều có lời giải thích.",
            "Mở việc của chuyên viên",
            reverse("dossiers:work"),
            held[Role.SPECIALIST].person.username,
        ),
        Step(
            "Tra cứu như người dân",
            "Bằng mã hồ sơ và bốn số cuối điện thoại, hoặc mã QR trên giấy hẹn.",
            "Mở trang tra cứu",
            reverse("portal:look_up"),
            officer,
        ),
        Step(
            "Dấu hiệu cần xem",
            "Bổ sung nhiều lần, gọi ngoài thứ tự, nằm lâu ở một bàn: mỗi dấu hiệu kèm bằng chứng.",
            "Mở trang của lãnh đạo",
            reverse("board:integrity", args=[held[Role.CENTRE_LEADER].unit_id]),
            held[Role.CENTRE_LEADER].person.username,
        ),
    ]


def personas() -> list[Persona]:
    """Every demonstration account with its role and unit; empty outside the demonstration."""
    if not settings.DEMONSTRATION:
        return []
    return [
        Persona(held.person.username, f"{Role(held.role).vietnamese}, {held.unit}")
        for held in _people()
    ]


def _watched() -> Counter | None:
    """The counter in front of which the demonstration's camera stands."""
    return Counter.objects.filter(devices__kind="camera", active=True).order_by("id").first()


def _people() -> RoleAssignmentQuerySet:
    held = RoleAssignment.objects.in_force().filter(person__demonstration=True)
    return held.select_related("person", "unit").order_by("unit_id", "id")


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as a demonstration account and go on to where the step leads."""
    if not settings.DEMONSTRATION:
        raise Http404
    person = get_object_or_404(
        Person, username=request.POST.get("username", ""), demonstration=True, is_active=True
    )
    login(request, person, backend=BACKEND)
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = reverse("home")
    return redirect(target)

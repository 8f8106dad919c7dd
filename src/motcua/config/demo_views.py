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
class Persona:
    """A demonstration account."""

    username: str
    label: str


def tour() -> list[Step]:
    """The steps through the main job; empty outside the demonstration."""
    if not settings.DEMONSTRATION:
        return []
    watched = Counter.objects.filter(devices__kind="camera", active=True).order_by("id").first()
    if watched is None:
        return []
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


def personas() -> list[Persona]:
    """Every demonstration account with its role and unit; empty outside the demonstration."""
    if not settings.DEMONSTRATION:
        return []
    return [
        Persona(held.person.username, f"{Role(held.role).vietnamese}, {held.unit}")
        for held in _people()
    ]


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

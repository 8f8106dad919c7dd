"""What a citizen does on the tablet: rate, add a reason, ask for help, leave the camera out.

Errors:
    TabletError            the message is for whoever stands at the tablet
    ├── LinkWorthless      the tablet's address is not, or no longer, that of a counter
    └── TooMany            more touches than people could make
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from motcua.kernel import audit, stream
from motcua.kernel.clock import now
from motcua.organisation.models import Counter
from motcua.organisation.permissions import Actor, authorise
from motcua.service_quality import exclusion, incidents, queue
from motcua.service_quality.models import (
    CounterNow,
    Face,
    Rating,
    RatingReason,
    RatingRemark,
    TabletLink,
    Visit,
)
from motcua.service_quality.rules import Cause

JUST_LEFT = dt.timedelta(minutes=3)
"""A citizen who rates after getting up still rates the visit that ended this recently."""
STILL_HERE = dt.timedelta(minutes=30)
"""A poor rating that was kept on a tablet for longer alarms nobody: its citizen has gone."""
OLDEST = dt.timedelta(days=7)
"""A rating kept on a tablet for longer is dated to when it arrived."""
TOUCHES_A_MINUTE = 12
LIVE_FOR = dt.timedelta(seconds=30)


class TabletError(ValueError):
    """Something the tablet cannot do now."""

    code = "tablet"


class LinkWorthless(TabletError):
    """The address opens no counter."""

    code = "tablet_link"


class TooMany(TabletError):
    """Somebody plays with the tablet, or a program does."""

    code = "too_many"


def rate(
    *,
    counter_id: int,
    key: uuid.UUID,
    face: Face,
    language: str,
    age: dt.timedelta,
    asked: uuid.UUID | None = None,
) -> Rating:
    """Keep one touch of a face; the same key is kept once. It cannot be changed afterwards.

    A poor rating opens an incident while its citizen is still there.

    Arguments:
        key: made on the tablet.
        age: how long ago the face was touched, by the tablet's own stop-watch, so that its
            clock need not be right.
        asked: the queue's turn for which the tablet asked, if it asked for one.

    Raises:
        TooMany: more than TOUCHES_A_MINUTE at this counter.
    """
    received_at = now()
    rated_at = _moment(age, received_at)
    with transaction.atomic():
        counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
        before = Rating.objects.filter(key=key).first()
        if before:
            return before
        _refuse_flood(counter, received_at)
        rating = Rating.objects.create(
            key=key,
            unit_id=counter.unit_id,
            counter=counter,
            visit_id=_visit_at(counter, rated_at),
            queue_visit_id=queue.turn_of_rating(counter.pk, rated_at, asked, JUST_LEFT),
            face=face,
            language=language,
            rated_at=rated_at,
            received_at=received_at,
        )
        stream.announce(
            channel=f"unit:{counter.unit_id}:board", kind="rating", data={"counter": counter.pk}
        )
        if face is Face.POOR and received_at - rated_at <= STILL_HERE:
            incidents.open_incident(
                counter_id=counter.pk,
                cause=Cause.POOR_RATING,
                key=f"rating:{key}",
                at=rated_at,
                visit_id=rating.visit_id,
            )
    return rating


def remark(*, counter_id: int, key: uuid.UUID, reasons: Sequence[str], comment: str) -> None:
    """Add reasons and words to a rating, once. Without a known rating nothing is kept."""
    with transaction.atomic():
        rating = Rating.objects.filter(key=key, counter_id=counter_id).first()
        offered = RatingReason.objects.filter(
            Q(unit=None) | Q(unit__counters=counter_id), code__in=list(reasons)
        ).values_list("code", flat=True)
        kept, words = sorted(offered), comment.strip()[:500]
        if rating is not None and (kept or words):
            RatingRemark.objects.get_or_create(
                rating=rating, defaults={"reasons": kept, "comment": words}
            )


def call_for_help(*, counter_id: int, key: uuid.UUID, age: dt.timedelta) -> None:
    """The citizen's discreet button. A call that comes too late is on record as one."""
    incidents.open_incident(
        counter_id=counter_id, cause=Cause.CITIZEN_BUTTON, key=f"help:{key}", at=_moment(age, now())
    )


def leave_camera_out(*, counter_id: int, age: dt.timedelta) -> None:
    """“Không dùng camera cho lượt này”: forget this visit and tell the camera.

    A choice that was kept on the tablet is about the visit of that moment, not about the
    one that is at the counter now.
    """
    actor = Actor.link(f"tablet:{counter_id}")
    if age <= LIVE_FOR:
        exclusion.exclude_current_visit(counter_id=counter_id, actor=actor)
        return
    visit = _visit_open_at(counter_id, _moment(age, now()), dt.timedelta())
    if visit is not None:
        exclusion.exclude_visit(
            visit_id=visit.pk,
            counter_id=counter_id,
            opened_at=visit.opened_at,
            actor=actor,
            taken=(
                visit.opened_at - exclusion.MARGIN,
                (visit.closed_at or now()) + exclusion.MARGIN,
            ),
        )


def tablet_address(*, actor: Actor, counter_id: int, renew: bool = False) -> str:
    """The token of the counter's tablet page, made on first use.

    Arguments:
        renew: make the old address worthless, for a tablet that was lost.

    Raises:
        Forbidden: the actor may not set up pages of this unit's counters.
    """
    with transaction.atomic():
        counter = Counter.objects.select_for_update(no_key=True).get(pk=counter_id)
        authorise(actor, "service_quality.edit_counter_pages", counter.unit_id)
        link, fresh = TabletLink.objects.get_or_create(
            counter=counter, defaults={"nonce": secrets.token_hex(16)}
        )
        if renew and not fresh:
            link.nonce, link.issued_at = secrets.token_hex(16), now()
            link.save()
        if renew or fresh:
            audit.record(
                action="tablet.issue_link",
                actor=actor.label,
                subject=f"counter:{counter_id}",
                unit_id=counter.unit_id,
            )
    return f"{counter_id}-{_signature(link)}"


def counter_of(token: str) -> Counter:
    """The counter whose tablet has this address.

    Raises:
        LinkWorthless: forged, renewed since, or the counter is closed down.
    """
    number, _, signature = token.partition("-")
    link = None
    if number.isascii() and number.isdigit() and len(number) < 12:
        found = TabletLink.objects.select_related("counter__unit")
        link = found.filter(counter_id=int(number), counter__active=True).first()
    if link is None or not hmac.compare_digest(signature.encode(), _signature(link).encode()):
        raise LinkWorthless("Địa chỉ này không còn dùng được. Xin báo cán bộ Trung tâm.")
    return link.counter


def _signature(link: TabletLink) -> str:
    text = f"{link.counter_id}:{link.nonce}"
    return salted_hmac("motcua.tablet", text, algorithm="sha256").hexdigest()[:32]


def _refuse_flood(counter: Counter, at: dt.datetime) -> None:
    lately = counter.ratings.filter(received_at__gt=at - dt.timedelta(minutes=1))
    if lately.count() >= TOUCHES_A_MINUTE:
        raise TooMany("Đã nhận nhiều đánh giá trong phút này. Xin đợi một phút.")


def _moment(age: dt.timedelta, at: dt.datetime) -> dt.datetime:
    """When a touch was made that is this old now; an age that cannot be is taken for none."""
    return at - age if dt.timedelta() <= age <= OLDEST else at


def _visit_open_at(counter_id: int, at: dt.datetime, grace: dt.timedelta) -> Visit | None:
    """The visit that went on at this moment, or ended within `grace` before it."""
    found = Visit.objects.filter(counter_id=counter_id, opened_at__lte=at)
    return found.filter(Q(closed_at=None) | Q(closed_at__gte=at - grace)).first()


def _visit_at(counter: Counter, at: dt.datetime) -> uuid.UUID | None:
    """The visit that a rating at this moment is about, unless it was rated or left out."""
    live = CounterNow.objects.filter(
        counter=counter, at__gte=at - LIVE_FOR, at__lte=at + LIVE_FOR, present=True
    ).first()
    visit_id = live.visit_id if live else None
    if visit_id is None:
        then = _visit_open_at(counter.pk, at, JUST_LEFT)
        visit_id = then.pk if then else None
    if visit_id is None:
        return None
    left_out = Visit.objects.filter(pk=visit_id, excluded_at__isnull=False).exists()
    if left_out or Rating.objects.filter(visit_id=visit_id).exists():
        return None
    return visit_id

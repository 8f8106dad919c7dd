"""Tickets, and the turns people had at the counters. Nothing here is about a person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from motcua.kernel.clock import now
from motcua.kernel.ids import new_id
from motcua.organisation.models import Counter, Device, Person, Unit
from motcua.reception.models.setup import Line, PriorityGroup
from motcua.reception.rules import STATE_NAMES, State


class Ticket(models.Model):
    """A place in the queue of one unit on one day.

    `key` is made where the number is taken, so that a request sent again takes no second one;
    it is also the address at which its holder follows the queue. `place` orders the queue: a
    transfer or a return after an absence keeps it. `holder` and `source` are keyed hashes of a
    cookie and of a network address that change every day; they hold back one who takes many
    numbers and lead to nobody.
    """

    class Origin(models.TextChoices):
        SCREEN = "screen", "Máy lấy số"
        PHONE = "phone", "Điện thoại"
        STAFF = "staff", "Cán bộ lấy giúp"

    key = models.UUIDField(unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tickets")
    day = models.DateField("ngày")
    letter = models.CharField(max_length=1)
    number = models.PositiveSmallIntegerField("số")
    line = models.ForeignKey(
        Line, on_delete=models.PROTECT, verbose_name="việc", related_name="tickets"
    )
    for_counter = models.ForeignKey(
        Counter, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    priority = models.ForeignKey(
        PriorityGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(max_length=10, choices=Origin.choices)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=2, default="vi")
    state = models.CharField(
        "trạng thái",
        max_length=10,
        choices=[(state.value, name) for state, name in STATE_NAMES.items()],
        default=State.WAITING,
    )
    taken_at = models.DateTimeField("lấy số lúc")
    place = models.DateTimeField()
    called_at = models.DateTimeField("gọi lần đầu lúc", null=True, blank=True)
    missed_at = models.DateTimeField("vắng mặt lúc", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=32, blank=True)
    demonstration = models.BooleanField("minh hoạ", default=False)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day", "letter", "number"], name="ticket_number_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["unit", "holder"],
                condition=Q(state__in=[State.WAITING, State.CALLED, State.SERVING]) & ~Q(holder=""),
                name="ticket_one_per_phone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit", "place", "id"],
                condition=Q(state=State.WAITING),
                name="ticket_waiting",
            ),
            models.Index(fields=["unit", "day", "state"], name="ticket_of_day"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As printed and called: A012."""
        return f"{self.letter}{self.number:03d}"


class Turn(models.Model):
    """One ticket at one counter, from the call until the next can be called.

    Its id is the visit's, to which ratings and camera readings attach. The database itself
    allows one open turn a counter and one a ticket.
    """

    class End(models.TextChoices):
        DONE = "done", "Xong"
        TRANSFERRED = "transferred", "Chuyển"
        NO_SHOW = "no_show", "Vắng mặt"
        LEFT = "left", "Bỏ về"
        FORGOTTEN = "forgotten", "Hết ngày chưa bấm xong"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="turns")
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="turns")
    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    priority = models.BooleanField()
    out_of_order = models.CharField("lý do gọi ngoài thứ tự", max_length=200, blank=True)
    called_at = models.DateTimeField("gọi lúc", default=now)
    calls = models.PositiveSmallIntegerField("số lần gọi", default=1)
    last_called_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField("bắt đầu", null=True, blank=True)
    ended_at = models.DateTimeField("xong", null=True, blank=True)
    end = models.CharField(max_length=12, choices=End.choices, blank=True)

    class Meta:
        ordering = ["-called_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["counter"], condition=Q(ended_at=None), name="turn_one_open_per_counter"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="turn_one_open_per_ticket"
            ),
        ]
        indexes = [
            models.Index(fields=["counter", "-called_at"], name="turn_of_counter"),
            models.Index(fields=["line", "-called_at"], name="turn_of_line"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.counter_id} {self.called_at:%H:%M}"


class Pause(models.Model):
    """A counter calls nobody for a while. One open pause a counter."""

    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="pauses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(default=now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["counter"], condition=Q(until=None), name="pause_one_open_per_counter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.counter_id} {self.since:%d/%m/%Y %H:%M}"


class NumberSeries(models.Model):
    """The last number given under a letter on a day; `spare` numbers are dealt out in blocks."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    letter = models.CharField(max_length=1)
    spare = models.BooleanField(default=False)
    last = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day", "letter", "spare"], name="series_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter}{self.last:03d} {self.day:%d/%m/%Y}"


class NumberBlock(models.Model):
    """Numbers that one ticket screen may give out by itself while it has no network.

    A block is dealt once and never again, even if the screen forgets it.
    """

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="number_blocks")
    day = models.DateField()
    letter = models.CharField(max_length=1)
    numbers = ArrayField(models.PositiveSmallIntegerField())
    dealt_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["device", "day"], name="block_of_device")]

    def __str__(self) -> str:
        return f"{self.letter} {self.numbers[0]}–{self.numbers[-1]}"

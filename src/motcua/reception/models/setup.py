"""What a unit sets for its queue: what people come for, who goes first, how long one waits."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from motcua.organisation.models import Field, Unit
from motcua.reception.rules import Weights


class QueueSettings(models.Model):
    """How the unit's queue works. A unit without a row has the defaults."""

    unit = models.OneToOneField(
        Unit, on_delete=models.CASCADE, primary_key=True, related_name="queue_settings"
    )
    priority_weight = models.PositiveSmallIntegerField(
        "số lượt ưu tiên liên tiếp",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text="Sau bấy nhiêu lượt ưu tiên, quầy gọi người chờ thường.",
    )
    ordinary_weight = models.PositiveSmallIntegerField(
        "rồi số lượt thường",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10)],
    )
    recalls = models.PositiveSmallIntegerField(
        "số lần gọi lại",
        default=2,
        validators=[MaxValueValidator(5)],
        help_text="Gọi lại đủ số lần mà không có người tới thì chỉ còn ghi vắng mặt.",
    )
    come_back_minutes = models.PositiveSmallIntegerField(
        "vắng mặt được quay lại trong (phút)",
        default=30,
        validators=[MaxValueValidator(240)],
        help_text="Trong thời gian này người vắng mặt quay lại vẫn giữ chỗ cũ.",
    )
    opens_before_minutes = models.PositiveSmallIntegerField(
        "phát số trước giờ mở cửa (phút)", default=30, validators=[MaxValueValidator(180)]
    )
    closes_before_minutes = models.PositiveSmallIntegerField(
        "thôi phát số trước giờ đóng cửa (phút)", default=15, validators=[MaxValueValidator(180)]
    )
    phone_tickets = models.BooleanField("lấy số bằng điện thoại", default=True)
    prints = models.BooleanField(
        "máy lấy số tự in phiếu", default=False, help_text="Bật khi máy lấy số có gắn máy in."
    )
    spoken = models.BooleanField(
        "đọc số bằng giọng nói",
        default=True,
        help_text="Khi máy ở sảnh có giọng tiếng Việt; chuông luôn kêu.",
    )

    def __str__(self) -> str:
        return f"Hàng chờ {self.unit}"

    @property
    def weights(self) -> Weights:
        return Weights(priority=self.priority_weight, ordinary=self.ordinary_weight)


class Line(models.Model):
    """One thing people come for: a field of work under a letter. Fields may share a letter."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="lines")
    field = models.ForeignKey(
        Field, on_delete=models.PROTECT, verbose_name="lĩnh vực", related_name="lines"
    )
    letter = models.CharField(
        "chữ đầu của số",
        max_length=1,
        validators=[RegexValidator("^[A-HJ-NP-Z]$", "Một chữ in hoa từ A đến Z, trừ I và O.")],
    )
    name = models.CharField("tên trên máy lấy số", max_length=60)
    name_en = models.CharField("tên tiếng Anh", max_length=60)
    examples = models.CharField(
        "ví dụ", max_length=120, blank=True, help_text="Ví dụ: khai sinh, kết hôn, khai tử."
    )
    examples_en = models.CharField("ví dụ tiếng Anh", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang phát số", default=True)

    class Meta:
        ordering = ["unit", "order", "letter", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "field"], name="line_once_per_field")
        ]

    def __str__(self) -> str:
        return f"{self.letter} – {self.name}"


class PriorityGroup(models.Model):
    """People who may go first, by their own word; switched off rather than removed."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="priority_groups")
    name = models.CharField("tên", max_length=60)
    name_en = models.CharField("tên tiếng Anh", max_length=60)
    source = models.CharField("căn cứ", max_length=300)
    certain = models.BooleanField("đã có văn bản", default=False)
    order = models.PositiveSmallIntegerField("thứ tự", default=0)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        ordering = ["unit", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="priority_group_once_per_unit")
        ]

    def __str__(self) -> str:
        return self.name

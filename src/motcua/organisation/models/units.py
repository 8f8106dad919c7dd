"""Units of the city, their departments, the fields of work, and counters."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models


class Unit(models.Model):
    """A ward, commune, special zone, or the city above them."""

    class Kind(models.TextChoices):
        CITY = "city", "Thành phố"
        WARD = "ward", "Phường"
        COMMUNE = "commune", "Xã"
        SPECIAL_ZONE = "special_zone", "Đặc khu"

    code = models.CharField("mã đơn vị hành chính", max_length=10, unique=True)
    name = models.CharField("tên", max_length=120)
    kind = models.CharField("loại", max_length=20, choices=Kind.choices)
    former_area = models.CharField("địa bàn trước 1/7/2025", max_length=80, blank=True)
    agency_id = models.CharField(
        "mã định danh điện tử",
        max_length=35,
        blank=True,
        help_text="Mã H29.x.y do thành phố cấp. Để trống khi chưa được cấp.",
    )
    address = models.CharField("địa chỉ Trung tâm", max_length=200, blank=True)
    hotline = models.CharField("số điện thoại tiếp dân", max_length=40, blank=True)
    source = models.CharField("nguồn", max_length=300, blank=True)
    active = models.BooleanField("đang dùng hệ thống", default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "đơn vị"

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """The name without its kind, as papers are dated: `Bình Tiên`. The city keeps its own."""
        if self.kind == self.Kind.CITY:
            return self.name
        return self.name.removeprefix(f"{self.get_kind_display()} ")


class Department(models.Model):
    """A part of a unit: the one-stop centre itself, or a professional unit in charge of fields."""

    class Kind(models.TextChoices):
        CENTRE = "centre", "Trung tâm Phục vụ hành chính công"
        PROFESSIONAL = "professional", "Phòng chuyên môn"
        OFFICE = "office", "Văn phòng"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="departments")
    name = models.CharField("tên", max_length=160)
    kind = models.CharField("loại", max_length=20, choices=Kind.choices)
    active = models.BooleanField("đang hoạt động", default=True)

    class Meta:
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="department_once_per_unit")
        ]

    def __str__(self) -> str:
        return self.name


class Field(models.Model):
    """A field of administrative work (lĩnh vực), such as hộ tịch or xây dựng."""

    code = models.SlugField("mã", max_length=40, unique=True)
    name = models.CharField("tên", max_length=120)
    active = models.BooleanField("đang dùng", default=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """A counter of the centre, the fields it serves and the department in charge of them."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="counters")
    number = models.PositiveSmallIntegerField("số quầy", validators=[MinValueValidator(1)])
    name = models.CharField("tên quầy", max_length=120)
    fields = models.ManyToManyField(Field, verbose_name="lĩnh vực", related_name="counters")
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        verbose_name="phòng chuyên môn phụ trách",
        related_name="counters",
    )
    region_x = models.FloatField("vùng quan sát: trái", default=0.0)
    region_y = models.FloatField("vùng quan sát: trên", default=0.0)
    region_width = models.FloatField(
        "vùng quan sát: rộng", default=1.0, validators=[MaxValueValidator(1.0)]
    )
    region_height = models.FloatField(
        "vùng quan sát: cao", default=1.0, validators=[MaxValueValidator(1.0)]
    )
    camera_enabled = models.BooleanField("bật camera đánh giá", default=True)
    active = models.BooleanField("đang hoạt động", default=True)

    class Meta:
        ordering = ["unit", "number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="counter_number_once_per_unit"),
            models.CheckConstraint(
                condition=models.Q(region_x__gte=0)
                & models.Q(region_y__gte=0)
                & models.Q(region_width__gt=0)
                & models.Q(region_height__gt=0)
                # Binary fractions: 0.1 + 0.9 must count as inside.
                & models.Q(region_x__lte=1.000001 - models.F("region_width"))
                & models.Q(region_y__lte=1.000001 - models.F("region_height")),
                name="counter_region_inside_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"Quầy {self.number} – {self.name}"

    @property
    def region(self) -> tuple[float, float, float, float]:
        """Region of interest as left, top, width, height in fractions of the picture."""
        return self.region_x, self.region_y, self.region_width, self.region_height

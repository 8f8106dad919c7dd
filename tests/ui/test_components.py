import json
from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from motcua.ui.icons import ICONS
from motcua.ui.moods import MOODS
from motcua.ui.plots import Plot, Series


def render(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ 1234567|number }}", "1.234.567"),
        ("{{ 2.5|number:1 }}", "2,5"),
        ("{{ 8000|money }}", "8.000\u00a0đồng"),
        ("{{ 118|percent_of:128 }}", "92%"),
        ("{{ 200|duration }}", "3 phút 20 giây"),
        ("{{ 0|working_days_left }}", "hết hạn hôm nay"),
        ("{{ none|day }} {{ none|clock }} {{ none|relative }}", "— — —"),
    ],
)
def test_filters_write_as_the_page_speaks(source, shown):
    assert render(source, none=None) == shown


def test_filters_follow_the_language_of_the_page():
    with translation.override("en"):
        assert render("{{ 1234567|number }} {{ 200|duration }}") == "1,234,567 3 minutes 20 seconds"


def test_moments_are_shown_in_local_time_and_told_to_machines():
    moment = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
    shown = render("{{ moment|day }} {{ moment|clock }}", moment=moment)
    assert '<time datetime="2026-11-24">24/11/2026</time>' in shown
    assert ">01:30</time>" in shown
    now = moment + timedelta(minutes=5)
    assert "5 phút trước" in render("{{ moment|relative:now }}", moment=moment, now=now)


@pytest.mark.parametrize("code", MOODS)
def test_a_mood_is_said_by_outline_and_word_and_not_by_colour_alone(code):
    shown = render("{% mood code %}", code=code)
    assert MOODS[code].label in shown
    assert 'class="outline"' in shown
    assert 'aria-hidden="true"' in shown


def test_no_two_moods_share_a_face_or_a_word():
    assert len({mood.face for mood in MOODS.values()}) == len(MOODS)
    assert len({mood.label for mood in MOODS.values()}) == len(MOODS)
    outlines = [mood.face.split("/>")[0] for mood in MOODS.values()]
    assert len(set(outlines)) == 4, "only the two good moods share an outline"


@pytest.mark.parametrize(
    "source",
    [
        '{% icon "unheard-of" %}',
        '{% mood "angry" %}',
        '{% mood_face "angry" %}',
        '{% badge "Mới" "red" %}',
        '{% notice "red" %}x{% endnotice %}',
        '{% stat "Hài lòng" 3 "" %}',
    ],
)
def test_a_name_that_does_not_exist_is_found_when_the_page_is_rendered(source):
    with pytest.raises(TemplateSyntaxError):
        render(source)


def test_every_icon_is_a_path_on_a_24_by_24_canvas():
    for name in ICONS:
        shown = render("{% icon name %}", name=name)
        assert 'viewBox="0 0 24 24"' in shown
        assert "<path" in shown


def test_what_people_typed_is_never_markup():
    nasty = "<script>x</script>"
    source = (
        "{% badge nasty %}{% mood 'happy' label=nasty %}{% stat nasty nasty nasty %}"
        "{% notice 'info' nasty %}{{ nasty }}{% endnotice %}{% empty_state nasty nasty %}"
        "{% qr nasty nasty %}{% confirm nasty nasty nasty nasty field=nasty %}"
    )
    shown = render(source, nasty=nasty)
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_figure_shows_its_denominator_and_says_when_there_are_too_few_data():
    shown = render('{% stat "Hài lòng" value "3 lượt, tháng 11" "%" %}', value=None)
    assert "Không đủ dữ liệu" in shown
    assert "3 lượt, tháng 11" in shown
    assert "%" not in shown.split("stat__value")[1].split("stat__basis")[0]
    assert "3,5" in render('{% stat "Phản hồi" 3.5 "17 sự việc" "phút" %}')


def test_pages_of_a_list_keep_the_filter_in_the_address():
    request = RequestFactory().get("/", {"quay": "2", "trang": "7"})
    page = Paginator(range(1234), 20).get_page(7)
    shown = render('{% pagination page "sự việc" %}', page=page, request=request)
    assert 'href="?quay=2&amp;trang=8"' in shown
    assert "121–140 trong 1.234 sự việc" in " ".join(shown.split())
    assert shown.count('aria-current="page"') == 1


def test_one_page_shows_its_count_and_no_links():
    request = RequestFactory().get("/")
    page = Paginator(range(3), 20).get_page(1)
    shown = render("{% pagination page %}", page=page, request=request)
    assert "1–3 trong 3" in shown
    assert "<a " not in shown


def test_confirming_posts_with_the_token_and_the_fields():
    shown = render(
        '{% confirm "/thu-hoi/" "Thu hồi" "Máy sẽ ngừng." "Thu hồi ngay" danger=True device=7 %}',
        csrf_token="dấu",
    )
    assert '<form method="post" action="/thu-hoi/">' in shown
    assert 'name="device" value="7"' in shown
    assert 'name="csrfmiddlewaretoken" value="dấu"' in shown
    assert "button--danger" in shown


def test_a_live_part_names_its_kinds_and_where_to_fetch_itself():
    shown = render('<p {% live "incident message" url %}>', url="/bang/?a=1&b=2")
    assert 'data-live="incident message"' in shown
    assert 'hx-get="/bang/?a=1&amp;b=2"' in shown
    assert 'hx-trigger="live"' in shown


class Sample(forms.Form):
    phone = forms.RegexField(
        r"^0\d{9}$",
        label="Số điện thoại",
        help_text="10 chữ số.",
        error_messages={"invalid": "Sai."},
    )
    day = forms.DateField(label="Ngày hẹn", required=False)
    kind = forms.ChoiceField(
        choices=(("a", "A"), ("b", "B")), widget=forms.RadioSelect, label="Loại"
    )
    agreed = forms.BooleanField(label="Đồng ý")

    def clean(self):
        raise forms.ValidationError("Hai mục không khớp nhau.")


def test_a_refused_form_keeps_what_was_typed_and_says_what_is_wrong():
    shown = Sample({"phone": "09-1", "day": "24/11/2026"}).render()
    assert 'value="09-1"' in shown
    assert 'value="24/11/2026"' in shown
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in shown
    assert 'id="id_phone_helptext"' in shown
    assert 'id="id_phone_error"' in shown
    assert 'aria-invalid="true"' in shown


def test_the_error_summary_leads_to_every_wrong_field_and_comes_first():
    shown = Sample({"phone": "09-1"}).render()
    summary, rest = shown.split('class="field', 1)
    assert "Hai mục không khớp nhau." in summary
    assert 'role="alert"' in summary
    for target in ("id_phone", "id_kind_0", "id_agreed"):
        assert f'href="#{target}"' in summary
        assert f'id="{target}"' in rest


def test_an_untouched_form_accuses_nobody_and_marks_what_is_optional():
    shown = Sample().render()
    assert "error-summary" not in shown
    assert "aria-invalid" not in shown
    assert shown.count("(không bắt buộc)") == 1


def test_a_group_of_choices_has_a_legend_and_a_single_one_a_label_around_it():
    shown = Sample().render()
    assert "<legend" in shown.split('name="kind"')[0]
    assert '<label for="id_agreed">' in shown


def test_a_day_is_read_with_the_day_before_the_month():
    form = Sample({"phone": "0901234567", "day": "05/11/2026", "kind": "a", "agreed": "on"})
    form.is_valid()
    assert form.cleaned_data["day"].isoformat() == "2026-11-05"


def plot(**changes):
    start = datetime(2026, 11, 23, 1, tzinfo=UTC)
    given = {
        "id": "p",
        "title": "Lúc nào đông nhất?",
        "kind": "line",
        "x": [start + timedelta(hours=hour) for hour in range(3)],
        "unit": "lượt",
        "series": [Series("Quầy 1", [1, None, 2500], low=[0, None, 2000], high=[2, None, 3000])],
    }
    return Plot(**given | changes)


def test_the_table_behind_a_plot_says_the_same_as_the_picture():
    table = plot().table()
    assert table["headings"] == ["Lúc", "Quầy 1 (lượt)", "Khoảng của Quầy 1"]
    assert table["rows"] == [
        ("23/11/2026 08:00", ["1", "0–2"]),
        ("23/11/2026 09:00", ["không đủ dữ liệu", "—"]),
        ("23/11/2026 10:00", ["2.500", "2.000–3.000"]),
    ]
    assert plot().as_data()["series"][0]["values"] == [1, None, 2500]


def test_a_plot_whose_series_do_not_fit_is_refused():
    with pytest.raises(ValueError, match="does not fit"):
        plot(series=[Series("Quầy 1", [1, 2])])


def test_an_empty_plot_still_renders():
    shown = render("{% plot p %}", p=plot(x=[], series=[Series("Quầy 1", [])]))
    assert "Lúc nào đông nhất?" in shown


def test_the_data_of_a_plot_cannot_close_their_script():
    shown = render("{% plot p %}", p=plot(title="</script><b>"))
    assert "</script><b>" not in shown
    body = shown.split('type="application/json">')[1].split("</script>")[0]
    assert json.loads(body)["title"] == "</script><b>"


def test_moods_in_bars_take_their_own_colours_and_only_the_worst_is_hatched():
    data = plot(
        series=[Series("a", [1, 2, 3], mood="dissatisfied"), Series("b", [1, 2, 3], mood="happy")]
    ).as_data()
    assert [s["colour"] for s in data["series"]] == [
        "--plot-mood-dissatisfied",
        "--plot-mood-happy",
    ]
    assert [s["hatched"] for s in data["series"]] == [True, False]

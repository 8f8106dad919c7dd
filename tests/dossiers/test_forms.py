"""The official forms: every fact stands on the paper, whatever the facts are."""

from __future__ import annotations

import dataclasses
import datetime as dt
import unicodedata
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.dossiers import forms
from motcua.dossiers.forms import (
    ApologyFacts,
    Applicant,
    ControlSheetFacts,
    DecisionFacts,
    FeeLine,
    FeeReceiptFacts,
    HopLine,
    MissingItem,
    Office,
    PaperLine,
    Reason,
    ReceiptFacts,
    RefusalFacts,
    RegisterFacts,
    RegisterRow,
    Signer,
    StopFacts,
    SupplementFacts,
    Timeliness,
    TrueCopyFacts,
)
from motcua.dossiers.forms.writing import date_words, money_words, number_words, place_and_date
from motcua.kernel.clock import CITY

AT = dt.datetime(2026, 11, 23, 9, 5, tzinfo=CITY)
LATER = AT + dt.timedelta(days=5)
URL = "https://motcua.example/tra-cuu/q/Zq3vB0a8TtY2kLm"
OFFICE = Office(
    superior="Uỷ ban nhân dân phường Bình Tiên",
    name="Trung tâm Phục vụ hành chính công",
    place="Bình Tiên",
    phone="028 0000 0000",
)
PERSON = Applicant(name="Nguyễn Thị Ví Dụ", address="12 Bãi Sậy", phone="090***0000")
SIGNER = Signer(capacity=("KT. Chủ tịch", "Phó Chủ tịch"), name="Phạm Thị Mẫu")
HEAD = {"office": OFFICE, "issued_at": AT, "code": "H29.99.01-261123-0007", "number": "12/GTN"}

ALL = [
    ReceiptFacts(
        **HEAD,
        applicant=PERSON,
        subject="Đăng ký khai sinh",
        papers=(PaperLine(name="Tờ khai", copies=1, form="bản chính"),),
        received_at=AT,
        promised_at=LATER,
        look_up_url=URL,
    ),
    SupplementFacts(
        **HEAD,
        applicant=PERSON,
        subject="Đăng ký khai sinh",
        items=(MissingItem(what="Giấy chứng sinh", why="Thiếu dấu", how="Mang bản chính"),),
        look_up_url=URL,
    ),
    RefusalFacts(
        **HEAD,
        applicant=PERSON,
        subject="Đăng ký khai sinh",
        reasons=(Reason(text="Không thuộc thẩm quyền", basis="Luật Hộ tịch"),),
        signer=SIGNER,
    ),
    ApologyFacts(
        **HEAD,
        applicant=PERSON,
        subject="Cấp giấy phép xây dựng",
        received_at=AT,
        promised_at=LATER,
        new_promised_at=LATER + dt.timedelta(days=3),
        reason="Chờ ý kiến phối hợp.",
        signer=SIGNER,
        recipients=("Phòng Kinh tế",),
    ),
    StopFacts(
        **HEAD,
        applicant=PERSON,
        subject="Cấp giấy phép xây dựng",
        received_at=AT,
        asked_by="Bà Ví Dụ",
        asked_at=LATER,
        stage="Đang thẩm định",
        decision="Dừng theo đề nghị",
        refund="Không hoàn",
        returned=("Bản vẽ",),
        signer=SIGNER,
    ),
    ControlSheetFacts(
        **HEAD,
        applicant=PERSON,
        subject="Cấp giấy phép xây dựng",
        in_charge="Phòng Kinh tế",
        hops=(HopLine(from_party="Một cửa", to_party="Phòng", at=AT, timeliness=Timeliness.LATE),),
    ),
    RegisterFacts(
        **HEAD,
        book="01/2026",
        period="tháng 11",
        rows=(RegisterRow(order=1, code="H29.99.01-261123-0001", subject="KS", applicant="A"),),
    ),
    FeeReceiptFacts(
        **HEAD,
        applicant=PERSON,
        subject="Chứng thực",
        lines=(FeeLine(name="Bản sao", kind="Phí", amount=8000),),
        paid_at=AT,
    ),
    DecisionFacts(
        **HEAD, title="Quyết định", articles=("Đồng ý.",), authority="Chủ tịch", signer=SIGNER
    ),
    TrueCopyFacts(**HEAD, what="Bằng tốt nghiệp", pages=2, signer=SIGNER),
]


def made(facts: forms.Form) -> bytes:
    name = type(facts).template
    return getattr(forms, f"make_{name}")(facts)


def words_on(page: pypdfium2.PdfPage) -> str:
    found = unicodedata.normalize("NFC", page.get_textpage().get_text_range())
    return " ".join(found.split())


def text_of(pdf: bytes) -> str:
    return " ".join(words_on(page) for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize("facts", ALL, ids=lambda facts: facts.template)
def test_a_form_is_archival_and_says_what_it_is_for_whom_and_from_whom(facts: forms.Form) -> None:
    pdf = made(facts)
    text = text_of(pdf)
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert OFFICE.name.upper() in text
    assert "12/GTN" in text
    if facts.template not in {"decision", "register", "true_copy"}:
        assert facts.code in text
        assert PERSON.name in text
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert PdfFileReader(BytesIO(pdf)).root["/Type"] == "/Catalog"


@pytest.mark.parametrize("facts", ALL, ids=lambda facts: facts.template)
def test_the_mark_of_demonstration_data_stands_on_every_page_that_carries_them(
    facts: forms.Form,
) -> None:
    marked = pypdfium2.PdfDocument(made(dataclasses.replace(facts, demonstration=True)))
    for page in marked:
        assert "MINH HOẠ" in words_on(page)
    assert "MINH HOẠ" not in text_of(made(dataclasses.replace(facts, demonstration=False)))


def test_the_receipt_has_two_copies_each_with_a_code_that_a_phone_reads() -> None:
    document = pypdfium2.PdfDocument(made(ALL[0]))
    assert len(document) == 2
    for page in document:
        picture = page.render(scale=2).to_pil()
        (code,) = zxingcpp.read_barcodes(picture)
        assert code.text == URL
    text = text_of(made(ALL[0]))
    assert "giao cho người nộp hồ sơ" in text
    assert "lưu cùng hồ sơ" in text
    assert text.count("Người nộp hồ sơ".upper()) == 2
    assert "17 giờ" not in text
    assert "09 giờ 05 phút, ngày 28 tháng 11 năm 2026" in text


def test_forty_papers_and_a_very_long_name_leave_nothing_out_and_nothing_over_the_edge() -> None:
    name = "Công Tằng Tôn Nữ Hoàng Thị Phương Thảo " * 4
    papers = tuple(PaperLine(name=f"Giấy tờ dài số {n} " + "rất dài " * 12) for n in range(40))
    facts = dataclasses.replace(
        ALL[0], papers=papers, applicant=dataclasses.replace(PERSON, name=name.strip())
    )
    document = pypdfium2.PdfDocument(made(facts))
    text = text_of(made(facts))
    assert all(f"Giấy tờ dài số {n} " in text for n in range(40))
    assert text.count(name.strip()) == 4  # in the text and under the signature, twice
    for page in document:
        width, _ = page.get_size()
        left = 85 - 1
        right = width - 42.5 + 3
        letters = page.get_textpage()
        boxes = [letters.get_charbox(i) for i in range(letters.count_chars())]
        inside = [box for box in boxes if box[2] > box[0]]
        assert all(left <= box[0] and box[2] <= right for box in inside)


def test_what_is_not_known_is_left_to_be_filled_in_by_hand() -> None:
    facts = ReceiptFacts(
        office=Office(superior="", name="TTPVHCC", place=""),
        issued_at=AT,
        applicant=Applicant(name=""),
        subject="",
        received_at=AT,
    )
    text = text_of(made(facts))
    assert "Email: . . . ." in text
    assert "None" not in text
    assert "Ngày 23 tháng 11 năm 2026" in text


def test_a_control_sheet_repeats_its_header_on_every_page_and_keeps_the_order() -> None:
    hops = tuple(
        HopLine(from_party=f"Bên giao {n}.", to_party="Bên nhận", at=AT) for n in range(1, 61)
    )
    facts = ControlSheetFacts(
        **HEAD, applicant=PERSON, subject="GPXD", in_charge="Phòng", hops=hops
    )
    document = pypdfium2.PdfDocument(made(facts))
    assert len(document) >= 3
    for page in document:
        assert "Thời gian giao" in unicodedata.normalize(
            "NFC", page.get_textpage().get_text_range()
        )
    text = text_of(made(facts))
    places = [text.index(f"Bên giao {n}.") for n in range(1, 61)]
    assert places == sorted(places)


def test_a_register_of_three_hundred_rows_is_landscape_and_whole() -> None:
    rows = tuple(
        RegisterRow(order=n, code=f"H29.99.01-261123-{n:04d}", subject="Khai sinh", applicant="A")
        for n in range(1, 301)
    )
    document = pypdfium2.PdfDocument(
        made(RegisterFacts(**{**HEAD, "code": ""}, book="01/2026", period="", rows=rows))
    )
    width, height = document[0].get_size()
    assert width > height
    letters = "".join(
        page.get_textpage().get_text_range().replace("\u200b", "") for page in document
    )
    joined = "".join(letters.split())
    assert all(f"261123-{n:04d}" in joined for n in range(1, 301))


def test_a_fee_of_nought_is_a_receipt_too_and_no_form_of_the_one_stop() -> None:
    facts = FeeReceiptFacts(
        **HEAD,
        applicant=PERSON,
        subject="Khai sinh",
        lines=(FeeLine(name="Lệ phí", kind="Lệ phí", amount=0, exemption="nộp trực tuyến"),),
        paid_at=AT,
    )
    text = text_of(made(facts))
    assert "0 đồng" in text
    assert "Không đồng" in text
    assert "miễn: nộp trực tuyến" in text
    assert "không thuộc các mẫu 01–07" in text


def test_a_sample_result_says_across_the_page_that_it_is_one() -> None:
    facts = DecisionFacts(
        **HEAD,
        title="Giấy khai sinh",
        fields=(("Họ, chữ đệm, tên", "NGUYỄN VĂN VÍ DỤ"), ("Dân tộc", "")),
        signer=SIGNER,
        sample=True,
    )
    assert "MẪU MINH HOẠ" in text_of(made(facts))
    assert "không có giá trị pháp lý" in text_of(made(facts))


def test_the_place_to_sign_lies_between_the_capacity_and_the_name() -> None:
    decision = next(facts for facts in ALL if facts.template == "decision")
    place = forms.signing_place(decision)
    assert place is not None
    page = pypdfium2.PdfDocument(made(decision))[place.page]
    letters = page.get_textpage()
    above = letters.search("PHÓ CHỦ TỊCH").get_next()
    below = letters.search(SIGNER.name).get_next()
    assert above
    assert below
    assert letters.get_charbox(above[0])[1] >= place.y + place.height
    assert letters.get_charbox(below[0])[3] <= place.y
    assert forms.signing_place(ALL[0]) is None


ANY_TEXT = st.text(max_size=60)


@settings(max_examples=25)
@given(data=st.data())
def test_any_facts_make_a_paper(data: st.DataObject) -> None:
    say = lambda: data.draw(ANY_TEXT)  # noqa: E731 - a short word for a long list
    applicant = Applicant(name=say(), address=say(), phone=say(), email=say(), acting_for=say())
    head = {
        "office": Office(superior=say(), name=say(), place=say(), phone=say()),
        "issued_at": AT,
        "code": say(),
        "number": say(),
    }
    facts = data.draw(
        st.sampled_from(
            [
                ReceiptFacts(
                    **head,
                    applicant=applicant,
                    subject=say(),
                    papers=tuple(
                        PaperLine(name=say()) for _ in range(data.draw(st.integers(0, 3)))
                    ),
                    received_at=AT,
                    fees=say(),
                    look_up_url=say(),
                ),
                SupplementFacts(
                    **head, applicant=applicant, subject=say(), items=(MissingItem(what=say()),)
                ),
                StopFacts(
                    **head,
                    applicant=applicant,
                    subject=say(),
                    received_at=None,
                    asked_by=say(),
                    asked_at=None,
                    stage=say(),
                    decision=say(),
                    signer=Signer(capacity=(say(),), name=say()),
                ),
                ControlSheetFacts(
                    **head,
                    applicant=applicant,
                    subject=say(),
                    in_charge=say(),
                    hops=(HopLine(from_party=say(), to_party=say(), at=AT, note=say()),),
                ),
                DecisionFacts(
                    **head,
                    title=say(),
                    paragraphs=(say(),),
                    signer=Signer(capacity=(say(),), name=say()),
                ),
            ]
        )
    )
    assert made(facts).startswith(b"%PDF-")


def test_words_that_look_like_markup_are_words() -> None:
    odd = '#panic("x") *đậm* _nghiêng_ $x$ @ref <nhãn> [ngoặc] \\ // `mã`'
    text = text_of(made(dataclasses.replace(ALL[0], subject=odd)))
    assert odd in text


def test_letters_that_no_font_has_are_printed_as_boxes_rather_than_not_at_all() -> None:
    facts = dataclasses.replace(ALL[0], subject="Khai sinh 😀 漢字")
    assert "Khai sinh" in text_of(made(facts))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (55, "năm mươi lăm"),
        (105, "một trăm linh năm"),
        (1005, "một nghìn không trăm linh năm"),
        (10_000, "mười nghìn"),
        (1_250_000, "một triệu hai trăm năm mươi nghìn"),
        (2_000_000_015, "hai tỷ không trăm mười lăm"),
        (1_000_000_000_000, "một nghìn tỷ"),
    ],
)
def test_numbers_are_read_as_people_read_them(number: int, words: str) -> None:
    assert number_words(number) == words


@given(st.integers(0, 10**13), st.integers(0, 10**13))
def test_two_amounts_are_never_read_alike(first: int, second: int) -> None:
    assert (number_words(first) == number_words(second)) is (first == second)


def test_nothing_is_paid_below_nought() -> None:
    with pytest.raises(ValueError, match="words"):
        number_words(-1)
    assert money_words(8000) == "Tám nghìn đồng"


def test_days_and_the_first_two_months_have_two_digits() -> None:
    assert date_words(dt.date(2026, 2, 5)) == "ngày 05 tháng 02 năm 2026"
    assert date_words(dt.date(2026, 10, 15)) == "ngày 15 tháng 10 năm 2026"
    # 23:30 in London is already the next day here.
    late = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
    assert place_and_date("Bình Tiên", late) == "Bình Tiên, ngày 23 tháng 11 năm 2026"

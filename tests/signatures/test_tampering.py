"""Every way we know to change a signed file without its owner: none passes as valid."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from motcua.signatures.verdicts import State, Verdict
from motcua.signatures.verification import examine
from tests.signatures.factories import NOW, a_paper, issued, signed, trust_in

GOOD = {State.VALID, State.REVOCATION_UNKNOWN, State.UNTRUSTED, State.EXPIRED}
RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)")


@cache
def original() -> bytes:
    return signed(a_paper(pages=2), issued("Nguyễn Văn A"))


@cache
def twice_signed() -> bytes:
    return signed(original(), issued("UBND Phường Thử"), field="CoQuan")


def verdict(document: bytes) -> Verdict:
    return examine(document, trust=trust_in(), at=NOW)


def test_the_untouched_file_is_valid() -> None:
    assert verdict(original()).state is State.VALID
    assert verdict(twice_signed()).state is State.VALID


@settings(max_examples=150)
@given(data=st.data())
def test_no_byte_of_the_signed_part_can_change(data: st.DataObject) -> None:
    document = bytearray(data.draw(st.sampled_from([original(), twice_signed()])))
    start, length, second, rest = map(int, RANGE.search(document).groups())
    first = data.draw(st.booleans())
    place = data.draw(
        st.integers(start, start + length - 1) if first else st.integers(second, second + rest - 1)
    )
    document[place] ^= data.draw(st.integers(1, 255))
    found = verdict(bytes(document))
    assert found.state not in GOOD
    assert found.state is not State.NO_SIGNATURE


@settings(max_examples=40)
@given(data=st.data())
def test_no_byte_of_the_signature_itself_can_change_to_another_valid_one(
    data: st.DataObject,
) -> None:
    document = bytearray(original())
    start, length, second, _ = map(int, RANGE.search(document).groups())
    inside = bytes.fromhex(document[start + length + 1 : second - 1].decode())
    size = int.from_bytes(inside[2:4], "big") + 4  # DER's own length; zeros fill up the rest
    place = data.draw(st.integers(0, size - 1))
    changed = bytearray(inside)
    changed[place] ^= data.draw(st.integers(1, 255))
    document[start + length + 1 : second - 1] = changed.hex().encode()
    found = verdict(bytes(document))
    # Certificates beside the signer's own are not signed: what counts is the answer's honesty.
    if found.state is State.VALID:
        assert found.signatures[0].signer == "Nguyễn Văn A"
        assert found.signatures[0].serial == verdict(original()).signatures[0].serial


def numbers(*values: int) -> generic.ArrayObject:
    return generic.ArrayObject(map(generic.NumberObject, values))


def update(document: bytes, change: str) -> bytes:
    """An incremental update, as a person with an editor would append it."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    page_ref, _ = writer.find_page_for_modification(0)
    page = page_ref.get_object()
    if change == "other words on the page":
        stream = generic.StreamObject(stream_data=b"BT /F1 20 Tf 100 500 Td (5.000.000) Tj ET")
        page["/Contents"] = writer.add_object(stream)
        writer.update_container(page)
    elif change == "words added to the page":
        stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 90 90 200 200 re f Q")
        old = page.raw_get("/Contents")
        page["/Contents"] = generic.ArrayObject([old, writer.add_object(stream)])
        writer.update_container(page)
    elif change == "a note over the page":
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (90, 90, 300, 200))
                ),
                pdf_name("/Contents"): generic.TextStringObject("Đã duyệt"),
            }
        )
        marks = page.get("/Annots", generic.ArrayObject())
        page["/Annots"] = generic.ArrayObject([*marks, writer.add_object(note)])
        writer.update_container(page)
    elif change == "a page added":
        copied = generic.DictionaryObject(
            {key: page.raw_get(key) for key in page if key != "/Annots"}
        )
        pages = writer.root["/Pages"]
        pages["/Kids"].append(writer.add_object(copied))
        pages["/Count"] = generic.NumberObject(int(pages["/Count"]) + 1)
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)
    elif change == "a page taken away":
        pages = writer.root["/Pages"]
        del pages["/Kids"][-1]
        pages["/Count"] = generic.NumberObject(int(pages["/Count"]) - 1)
        writer.update_container(pages["/Kids"])
        writer.update_container(pages)
    elif change == "a script that runs on opening":
        writer.root["/OpenAction"] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.TextStringObject("app.alert('x')"),
            }
        )
        writer.update_root()
    elif change == "the signature taken off the form":
        del writer.root["/AcroForm"]
        writer.update_root()
    elif change == "the signature's picture swapped":
        form = writer.root["/AcroForm"]
        mark = form["/Fields"][0].get_object()
        stream = generic.StreamObject(
            {
                pdf_name("/Type"): pdf_name("/XObject"),
                pdf_name("/Subtype"): pdf_name("/Form"),
                pdf_name("/BBox"): numbers(0, 0, 9, 9),
            },
            stream_data=b"0 1 0 rg 0 0 9 9 re f",
        )
        mark["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(stream)})
        writer.update_container(mark)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


CHANGES = {
    "other words on the page": "Nội dung trang 1 khác",
    "words added to the page": "Nội dung trang 1 khác",
    "a note over the page": "thêm 1 ghi chú",
    "a page added": "Thêm 1 trang",
    "a page taken away": "Bỏ 1 trang",
    "a script that runs on opening": "",
    "the signature taken off the form": "",
    "the signature's picture swapped": "",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("times", [1, 2], ids=["signed once", "signed and sealed"])
def test_what_is_appended_after_signing_is_found_and_named(change: str, times: int) -> None:
    changed = update(original() if times == 1 else twice_signed(), change)
    found = verdict(changed)
    assert found.state is State.CHANGED
    if CHANGES[change]:
        last = found.signatures[-1]
        assert any(CHANGES[change] in words for words in last.added)


def test_a_change_between_signature_and_seal_spoils_the_signature_not_the_seal() -> None:
    changed = update(original(), "other words on the page")
    found = verdict(signed(changed, issued("UBND Phường Thử"), field="CoQuan"))
    assert [facts.state for facts in found.signatures] == [State.CHANGED, State.VALID]
    assert found.state is State.CHANGED


def test_a_shadow_prepared_before_signing_and_turned_over_after_it_is_found() -> None:
    """Hide: content waits in the file before signing, and an update makes it the page's."""
    writer = IncrementalPdfFileWriter(BytesIO(a_paper()))
    hidden = writer.add_object(
        generic.StreamObject(stream_data=b"BT /F1 20 Tf 100 500 Td (Dong y) Tj ET")
    )
    # Referred to from an innocent place, so that no cleaner removes it.
    writer.root["/PieceInfo"] = generic.DictionaryObject({pdf_name("/X"): hidden})
    writer.update_root()
    prepared = BytesIO()
    writer.write(prepared)
    innocent = signed(prepared.getvalue(), issued("Nguyễn Văn A"))
    assert verdict(innocent).state is State.VALID

    attack = IncrementalPdfFileWriter(BytesIO(innocent))
    page_ref, _ = attack.find_page_for_modification(0)
    page = page_ref.get_object()
    page["/Contents"] = generic.IndirectObject(hidden.idnum, hidden.generation, attack)
    attack.update_container(page)
    out = BytesIO()
    attack.write(out)
    assert verdict(out.getvalue()).state is State.CHANGED


def test_an_incremental_saving_attack_that_redefines_an_object_is_found() -> None:
    """An update rewrites the page's own content stream under its old number."""
    writer = IncrementalPdfFileWriter(BytesIO(original()))
    page_ref, _ = writer.find_page_for_modification(0)
    content = page_ref.get_object().raw_get("/Contents")
    forged = generic.StreamObject(stream_data=b"BT /F1 20 Tf 100 500 Td (Dong y) Tj ET")
    writer.objects[(content.generation, content.idnum)] = forged
    out = BytesIO()
    writer.write(out)
    assert verdict(out.getvalue()).state is State.CHANGED


def test_a_signature_moved_onto_another_file_does_not_hold() -> None:
    """The signature of one file pasted into another that differs by a few bytes."""
    other = bytearray(original())
    at = other.index(b"/Type")
    other[at + 1 : at + 5] = b"Tyqe"
    assert verdict(bytes(other)).state in {State.CHANGED, State.BROKEN}


@pytest.mark.parametrize("name", [b"/DocTimeStamp", b"/Sjg", b"/Sig2"])
def test_a_signature_that_is_renamed_to_something_else_does_not_vanish(name: bytes) -> None:
    renamed = original().replace(b"/Type /Sig\n", b"/Type " + name + b"\n")
    renamed = renamed.replace(b"/Type/Sig", b"/Type" + name)
    assert renamed != original()
    assert verdict(renamed).state not in {*GOOD, State.NO_SIGNATURE}


def test_a_signature_emptied_out_does_not_hold() -> None:
    start, length, second, _ = map(int, RANGE.search(original()).groups())
    empty = bytearray(original())
    empty[start + length + 1 : second - 1] = b"0" * (second - start - length - 2)
    assert verdict(bytes(empty)).state is State.BROKEN


def test_a_byte_range_that_leaves_a_hole_for_other_content_does_not_hold() -> None:
    """Universal forgery: the range no longer covers all but the signature."""
    found = RANGE.search(original())
    start, length, second, rest = map(int, found.groups())
    holed = f"/ByteRange [{start} {length - 10} {second} {rest}".encode().ljust(len(found.group(0)))
    changed = original().replace(found.group(0), holed)
    assert verdict(changed).state in {State.CHANGED, State.BROKEN}


def test_cutting_the_file_back_to_before_the_seal_leaves_a_file_without_seal() -> None:
    found = verdict(twice_signed()[: len(original())])
    assert found.state is State.VALID
    assert [facts.field for facts in found.signatures] == ["NguoiKy1"]


def test_bytes_after_the_end_are_found_but_an_empty_line_is_none() -> None:
    found = verdict(original() + b"\nPK mot tep khac")
    assert found.state is State.CHANGED
    assert "byte thêm vào sau chỗ kết thúc" in found.reasons[0]
    assert verdict(original() + b"\r\n").state is State.VALID

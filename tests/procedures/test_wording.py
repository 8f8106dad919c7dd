"""Differences are marked where they are, and lose nothing."""

from hypothesis import given
from hypothesis import strategies as st

from motcua.procedures.wording import Piece, pieces

LINES = st.lists(st.text("ab ", max_size=12), max_size=6).map("\n".join)


def test_a_changed_word_is_marked_and_the_sentence_around_it_stays() -> None:
    assert pieces("thu 8.000 đồng một bản", "thu 5.000 đồng một bản") == [
        Piece("kept", "thu "),
        Piece("removed", "8.000 "),
        Piece("added", "5.000 "),
        Piece("kept", "đồng một bản\n"),
    ]


def test_sentences_with_little_in_common_stand_one_after_the_other() -> None:
    kinds = [piece.kind for piece in pieces("đăng ký trong 60 ngày", "chờ văn bản ngày mai")]
    assert kinds == ["removed", "added", "kept"]


def test_a_step_put_between_others_marks_only_itself() -> None:
    found = pieces("Nộp\nTrả", "Nộp\nThẩm tra\nTrả")
    assert [piece.text for piece in found if piece.kind == "added"] == ["Thẩm tra"]
    assert not [piece for piece in found if piece.kind == "removed"]


@given(LINES, LINES)
def test_either_text_can_be_read_back_from_the_marks(before: str, after: str) -> None:
    found = pieces(before, after)
    for text, other in ((before, "added"), (after, "removed")):
        said = "".join(piece.text for piece in found if piece.kind != other)
        assert [line for line in said.split("\n") if line.strip()] == [
            line for line in text.splitlines() if line.strip()
        ]

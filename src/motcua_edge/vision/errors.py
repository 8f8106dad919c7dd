"""Everything that can be wrong with what the engine is given.

Each error carries one plain Vietnamese sentence for the person at the screen and a code for
machines. The command line turns any of them into exit code 2.
"""

from __future__ import annotations


class VisionError(Exception):
    """Base of the tree; ``str(error)`` is the sentence shown to people."""

    code = "vision"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SourceError(VisionError):
    """The pictures cannot be had."""

    code = "source"


class SourceMissing(SourceError):
    code = "source_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"Không tìm thấy tệp hoặc thư mục “{name}”.")


class NotAVideo(SourceError):
    code = "not_a_video"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{name}” không phải là video đọc được, hoặc tệp đã hỏng hay chưa ghi xong."
        )


class NotAPicture(SourceError):
    code = "not_a_picture"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” không phải là ảnh đọc được.")


class NoFrames(SourceError):
    code = "no_frames"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” không có khung hình nào.")


class SourceSilent(SourceError):
    code = "source_silent"

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__(
            f"Nguồn “{name}” không trả lời trong {seconds:g} giây. "
            "Hãy kiểm tra địa chỉ, dây mạng và nguồn điện của camera."
        )


class SourceRefused(SourceError):
    code = "source_refused"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Không mở được nguồn “{name}”. Hãy kiểm tra địa chỉ, tài khoản của camera "
            "và quyền truy cập thiết bị."
        )


class RegionOutside(VisionError):
    code = "region_outside"

    def __init__(self, region: str, width: int, height: int) -> None:
        super().__init__(f"Vùng quan sát {region} nằm ngoài khung hình {width}×{height} điểm ảnh.")


class BadRegion(VisionError):
    code = "bad_region"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Vùng quan sát “{text}” chưa đúng. Hãy ghi bốn số x,y,rộng,cao, ví dụ 100,50,320,240."
        )


class BadModel(VisionError):
    code = "bad_model"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Không dùng được tệp mô hình “{name}”: {why}.")

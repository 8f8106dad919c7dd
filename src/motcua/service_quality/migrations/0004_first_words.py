"""Reasons and advice to begin with. They are rows: each unit's people edit them on screen."""

from django.db import migrations

REASONS = (
    (3, "friendly", "Cán bộ tận tình", "Friendly officer"),
    (3, "fast", "Nhanh gọn", "Quick"),
    (3, "clear", "Hướng dẫn rõ", "Clear guidance"),
    (2, "wait-a-little", "Chờ hơi lâu", "A bit of a wait"),
    (2, "many-papers", "Nhiều giấy tờ", "Many papers"),
    (1, "long-wait", "Chờ quá lâu", "Waited too long"),
    (1, "attitude", "Thái độ chưa tốt", "Attitude"),
    (1, "unclear", "Hướng dẫn chưa rõ", "Unclear guidance"),
    (1, "came-again", "Phải đi lại nhiều lần", "Had to come back"),
    (1, "not-solved", "Chưa giải quyết được việc", "Not resolved"),
)
SOURCE = "Gợi ý ban đầu của phần mềm, đơn vị sửa theo quy tắc ứng xử của mình"
ADVICE = (
    ("sinking", "Nói chậm lại và nhắc lại điều người dân vừa hỏi."),
    ("sinking", "Cho biết còn mấy bước và mất khoảng bao lâu."),
    ("sinking", "Hỏi xem có chỗ nào chưa rõ không."),
    ("irritated", "Dừng tay, nhìn người dân và để họ nói hết."),
    ("irritated", "Xin lỗi vì để chờ, rồi nói rõ sẽ làm gì tiếp."),
    ("irritated", "Nếu cần, bấm “Đề nghị hỗ trợ”. Lãnh đạo sẽ tới."),
)


def write(apps, schema_editor):
    reason = apps.get_model("service_quality", "RatingReason")
    for order, (face, code, vietnamese, english) in enumerate(REASONS):
        reason.objects.create(
            face=face, code=code, text_vi=vietnamese, text_en=english, order=order
        )
    advice = apps.get_model("service_quality", "Advice")
    for order, (situation, text) in enumerate(ADVICE):
        advice.objects.create(situation=situation, text=text, source=SOURCE, order=order)


class Migration(migrations.Migration):
    dependencies = [("service_quality", "0003_append_only")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]

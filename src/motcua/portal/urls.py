"""Addresses of this room. `/n/` is short because it travels in SMS."""

from __future__ import annotations

from django.urls import path

from motcua.portal.views import (
    accounts,
    drafts,
    files,
    helping,
    looking_up,
    own,
    publicity,
    stopping,
    suggesting,
)

app_name = "portal"

urlpatterns = [
    path("n/<str:token>/", stopping.stop, name="stop"),
    path("tra-cuu/", looking_up.look_up, name="look_up"),
    path("tra-cuu/xong/", looking_up.leave, name="leave"),
    path("tra-cuu/ho-so/<str:code>/", looking_up.dossier, name="dossier"),
    path("tra-cuu/ho-so/<str:code>/tin-nhan/", looking_up.switch_news, name="switch_news"),
    path("tra-cuu/<str:code>/<str:token>/", looking_up.by_qr, name="by_qr"),
    path("cong-khai/", publicity.units, name="publicity"),
    path("cong-khai/<str:code>/", publicity.unit, name="unit"),
    path("cong-khai/<str:code>/man-hinh/", publicity.display, name="display"),
    path("cong-khai/<str:code>/ho-so/", publicity.dossiers, name="dossiers"),
    path("cong-khai/<str:code>/thiet-lap/", publicity.edit, name="edit_publicity"),
    path("nop-ho-so/", drafts.choose, name="file"),
    path("nop-ho-so/dang-nhap/", accounts.sign_in, name="sign_in"),
    path("nop-ho-so/dang-nhap/vneid/", accounts.leave_for_vneid, name="vneid"),
    path("nop-ho-so/dang-nhap/vneid/ve/", accounts.back_from_vneid, name="back_from_vneid"),
    path("nop-ho-so/dang-nhap/minh-hoa/", accounts.demo_sign_in, name="demo_sign_in"),
    path("nop-ho-so/dang-xuat/", accounts.sign_out, name="sign_out"),
    path("nop-ho-so/du-lieu-ca-nhan/", accounts.privacy, name="privacy"),
    path("nop-ho-so/moi/<procedure:code>/", drafts.begin, name="begin"),
    path("nop-ho-so/tai-len/<uuid:upload_id>/", files.upload, name="upload"),
    path("nop-ho-so/<uuid:public_id>/", drafts.draft, name="draft"),
    path("nop-ho-so/<uuid:public_id>/luu/", drafts.save, name="save"),
    path("nop-ho-so/<uuid:public_id>/gui/", drafts.submit, name="submit"),
    path("nop-ho-so/<uuid:public_id>/da-nop/", drafts.receipt, name="receipt"),
    path("nop-ho-so/<uuid:public_id>/bo/", drafts.drop, name="drop"),
    path("nop-ho-so/<uuid:public_id>/giay/<int:order>/", drafts.paper, name="draft_paper"),
    path(
        "nop-ho-so/<uuid:public_id>/giay/<int:order>/tai-len/",
        drafts.begin_upload,
        name="begin_upload",
    ),
    path("nop-ho-so/<uuid:public_id>/ho-tro/", helping.open_code, name="open_help"),
    path("nop-ho-so/<uuid:public_id>/ho-tro/dung/", helping.stop, name="stop_help"),
    path("cua-toi/", own.home, name="own"),
    path("cua-toi/kho/", own.store, name="store"),
    path("cua-toi/kho/<uuid:public_id>/tep/", own.file, name="file_of_paper"),
    path("cua-toi/dong-y/", own.consent, name="consent"),
    path("cua-toi/dong-y/<int:pk>/rut/", own.withdraw_consent, name="withdraw_consent"),
    path("cua-toi/goi-y/bo/", own.dismiss, name="dismiss"),
    path("cua-toi/ho-so/<str:code>/", own.dossier, name="own_dossier"),
    path("cua-toi/ho-so/<str:code>/bo-sung/", own.answer, name="answer"),
    path("cua-toi/ho-so/<str:code>/bo-sung/<int:item>/", own.supplement, name="supplement"),
    path(
        "cua-toi/ho-so/<str:code>/bo-sung/<int:item>/tai-len/",
        own.begin_supplement,
        name="begin_supplement",
    ),
    path("cua-toi/ho-so/<str:code>/rut/", own.withdraw, name="withdraw"),
    path("cua-toi/ho-so/<str:code>/tin-nhan/", own.news, name="own_news"),
    path("goi-y/", suggesting.bases, name="suggestion_bases"),
    path("goi-y/<slug:rule>/", suggesting.bases, name="change_basis"),
    path("huong-dan/", helping.desk, name="help_desk"),
    path("huong-dan/ghi-nhan/", helping.same_screen, name="same_screen"),
    path("huong-dan/so-lieu/", helping.figures, name="help_figures"),
    path("huong-dan/<uuid:public_id>/", helping.session, name="help_session"),
    path("huong-dan/<uuid:public_id>/xong/", helping.end, name="help_end"),
]

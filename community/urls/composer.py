"""Addresses of drafts, pictures, quotes and earlier versions."""

from django.urls import URLPattern, URLResolver, path

from community.views.composer import drafts, history, quoting, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("drafts/", drafts.drafts_page, name="drafts"),
    path("drafts/one/", drafts.one, name="draft"),
    path("drafts/save/", drafts.save, name="save_draft"),
    path("drafts/discard/", drafts.discard, name="discard_draft"),
    path("drafts/resume/", drafts.resume, name="resume_draft"),
    path("uploads/", uploads.upload, name="upload"),
    path("forum/emoji/", quoting.emoji, name="emoji"),
    path("t/<topic:address>/<int:number>/quote/", quoting.quote, name="quote_post"),
    path("t/<topic:address>/<int:number>/history/", history.history, name="post_history"),
]

"""Pictures and documents of the pages."""

from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class SiteImage(AbstractImage):  # type: ignore[misc]
    """Our own image model from the first day, because it cannot be swapped later. No lower app may point at it."""

    alt_text = models.CharField(max_length=200, blank=True)

    admin_form_fields = (*Image.admin_form_fields, "alt_text")


class SiteRendition(AbstractRendition):  # type: ignore[misc]
    """A resized copy of a SiteImage."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="cms_rendition_once")
        ]


class SiteDocument(AbstractDocument):  # type: ignore[misc]
    """Our own document model from the first day."""

    admin_form_fields = Document.admin_form_fields

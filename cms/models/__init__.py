"""Pages, pictures, documents and the site's own words."""

from cms.models.library import SiteDocument, SiteImage, SiteRendition
from cms.models.pages import HomePage, NewsIndexPage, NewsPage, SitePage
from cms.models.site_settings import SiteSettings

__all__ = [
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "SiteDocument",
    "SiteImage",
    "SitePage",
    "SiteRendition",
    "SiteSettings",
]

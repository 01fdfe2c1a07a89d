"""What search engines and other sites read of a public session: schema.org Event and Open Graph."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from community import cook
from community.queries.live.sessions import SessionRow
from community.topicpage.structured import open_graph, script_element


def event_data(request: HttpRequest, row: SessionRow) -> SafeString:
    """For the head of the page."""
    url = settings.SITE_URL + row.url
    text = cook.plain_text(row.html)[:500]
    state = {"cancelled": "EventCancelled"}.get(row.state, "EventScheduled")
    document: dict[str, Any] = {
        "@type": "Event", "name": row.title, "url": url,
        "startDate": row.local_start.isoformat(), "endDate": row.local_end.isoformat(),
        "eventStatus": f"https://schema.org/{state}", "isAccessibleForFree": True,
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "location": {"@type": "VirtualLocation", "url": url},
    }  # fmt: skip
    if text:
        document["description"] = text
    if row.host:
        whole = {"@type": "Person", "name": row.host.name, "url": settings.SITE_URL + row.host.url}
        document |= {"organizer": whole, "performer": whole}
    if row.capacity:
        document["maximumVirtualAttendeeCapacity"] = row.capacity
    if row.recording_url:
        document["recordedIn"] = {"@type": "VideoObject", "url": row.recording_url, "name": row.title}
    graph = open_graph(site=settings.WAGTAIL_SITE_NAME, title=row.title, url=url, text=text or row.title)
    return format_html("{}{}", graph, script_element(document))

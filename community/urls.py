from django.urls import URLPattern, URLResolver

from community import urls_rooms

app_name = "community"
urlpatterns: list[URLPattern | URLResolver] = [*urls_rooms.urlpatterns]

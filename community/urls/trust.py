"""The address of the page about trust. (The console's are in wagtail_hooks.)"""

from django.urls import path

from community.views.people import trust

urlpatterns = [path("trust/", trust.trust, name="trust")]

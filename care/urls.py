from django.urls import path

from care.views import cases

app_name = "care"
urlpatterns = [
    path("care/", cases.open_case, name="open"),
    path("care/<str:public_id>/", cases.case, name="case"),
    path("care/<str:public_id>/close/", cases.close, name="close"),
]

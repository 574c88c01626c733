"""Cases."""

from django.urls import path, register_converter

from support import views
from support.converters import CaseNumber

register_converter(CaseNumber, "case")

urlpatterns = [
    path("cases/", views.case_list, name="case-list"),
    path("cases/new/", views.case_new, name="case-new"),
    path("cases/<case:number>/", views.case, name="case"),
    path("cases/<case:number>/messages/", views.case_message, name="case-message"),
    path("cases/<case:number>/assignment/", views.case_assignment, name="case-assignment"),
    path("cases/<case:number>/status/", views.case_status, name="case-status"),
    path("cases/<case:number>/classification/", views.case_classification, name="case-classification"),
]

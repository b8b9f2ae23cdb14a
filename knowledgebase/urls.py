from django.urls import path

from knowledgebase import views

app_name = "knowledgebase"
urlpatterns = [
    path("knowledge/", views.listing, name="list"),
    path("knowledge/new/", views.new, name="new"),
    path("knowledge/<int:article_id>/", views.article, name="article"),
    path("knowledge/<int:article_id>/edit/", views.edit, name="edit"),
]

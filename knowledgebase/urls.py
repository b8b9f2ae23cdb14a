from django.urls import path

from knowledgebase.views import articles

app_name = "knowledgebase"
urlpatterns = [
    path("knowledge/", articles.listing, name="list"),
    path("knowledge/new/", articles.new, name="new"),
    path("knowledge/<int:article_id>/", articles.article, name="article"),
    path("knowledge/<int:article_id>/edit/", articles.edit, name="edit"),
]

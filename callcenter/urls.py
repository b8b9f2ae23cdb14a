"""Every address. Apps own their own; this puts them under one roof."""

from django.conf import settings
from django.conf.urls.i18n import urlpatterns as language_switch
from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from callbacks.api import CallerCallback, Dial, Promise, Unreached, WelfareOutcome
from callcenter import views
from inquiries.api.urls import urlpatterns as inquiry_doors
from knowledgebase.api import ArticleSearch
from knowledgebase.sitemaps import SITEMAPS
from reports.api import DailyReport

admin.site.site_header = admin.site.site_title = settings.CENTER_NAME

doors = [
    *inquiry_doors,
    path("calls/callback/", CallerCallback.as_view(), name="call-callback"),
    path("desk/callback/", Promise.as_view(), name="desk-callback"),
    path("desk/dial/", Dial.as_view(), name="desk-dial"),
    path("desk/unreached/", Unreached.as_view(), name="desk-unreached"),
    path("desk/welfare/", WelfareOutcome.as_view(), name="desk-welfare"),
    path("articles/search/", ArticleSearch.as_view(), name="article-search"),
    path("reports/daily/", DailyReport.as_view(), name="daily-report"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
]

urlpatterns = [
    path("", include("inquiries.urls")),
    path("", include("agents.urls")),
    path("", include("callbacks.urls")),
    path("", include("reports.urls")),
    path("", include("knowledgebase.urls")),
    path("api/v1/", include((doors, "api"))),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("start/", views.start, name="start"),
    path("healthz", views.healthz, name="healthz"),
    path("login/", auth_views.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("i18n/", include(language_switch)),
    path("admin/", admin.site.urls),
]

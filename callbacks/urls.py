from django.urls import path

app_name = "callbacks"
urlpatterns = []

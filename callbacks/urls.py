from django.urls import path

from callbacks.views import desk, promises

app_name = "callbacks"
urlpatterns = [
    path("promises/", promises.listing, name="list"),
    path("promises/<int:callback_id>/now/", promises.call_now, name="call-now"),
    path("promises/<int:callback_id>/cancel/", promises.cancel, name="cancel"),
    path("desk/promise/", desk.promise, name="promise"),
    path("desk/promise/<int:inquiry_id>/", desk.for_inquiry, name="for_inquiry"),
    path("desk/promise/<int:inquiry_id>/form/", desk.form, name="form"),
    path("track/<str:number>/<str:key>/promise/", desk.for_citizen, name="for_citizen"),
]

from django.urls import path

from callbacks.views import desk, promises, research

app_name = "callbacks"
urlpatterns = [
    path("promises/", promises.listing, name="list"),
    path("promises/<int:callback_id>/", research.detail, name="detail"),
    path("promises/<int:callback_id>/now/", promises.call_now, name="call-now"),
    path("promises/<int:callback_id>/cancel/", promises.cancel, name="cancel"),
    path("promises/<int:callback_id>/research/", research.write, name="research"),
    path("promises/<int:callback_id>/research/assign/", research.assign, name="research-assign"),
    path("promises/<int:callback_id>/research/ask/", research.ask, name="research-ask"),
    path("promises/<int:callback_id>/research/decide/", research.decide, name="research-decide"),
    path("desk/promise/", desk.promise, name="promise"),
    path("desk/promise/mine/", desk.mine, name="mine"),
    path("desk/promise/dial/", desk.dial, name="dial"),
    path("desk/promise/unreached/", desk.unreached, name="unreached"),
    path("desk/promise/<int:inquiry_id>/", desk.for_inquiry, name="for_inquiry"),
    path("desk/promise/<int:inquiry_id>/form/", desk.form, name="form"),
    path("desk/promise/<int:inquiry_id>/attempt/", desk.attempt, name="attempt"),
    path("track/<str:number>/<str:key>/promise/", desk.for_citizen, name="for_citizen"),
]

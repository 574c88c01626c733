"""Orders. A shop may use slashes in its references."""

from django.urls import path

from orders import views

urlpatterns = [
    path("orders/", views.order_list, name="order-list"),
    path("orders/<str:shop>/<path:reference>/", views.order, name="order"),
]

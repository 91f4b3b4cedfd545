"""The addresses of slots and coupons."""

from __future__ import annotations

from django.urls import URLPattern, path

from pyrometer.app.nurture.slots import coupon_views, public, views

urlpatterns: list[URLPattern] = [
    path("v1/content/<str:slot>", public.content, name="content-of-slot"),
    path("content.js", public.script, name="content-script"),
    path("nurture/slots/", views.index, name="slots"),
    path("nurture/slots/new/", views.create, name="new-slot"),
    path("nurture/slots/<int:pk>/", views.slot, name="slot"),
    path("nurture/slots/<int:pk>/edit/", views.edit, name="edit-slot"),
    path("nurture/slots/<int:pk>/delete/", views.delete, name="delete-slot"),
    path("nurture/coupons/", coupon_views.index, name="coupons"),
    path("nurture/coupons/new/", coupon_views.create, name="new-coupons"),
    path("nurture/coupons/<int:pk>/", coupon_views.edit, name="coupon-list"),
    path("nurture/coupons/<int:pk>/given.csv", coupon_views.given, name="coupons-given"),
    path("nurture/coupons/<int:pk>/delete/", coupon_views.delete, name="delete-coupons"),
]

"""Moss & Mortar, a shop for plants and pots: evenings on the sofa, a coupon for an email, baskets left standing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from .journey import LEISURE, Pace, arrival, days, dwell, likely, visits, weekly
from .people import address, chance, full_name, pick, typed
from .story import Story


@dataclass(frozen=True)
class Persona:
    """A kind of shopper: hidden intent (beta), how often they ordered before, and which form they signed up with."""

    share: float
    intent: tuple[float, float]
    orders: float
    signup: dict[str, float]


PERSONAS = {
    "regular": Persona(20, (3.2, 2.2), 3.5, {"checkout": 6, "market_stall": 3, "footer": 2}),
    "furnishing": Persona(28, (2.2, 2.6), 0.2, {"popup": 8, "footer": 2}),
    "gift": Persona(14, (2.8, 2.4), 0.1, {"popup": 6, "checkout": 2}),
    "bargain": Persona(16, (1.6, 3.4), 0.8, {"popup": 9, "raffle": 2}),
    "raffle": Persona(17, (1, 12), 0.0, {"raffle": 1}),
    "office": Persona(3, (2.6, 2.4), 0.6, {"footer": 3, "market_stall": 1}),
    "bot": Persona(2, (1, 40), 0.0, {"popup": 1}),
}
SHELF = {
    "monstera": ("plants", 34.0), "olive-tree": ("plants", 120.0), "bonsai": ("plants", 79.0), "fern": ("plants", 18.0),
    "succulent-trio": ("plants", 21.0), "lemon-tree": ("plants", 89.0), "pot-22": ("pots", 28.0),
    "pot-40-stone": ("pots", 64.0), "hanging-pot": ("pots", 24.0), "trowel": ("tools", 14.0),
    "secateurs": ("tools", 39.0), "watering-can": ("tools", 27.0), "bulbs-mix": ("bulbs", 22.0),
    "moss-pole": ("tools", 12.0), "gift-wrap": ("gifts", 4.0), "gift-card": ("gifts", 50.0),
}  # fmt: skip
QUERIES = ("easy plant dark room", "large pot", "olive tree", "gift for mother", "orchid soil", "pet safe plants")
PACE = Pace(gaps=(6, 3, 1.6, 1.2), advance=0.75, leave=0.38, revive=0.35, silence=20)


def live(rng: random.Random, story: Story) -> None:
    """Make one lead of the shop: profile, visits, letters, orders and returns."""
    kind = pick(rng, {name: persona.share for name, persona in PERSONAS.items()})
    persona = PERSONAS[kind]
    intent = min(0.98, max(0.01, rng.betavariate(*persona.intent)))
    start = arrival(rng, story.until, 75)
    before = min(14, int(rng.expovariate(1 / persona.orders))) if persona.orders else 0
    signup = "checkout" if before and chance(rng, 0.3) else pick(rng, persona.signup)
    _profile(rng, story, kind, signup, before, start)
    if kind == "bot":
        return _crawl(rng, story, start)
    orders, seen = before, start
    liked = rng.sample(list(SHELF), 4)
    for count, (when, stage) in enumerate(visits(rng, PACE, LEISURE, start=start, until=story.until, intent=intent)):
        seen = when
        if count == 0 and signup == "popup":
            when += timedelta(seconds=rng.randint(12, 90))
            story.did("coupon_claimed", when, code="FIRST10")
        if kind == "raffle" and chance(rng, 0.85):
            story.did("page_viewed", when, topic="raffle", seconds=dwell(rng, 0.1))
            continue
        value, last = _shop(rng, story, liked, when, stage, intent)
        if value and chance(rng, likely(-1.9, 3.4 * intent, 0.5 if orders else 0, -0.8 if kind == "bargain" else 0)):
            orders += 1
            _order(rng, story, kind, last, value, orders)
            if chance(rng, 0.55 - 0.3 * intent):
                break
    left = _letters(rng, story, start, intent)
    if story.outcome == "open" and (left or seen < story.until - timedelta(days=30)):
        story.ended("lost", left or seen + timedelta(days=30))


def _profile(rng: random.Random, story: Story, kind: str, signup: str, orders: int, start: datetime) -> None:
    """The profile as it stood at sign-up; what comes later is in the log."""
    first, last = full_name(rng)
    average = round(rng.lognormvariate(3.75, 0.4), 2) if orders else ""
    story.profile = {
        "email": address(rng, first, last, "hausverwaltung.example" if kind == "office" else None),
        "first_name": typed(rng, first, blank=0.25),
        "country": typed(rng, pick(rng, {"DE": 11, "AT": 3, "NL": 2, "DK": 1, "CH": 1, "US": 0.4}), blank=0.05),
        "signup_form": signup,
        "newsletter": chance(rng, 0.88),
        "orders": orders,
        "returned": sum(chance(rng, 0.4 if kind == "bargain" else 0.06) for _ in range(orders)),
        "last_order_on": (start - days(rng, 120, 0.7)).date().isoformat() if orders else "",
        "average_order": average,
    }
    if chance(rng, 0.3):
        answer = {"gift": "gift", "office": "office"}.get(kind, "home")
        story.said("buying_for", answer, start + timedelta(hours=20), "survey")
        if answer == "gift":
            story.said("event_date", (start + days(rng, 12, 0.6)).date().isoformat(), start + timedelta(hours=20),
                       "survey")  # fmt: skip


def _shop(
    rng: random.Random, story: Story, liked: list[str], when: datetime, stage: int, intent: float
) -> tuple[float, datetime]:
    """One visit; returns the basket's value at the checkout (0 if they left before) and the last moment."""
    basket: dict[str, float] = {}
    if chance(rng, 0.2):
        story.did("searched", when, query=rng.choice(QUERIES))
    for _ in range(1 + min(12, int(rng.expovariate(1 / (1 + 4 * intent))))):
        product = rng.choice(liked if chance(rng, 0.25 + 0.2 * stage) else list(SHELF))
        category, price = SHELF[product]
        seconds = dwell(rng, intent)
        story.did("product_viewed", when, product=product, category=category, price=price, seconds=seconds)
        when += timedelta(seconds=seconds + 3)
        if product not in basket and chance(rng, (0.01, 0.08, 0.2, 0.3)[stage] * (0.4 + intent)):
            basket[product] = price
            story.did("cart_added", when, product=product, price=price)
        elif chance(rng, (0.03, 0.06, 0.05, 0.02)[stage]):
            story.did("wishlist_added", when, product=product)
        elif chance(rng, 0.008):
            story.did("stock_alert_set", when, product=product)
    if chance(rng, (0.04, 0.1, 0.2, 0.25)[stage]):
        seconds = dwell(rng, intent)
        topic = pick(rng, {"delivery": 5, "returns": 2, "reviews": 3, "care": 4})
        story.did("page_viewed", when, topic=topic, seconds=seconds)
        when += timedelta(seconds=seconds)
    if stage >= 2 and chance(rng, 0.03):
        story.did("chat_started", when)
    if not basket or not chance(rng, 0.25 + 0.5 * intent):
        return 0.0, when
    value = round(max(basket.values()) + 9.5 * (len(basket) - 1), 2)
    story.did("checkout_begun", when + timedelta(seconds=30), value=value)
    return value, when + timedelta(seconds=200)


def _order(rng: random.Random, story: Story, kind: str, when: datetime, value: float, orders: int) -> None:
    """An order with what the shop then knows, and perhaps a parcel that comes back."""
    if when >= story.until:
        return
    story.did("order_placed", when, value=value)
    story.said("orders", orders, when, "shop")
    story.said("last_order_on", when.date().isoformat(), when, "shop")
    if not story.profile["average_order"]:
        story.said("average_order", value, when, "shop")
    if story.outcome == "open":
        story.ended("won", when, round(value))
    if chance(rng, 0.35 if kind == "bargain" else 0.06):
        back = when + days(rng, 9, 0.4)
        story.did("order_returned", back, value=value)
        parcels = sum(event["event"] == "order_returned" for event in story.events)
        story.said("returned", int(str(story.profile["returned"])) + parcels, back, "shop")


def _letters(rng: random.Random, story: Story, start: datetime, intent: float) -> datetime | None:
    """The welcome mail and the Thursday letter; returns when they unsubscribed, if they did."""
    if not story.profile["newsletter"]:
        return None
    mails = [("welcome", start + timedelta(hours=19))]
    mails += [(f"letter-{when:%V}", when) for when in weekly(start, story.until, weekday=3, hour=17)]
    for campaign, when in mails:
        read = when + timedelta(minutes=int(rng.lognormvariate(4.6, 1.3)))
        if chance(rng, 0.15 + 0.4 * intent):
            story.did("email_opened", read, campaign=campaign)
            if chance(rng, 0.08 + 0.3 * intent):
                story.did("email_clicked", read + timedelta(seconds=25), campaign=campaign)
            if chance(rng, 0.06 * (1 - intent)) and read < story.until:
                story.did("unsubscribed", read + timedelta(minutes=1))
                return read + timedelta(minutes=1)
    return None


def _crawl(rng: random.Random, story: Story, start: datetime) -> None:
    """A price scraper that took the coupon: the whole shelf in a minute."""
    when = start + timedelta(hours=rng.randrange(18))
    story.did("coupon_claimed", when, code="FIRST10")
    for product, (category, price) in list(SHELF.items()) * 2:
        when += timedelta(seconds=rng.randint(0, 2))
        story.did("product_viewed", when, product=product, category=category, price=price, seconds=0)

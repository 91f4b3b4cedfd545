"""Names, addresses, and the ways in which people and forms spoil what is typed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

FIRST = (
    "Aino Amira Anders Beatriz Ben Chloe Dmitri Ebba Elin Emeka Farah Felix Greta Hana Hugo Ida Ines Ivan Jonas "
    "Julia Kenji Lars Leila Linus Maja Marek Mei Nadia Nils Noor Olga Omar Petra Priya Rasmus Rosa Sanna Sofia Tariq "
    "Tom Uma Viktor Wanda Yuki Zoe"
).split()
LAST = (
    "Adeyemi Ahlberg Bauer Berg Brandt Costa Dahl Doyle Eriksson Fischer Fonseca Green Haddad Hansen Hoffmann Ivarsson "
    "Jansen Kaya Keller Kowalski Lind Lopez Malik Moreau Murphy Nakamura Nilsson Novak Okafor Olsen Patel Quist Reyes "
    "Rossi Sato Schmidt Silva Tanaka Thorne Ueda Vogel Walsh Weber Yilmaz Zimmer"
).split()
FREE_MAIL = {"gmail.com": 6, "outlook.com": 3, "hotmail.com": 1, "icloud.com": 1, "gmx.de": 1}
NOT_KNOWN = ("", "", "", "NA", "n/a", "-")


def pick(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One key, with the probability its weight asks for."""
    return rng.choices(list(weights), list(weights.values()))[0]


def chance(rng: random.Random, probability: float) -> bool:
    """True with that probability."""
    return rng.random() < probability


def full_name(rng: random.Random) -> tuple[str, str]:
    """A first and a last name."""
    return rng.choice(FIRST), rng.choice(LAST)


def address(rng: random.Random, first: str, last: str, domain: str | None = None) -> str:
    """A mail address at `domain`, or at a free provider."""
    if domain:
        return f"{first}.{last}@{domain}".lower()
    number = str(rng.randint(1, 99)) if chance(rng, 0.4) else ""
    return f"{first}{rng.choice(['.', '', '_'])}{last}{number}@{pick(rng, FREE_MAIL)}".lower()


def domain_of(company: str, country: str) -> str:
    """The web domain of a company: its words joined, under the country's ending."""
    word = "".join(letter for letter in company.lower() if letter.isalnum())
    return f"{word}.{ {'GB': 'co.uk', 'US': 'com'}.get(country, country.lower()) }"


def typed(rng: random.Random, value: object, *, blank: float = 0.08, slip: float = 0.02) -> str:
    """A value as it reaches a file: now and then left out, or with a slip of the finger."""
    text = str(value)
    if chance(rng, blank):
        return rng.choice(NOT_KNOWN)
    if len(text) > 3 and chance(rng, slip):
        return rng.choice([text.upper(), text + " ", text.capitalize(), _swapped(rng, text)])
    return text


def _swapped(rng: random.Random, text: str) -> str:
    at = rng.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]

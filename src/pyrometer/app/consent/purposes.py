"""The purposes that every installation has, and the words that ask for them."""

from __future__ import annotations

PROFILING = "profiling"
EMAIL = "email"

TEXTS = {
    PROFILING: {
        "en": "I agree that what I do here is evaluated, to show me what fits.",
        "de": "Ich bin einverstanden, dass ausgewertet wird, was ich hier tue, um mir Passendes zu zeigen.",
        "sv": "Jag samtycker till att det jag gör här utvärderas för att visa mig det som passar.",
        "ja": "自分に合った情報の提供のため、ここでの行動が分析されることに同意します。",
    },
    EMAIL: {
        "en": "I would like to get emails. I can stop them at any time.",
        "de": "Ich möchte E-Mails bekommen. Ich kann sie jederzeit abbestellen.",
        "sv": "Jag vill få e-post. Jag kan avsluta det när som helst.",
        "ja": "メールの受け取りを希望します。いつでも配信を停止できます。",
    },
}
"""By purpose and language."""

NAMES = {
    PROFILING: {
        "en": "Evaluation of what you do",
        "de": "Auswertung Ihres Verhaltens",
        "sv": "Utvärdering av vad du gör",
        "ja": "行動の分析",
    },
    EMAIL: {"en": "Emails", "de": "E-Mails", "sv": "E-post", "ja": "メール"},
}
"""What they are called on the pages of leads."""

INTEREST = (
    "We look at what companies that are interested in us do on our site and in our mails, so that the right person gets"
    " in touch with those who can use it, and leaves the others in peace. Whoever doesn't want that can object at any"
    " time."
)
"""Why profiling needs no yes where nobody decided otherwise: as it was before the basis was written down."""

START = {
    EMAIL: {"names": NAMES[EMAIL], "texts": TEXTS[EMAIL], "position": 1},
    PROFILING: {
        "names": NAMES[PROFILING],
        "texts": TEXTS[PROFILING],
        "position": 2,
        "basis": "interest",
        "reason": INTEREST,
    },
}
"""What an installation begins with."""

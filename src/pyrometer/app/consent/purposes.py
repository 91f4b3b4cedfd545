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

"""The five areas: need, fit, budget, influence, timeline."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked
from pyrometer.definition.frameworks.questions import BUDGET, INFLUENCE, NEED, TIMELINE

FIVE_AREAS = Framework(
    name="five_areas",
    title="Five areas",
    letters=(
        Letter("need", "need", NEED),
        Letter(
            "fit",
            "fit",
            asked(
                en=(
                    "What does your company do, and how big is it?",
                    "Who would use it, and how many of them are there?",
                ),
                de=(
                    "Was macht Ihr Unternehmen, und wie groß ist es?",
                    "Wer würde damit arbeiten, und wie viele Personen wären das?",
                ),
                sv=(
                    "Vad gör ert företag, och hur många är ni?",
                    "Vilka skulle använda det, och hur många är de?",
                ),
                ja=(
                    "御社の事業内容と、おおよその従業員数を教えていただけますか。",
                    "どちらの部署で、何名様くらいのご利用をお考えですか。",
                ),
            ),
        ),
        Letter("budget", "budget", BUDGET),
        Letter("influence", "influence", INFLUENCE),
        Letter("timeline", "timeline", TIMELINE),
    ),
    some=5,
)

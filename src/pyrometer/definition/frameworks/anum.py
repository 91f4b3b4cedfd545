"""ANUM: authority, need, urgency, money. It first makes sure that the right person is at the table."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked
from pyrometer.definition.frameworks.questions import BUDGET, NEED

ANUM = Framework(
    name="anum",
    title="ANUM",
    letters=(
        Letter(
            "authority",
            "influence",
            asked(
                en=(
                    "Who has the final word on something like this?",
                    "Who else should be part of the conversation from the start?",
                ),
                de=(
                    "Wer hat bei Ihnen in dieser Frage das letzte Wort?",
                    "Wen sollten wir von Anfang an einbeziehen?",
                ),
                sv=(
                    "Vem hos er har sista ordet i en sådan här fråga?",
                    "Vilka fler borde vara med från början?",
                ),
                ja=(
                    "今回のような件は、最終的にどなたがお決めになりますか。",
                    "早い段階からご同席いただいたほうがよい方はいらっしゃいますか。",
                ),
            ),
        ),
        Letter("need", "need", NEED),
        Letter(
            "urgency",
            "timeline",
            asked(
                en=(
                    "How soon would you need it in place?",
                    "What makes it important right now?",
                    "What would it mean for you if it had to wait half a year?",
                ),
                de=(
                    "Wie bald brauchen Sie eine Lösung?",
                    "Warum ist das Thema gerade jetzt wichtig für Sie?",
                    "Was würde es für Sie bedeuten, wenn es noch ein halbes Jahr warten müsste?",
                ),
                sv=(
                    "Hur snart behöver ni ha det på plats?",
                    "Vad gör det här viktigt just nu?",
                    "Vad skulle det innebära för er om det fick vänta ett halvår?",
                ),
                ja=(
                    "いつ頃までに導入が必要でしょうか。",
                    "今このタイミングでご検討を始められたきっかけは何でしょうか。",
                    "もし半年先になった場合、どのような支障がありそうでしょうか。",
                ),
            ),
        ),
        Letter("money", "budget", BUDGET),
    ),
    some=3,
)

"""GPCT: goals, plans, challenges, timeline. It asks where the lead wants to go before it speaks of buying."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked

GPCT = Framework(
    name="gpct",
    title="GPCT",
    letters=(
        Letter(
            "goals",
            "goals",
            asked(
                en=(
                    "What would you like to have achieved a year from now?",
                    "How will you know that you have got there?",
                ),
                de=(
                    "Was möchten Sie in einem Jahr erreicht haben?",
                    "Woran würden Sie merken, dass Sie am Ziel sind?",
                ),
                sv=(
                    "Vad vill ni ha uppnått om ett år?",
                    "Hur vet ni när ni har nått dit?",
                ),
                ja=(
                    "一年後には、どのような状態を目指していらっしゃいますか。",
                    "目標の達成度は、どのような指標でご覧になっていますか。",
                ),
            ),
        ),
        Letter(
            "plans",
            "plans",
            asked(
                en=(
                    "How do you plan to reach your goals?",
                    "What have you already set in motion?",
                ),
                de=(
                    "Wie wollen Sie Ihre Ziele erreichen?",
                    "Was haben Sie dafür schon angestoßen?",
                ),
                sv=(
                    "Hur har ni tänkt nå era mål?",
                    "Vad har ni redan satt i gång?",
                ),
                ja=(
                    "目標の実現に向けて、どのような計画をお持ちですか。",
                    "すでに着手されていることがあれば、お聞かせいただけますか。",
                ),
            ),
        ),
        Letter(
            "challenges",
            "need",
            asked(
                en=(
                    "What is standing between you and your goals?",
                    "What has held you back so far?",
                ),
                de=(
                    "Was steht Ihren Zielen im Moment im Weg?",
                    "Was hat Sie bisher aufgehalten?",
                ),
                sv=(
                    "Vad står i vägen för era mål just nu?",
                    "Vad har bromsat er hittills?",
                ),
                ja=(
                    "目標に向けて、現在どのようなことが障害になっていますか。",
                    "これまで思うように進まなかったのは、どのような点でしょうか。",
                ),
            ),
        ),
        Letter(
            "timeline",
            "timeline",
            asked(
                en=(
                    "By when would you like to reach your goal?",
                    "When would you need to start to get there in time?",
                ),
                de=(
                    "Bis wann möchten Sie Ihr Ziel erreichen?",
                    "Wann müssten Sie dafür beginnen?",
                ),
                sv=(
                    "När vill ni ha nått målet?",
                    "När behöver ni börja för att hinna?",
                ),
                ja=(
                    "目標は、いつ頃までに達成したいとお考えですか。",
                    "そのためには、いつ頃の開始が必要でしょうか。",
                ),
            ),
        ),
    ),
    some=3,
)

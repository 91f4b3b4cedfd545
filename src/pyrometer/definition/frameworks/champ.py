"""CHAMP: challenge, authority, money, prioritization. It starts from the problem, and lets the rest follow from it."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked

CHAMP = Framework(
    name="champ",
    title="CHAMP",
    letters=(
        Letter(
            "challenge",
            "need",
            asked(
                en=(
                    "What is your biggest challenge at the moment?",
                    "What have you tried so far, and where did it fall short?",
                ),
                de=(
                    "Was macht Ihnen im Moment am meisten zu schaffen?",
                    "Was haben Sie schon versucht, und woran hat es gehakt?",
                ),
                sv=(
                    "Vad är er största utmaning just nu?",
                    "Vad har ni redan provat, och var tog det stopp?",
                ),
                ja=(
                    "いま一番の課題は、どのようなことでしょうか。",
                    "これまでに試されたことと、うまくいかなかった点をお聞かせいただけますか。",
                ),
            ),
        ),
        Letter(
            "authority",
            "influence",
            asked(
                en=(
                    "Who else feels this problem, and who decides how to solve it?",
                    "What part do you play in the decision?",
                ),
                de=(
                    "Wen betrifft das bei Ihnen noch, und wer entscheidet über die Lösung?",
                    "Welche Rolle spielen Sie selbst bei der Entscheidung?",
                ),
                sv=(
                    "Vilka fler hos er berörs av det här, och vem bestämmer hur det ska lösas?",
                    "Vilken roll har du själv i beslutet?",
                ),
                ja=(
                    "この課題にはどの部署の方が関わっていて、対応はどなたがお決めになりますか。",
                    "今回のご検討では、どのようなお立場で関わっていらっしゃいますか。",
                ),
            ),
        ),
        Letter(
            "money",
            "budget",
            asked(
                en=(
                    "How much could you put into solving this?",
                    "What does the problem cost you today, roughly?",
                ),
                de=(
                    "Wie viel könnten Sie in eine Lösung investieren?",
                    "Was kostet Sie das Problem heute, grob geschätzt?",
                ),
                sv=(
                    "Hur mycket skulle ni kunna lägga på att lösa det här?",
                    "Vad kostar problemet er i dag, på ett ungefär?",
                ),
                ja=(
                    "課題の解決に、どの程度の投資をお考えでしょうか。",
                    "この課題のために、現在どのくらいの費用や手間がかかっていますか。",
                ),
            ),
        ),
        Letter(
            "prioritization",
            "timeline",
            asked(
                en=(
                    "Where does this rank among your plans, and when should it be solved?",
                    "What would have to come first?",
                ),
                de=(
                    "Wie wichtig ist das im Vergleich zu Ihren anderen Vorhaben, und bis wann soll es gelöst sein?",
                    "Was müssten Sie vorher noch abschließen?",
                ),
                sv=(
                    "Hur högt står det här på er lista, och när ska det vara löst?",
                    "Vad behöver ni bli klara med först?",
                ),
                ja=(
                    "今回の件の優先度はどのくらいで、いつ頃までの解決をお考えですか。",
                    "先に片付けておく必要のある案件はございますか。",
                ),
            ),
        ),
    ),
    some=3,
)

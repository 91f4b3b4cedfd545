"""MEDDIC: metrics, economic buyer, decision criteria, decision process, pain, champion. Made for large purchases."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked

MEDDIC = Framework(
    name="meddic",
    title="MEDDIC",
    letters=(
        Letter(
            "metrics",
            "metrics",
            asked(
                en=(
                    "Which figures would have to improve for this to pay off?",
                    "Where do those figures stand today?",
                ),
                de=(
                    "Welche Zahlen müssten sich verbessern, damit es sich für Sie lohnt?",
                    "Wo stehen Sie bei diesen Zahlen heute?",
                ),
                sv=(
                    "Vilka siffror behöver bli bättre för att det ska löna sig för er?",
                    "Hur ser de siffrorna ut i dag?",
                ),
                ja=(
                    "どの数値が改善されれば、導入の価値があるとお感じになりますか。",
                    "その数値は、現在どのくらいでしょうか。",
                ),
            ),
        ),
        Letter(
            "economic_buyer",
            "influence",
            asked(
                en=(
                    "Who signs off on a purchase of this size?",
                    "What matters most to that person?",
                ),
                de=(
                    "Wer gibt bei Ihnen eine Anschaffung in dieser Höhe frei?",
                    "Worauf legt diese Person besonderen Wert?",
                ),
                sv=(
                    "Vem hos er godkänner ett inköp i den här storleken?",
                    "Vad är viktigast för den personen?",
                ),
                ja=(
                    "この規模のご購入は、どなたのご決裁になりますか。",
                    "決裁される方は、どのような点を重視されていますか。",
                ),
            ),
        ),
        Letter(
            "decision_criteria",
            "decision_criteria",
            asked(
                en=(
                    "What will matter most when you compare your options?",
                    "What must a solution be able to do?",
                ),
                de=(
                    "Was ist Ihnen beim Vergleich der Angebote am wichtigsten?",
                    "Was muss eine Lösung unbedingt können?",
                ),
                sv=(
                    "Vad blir viktigast när ni jämför alternativen?",
                    "Vad måste lösningen klara av?",
                ),
                ja=(
                    "比較検討される際に、特に重視されるのはどのような点でしょうか。",
                    "これだけは外せないという条件はございますか。",
                ),
            ),
        ),
        Letter(
            "decision_process",
            "decision_process",
            asked(
                en=(
                    "Which steps lead from here to a decision?",
                    "Does anyone, such as legal or IT, need to review it before you sign?",
                ),
                de=(
                    "Welche Schritte sind bei Ihnen bis zur Entscheidung nötig?",
                    "Muss vor der Unterschrift noch jemand prüfen, etwa die Rechts- oder die IT-Abteilung?",
                ),
                sv=(
                    "Hur ser vägen fram till ett beslut ut hos er?",
                    "Behöver någon granska avtalet innan ni skriver på, till exempel jurister eller IT?",
                ),
                ja=(
                    "ご決定までには、どのような手順を踏まれますか。",
                    "ご契約前に、法務部門や情報システム部門での確認は必要でしょうか。",
                ),
            ),
        ),
        Letter(
            "identify_pain",
            "need",
            asked(
                en=(
                    "What hurts most about the way things work today?",
                    "What does it cost you if that goes on?",
                ),
                de=(
                    "Wo drückt bei Ihnen der Schuh am meisten?",
                    "Was kostet es Sie, wenn das so weitergeht?",
                ),
                sv=(
                    "Var skaver det mest hos er i dag?",
                    "Vad kostar det er om det fortsätter så?",
                ),
                ja=(
                    "現在のやり方で、特にお困りなのはどのような点でしょうか。",
                    "その状態が続くと、どのような損失につながりそうでしょうか。",
                ),
            ),
        ),
        Letter(
            "champion",
            "champion",
            asked(
                en=(
                    "Who at your company would like to see this happen?",
                    "What would help you to win the others over?",
                ),
                de=(
                    "Wer würde sich bei Ihnen für das Vorhaben starkmachen?",
                    "Was würde Ihnen helfen, die anderen zu überzeugen?",
                ),
                sv=(
                    "Vem hos er vill driva det här framåt?",
                    "Vad skulle hjälpa dig att få med dig de andra?",
                ),
                ja=(
                    "社内に、今回の件を後押ししてくださる方はいらっしゃいますか。",
                    "社内で説明される際に、どのような資料があるとお役に立ちますか。",
                ),
            ),
        ),
    ),
    some=5,
)

"""FAINT: funds, authority, interest, need, time. It asks for means rather than for a budget that is already planned."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import Framework, Letter, asked
from pyrometer.definition.frameworks.questions import INFLUENCE, NEED, TIMELINE

FAINT = Framework(
    name="faint",
    title="FAINT",
    letters=(
        Letter(
            "funds",
            "budget",
            asked(
                en=(
                    "If it proves worthwhile, could the money be found?",
                    "Whose budget would it come out of?",
                ),
                de=(
                    "Wenn es sich für Sie lohnt: Ließen sich die Mittel dafür freimachen?",
                    "Aus welchem Budget würden Sie das bezahlen?",
                ),
                sv=(
                    "Om det visar sig vara värt det, går det att få fram pengar?",
                    "Vilken budget skulle det belasta?",
                ),
                ja=(
                    "効果が見込めるようでしたら、ご予算の確保は可能でしょうか。",
                    "費用は、どちらの部署のご負担になりそうでしょうか。",
                ),
            ),
        ),
        Letter("authority", "influence", INFLUENCE),
        Letter(
            "interest",
            "interest",
            asked(
                en=(
                    "What caught your interest?",
                    "What would you like to see more of?",
                ),
                de=(
                    "Was hat Ihr Interesse geweckt?",
                    "Worüber würden Sie gern mehr erfahren?",
                ),
                sv=(
                    "Vad var det som fångade ditt intresse?",
                    "Vad skulle du vilja veta mer om?",
                ),
                ja=(
                    "どのような点にご関心をお持ちになりましたか。",
                    "さらに詳しくお知りになりたいことはございますか。",
                ),
            ),
        ),
        Letter("need", "need", NEED),
        Letter("time", "timeline", TIMELINE),
    ),
    some=4,
)

"""The questions that several frameworks ask alike."""

from __future__ import annotations

from pyrometer.definition.frameworks.framework import asked

NEED = asked(
    en=(
        "What do you use today, and where does it let you down?",
        "What happens if you leave things as they are?",
    ),
    de=(
        "Womit arbeiten Sie heute, und was stört Sie daran?",
        "Was passiert, wenn Sie alles so lassen, wie es ist?",
    ),
    sv=(
        "Vad använder ni i dag, och vad fungerar mindre bra?",
        "Vad händer om ni låter det vara som det är?",
    ),
    ja=(
        "現在は何をお使いで、どのような点にお困りでしょうか。",
        "このままの状態が続くと、どのような影響がありそうでしょうか。",
    ),
)

BUDGET = asked(
    en=(
        "Is there a budget for this yet?",
        "Roughly what range do you have in mind?",
    ),
    de=(
        "Ist bei Ihnen dafür schon ein Budget vorgesehen?",
        "An welchen finanziellen Rahmen denken Sie ungefähr?",
    ),
    sv=(
        "Finns det redan en budget för det här?",
        "Ungefär vilken prisnivå har ni tänkt er?",
    ),
    ja=(
        "今回の件について、ご予算はすでにお決まりでしょうか。",
        "差し支えなければ、ご予算の規模感をお聞かせいただけますか。",
    ),
)

INFLUENCE = asked(
    en=(
        "Is this yours to decide, or will others have a say?",
        "How do you usually decide on something like this?",
    ),
    de=(
        "Entscheiden Sie das allein oder gemeinsam mit anderen?",
        "Wie läuft eine solche Entscheidung bei Ihnen normalerweise ab?",
    ),
    sv=(
        "Är det du som bestämmer, eller är ni flera om beslutet?",
        "Hur brukar ni fatta beslut i sådana här frågor?",
    ),
    ja=(
        "ご判断にあたって、ほかに相談される方はいらっしゃいますか。",
        "このような件は、社内でどのように決まることが多いですか。",
    ),
)

TIMELINE = asked(
    en=(
        "When do you expect to decide?",
        "When would you like to be up and running?",
    ),
    de=(
        "Bis wann möchten Sie sich entscheiden?",
        "Ab wann möchten Sie damit arbeiten?",
    ),
    sv=(
        "När tror du att ni har bestämt er?",
        "När skulle ni vilja vara i gång?",
    ),
    ja=(
        "ご判断の時期は、いつ頃になりそうですか。",
        "いつ頃からのご利用をお考えですか。",
    ),
)

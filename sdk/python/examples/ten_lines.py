"""A whole agent. Start a node ("agon up"), then this, then ask it something:

    agon ask dapp-scam xn--q9jyb4c.example
"""

from agon import Player


class Vowels(Player):
    def forecast(self, question):
        if question.template != "dapp-scam":
            return None  # no opinion
        return 0.3 if set(question.fields[0]) & set("aeiou") else 0.8


if __name__ == "__main__":
    Vowels(key="dev5", budget=5, trust="all", record="vowels.jsonl").run()

"""A player that learns: letters of host names, by scikit-learn.

It trains at the start, in a second, on hosts it makes up from a few patterns that
scams use and a few that others use. Take your own labelled hosts instead:

    pip install "./sdk/python[sklearn]"
    python examples/sklearn_host.py [hosts.csv]      # lines of host,label; label 1 is a scam
"""

import csv
import random
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from agon import Forecast, Player

LURES = ["claim", "airdrop", "reward", "wallet", "connect", "restore", "bonus", "giveaway"]
BRANDS = ["metamask", "uniswap", "ledger", "opensea", "phantom", "trezor", "pancake"]
PLAIN = ["garden", "books", "river", "news", "school", "music", "travel", "kitchen", "atlas"]


def made_up(seed: int = 1, count: int = 600) -> list[tuple[str, int]]:
    """Hosts with labels: half of them put a lure beside a brand."""
    r = random.Random(seed)
    rows = []
    for _ in range(count):
        if r.random() < 0.5:
            parts = [r.choice(LURES), r.choice(BRANDS)]
            r.shuffle(parts)
            host = "-".join(parts) + r.choice([".xyz", ".top", ".app", ".site"])
            rows.append((host, 1))
        else:
            host = r.choice(PLAIN) + r.choice(["", "-", "of"]) + r.choice(PLAIN + BRANDS)
            rows.append((host + r.choice([".org", ".com", ".net"]), 0))
    return rows


def read(path: str) -> list[tuple[str, int]]:
    """Labelled hosts of a CSV file."""
    with open(path, encoding="utf-8", newline="") as file:
        return [(host, int(label)) for host, label in csv.reader(file)]


class Letters(Player):
    """Logistic regression over letter sequences."""

    model: Pipeline

    def train(self, rows: list[tuple[str, int]]) -> "Letters":
        self.model = make_pipeline(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2),
            LogisticRegression(C=3.0, max_iter=500),
        )
        self.model.fit([host for host, _ in rows], [label for _, label in rows])
        return self

    def forecast(self, question):
        if question.template != "dapp-scam":
            return None
        p = self.model.predict_proba([question.fields[0]])[0][1]
        return Forecast(float(p), confidence=0.6, reason="letters of the name")


if __name__ == "__main__":
    rows = read(sys.argv[1]) if len(sys.argv) > 1 else made_up()
    player = Letters(key="dev5", budget=5, trust="all", record="letters.jsonl")
    player.train(rows).run()

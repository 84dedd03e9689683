"""Forecasters for the Agon prediction market.

    from agon import Player

    class Vowels(Player):
        def forecast(self, question):
            return 0.3 if set(question.fields[0]) & set("aeiou") else 0.8

    Vowels(key="dev5", budget=5, trust="all").run()

A Player reads every question, asks your method for the probability of YES, and
trades where that differs from the price by more than it costs to look: sizing,
budget, transactions, retries and claims are the SDK's. Market and Trader are the
layers below it, for those who want to do that themselves.
"""

from agon.curve import Curve, kl, shrink
from agon.errors import (
    AgonError,
    BudgetError,
    ConfigError,
    NodeError,
    Refused,
)
from agon.market import COIN, Book, Market, Order, Preview, Question, SignedOrder
from agon.player import Player
from agon.question import Forecast, Topic
from agon.record import Line, Record, read_record
from agon.sizing import Bet, Decision, Style, plan, size
from agon.trader import Event, Receipt, Trader

__all__ = [
    "COIN",
    "AgonError",
    "Bet",
    "Book",
    "BudgetError",
    "ConfigError",
    "Curve",
    "Decision",
    "Event",
    "Forecast",
    "Line",
    "Market",
    "NodeError",
    "Order",
    "Player",
    "Preview",
    "Question",
    "Receipt",
    "Record",
    "Refused",
    "SignedOrder",
    "Style",
    "Topic",
    "Trader",
    "kl",
    "plan",
    "read_record",
    "shrink",
    "size",
]

__version__ = "0.1.0"

"""The market that several lessons, labs and checks need: ether against gold, a thousandth of an ether a piece."""

from nnchain_edu.chain import Chain
from nnchain_edu.chain.views import Deployed

ETHER = 10**18
MARKET_ETHER, MARKET_GOLD, GOLD = 100 * ETHER, 10**5 * ETHER, 10**6 * ETHER  # wei, and units of the token


def open_market(chain: Chain, sender: str = "alice") -> tuple[Deployed, Deployed]:
    """(gold, market): a token of a million pieces; 100,000 are in a market with 100 ether, the sender has the rest."""
    gold = chain.deploy("token", "Gold", "GLD", GOLD, sender=sender)
    market = chain.deploy("market", gold, sender=sender)
    chain.send(gold.functions.approve, market, MARKET_GOLD, sender=sender)
    chain.send(market.functions.open, MARKET_GOLD, sender=sender, value=MARKET_ETHER)
    return gold, market

"""Step 7, ANSWER: entries, failures and our own pages become replies. Pure.

Knows no freshness rules and no stores; age and lifetime come in as numbers.
"""

from proxy.reply.build import build
from proxy.reply.preflight import preflight
from proxy.reply.problems import problem
from proxy.reply.robots import robots
from proxy.reply.usage import usage

__all__ = ["build", "preflight", "problem", "robots", "usage"]

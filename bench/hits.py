"""What a hit costs: ours beside nginx, Varnish, plain aiohttp, node, Granian and thumbor.

    python bench/hits.py [--quick] [--rounds 9] [--seconds 2] [--only "25 KB"]

All servers run at once, one worker each, on core 0; the load runs on core 1. A round asks each peer
each case in turn; the next round goes the other way round. ``--quick`` writes to stdout only. Exits
1 below the figures of issue 6.
"""
# a folder of programs

import argparse
import sys
from collections import defaultdict
from dataclasses import replace

import load
from cases import OURS, Case, cases
from hits_report import report
from load import Load
from peers import PEERS
from peers.peer import Peer
from results import write_part
from stand import Asked, Running, Stand, put_script


class Bench:
    """The running peers and, by case and peer, the script that asks them."""

    def __init__(self, stand: Stand, chosen: list[Case], *, seconds: int) -> None:
        self._stand, self._seconds = stand, seconds
        self.turns: list[tuple[Case, Running, int]] = []
        stand.lay_out([case.asked for case in chosen])
        wanted = {name for case in chosen for name in case.peers}
        for peer in PEERS:
            if peer.name in wanted:
                self._add(peer, chosen)

    def measure(self, rounds: int) -> dict[tuple[Case, str], list[Load]]:
        """Return each case's and peer's runs, by round."""
        found: dict[tuple[Case, str], list[Load]] = defaultdict(list)
        before = self._stand.fetched()
        turns = sorted(self.turns, key=lambda turn: turn[2])  # a case's peers, one after the other
        for number in range(rounds):
            for case, running, at in turns[:: -1 if number % 2 else 1]:
                script = put_script(running, at)
                port = running.place.port
                done = load.run(running.process, port, script, seconds=self._seconds)
                found[case, running.peer.name].append(done)
                running.empty_logs()
            if self._stand.fetched() != before:
                raise ValueError("what was timed were not hits: the origin was asked")
            sys.stderr.write(f"hits: round {number + 1} of {rounds}\n")
        return found

    def _add(self, peer: Peer, chosen: list[Case]) -> None:
        running = self._stand.start(peer)
        if running is None:
            sys.stderr.write(f"hits: without {peer.name}: {peer.missing()}\n")
            return
        for at, case in enumerate(chosen):
            if peer.name in case.peers and case.asked.answered_by(peer):
                asks = self._stand.warm(running, case.asked)
                script = load.script(put_script(running, at), asks)
                load.run(running.process, running.place.port, script, seconds=1)
                self.turns.append((case, running, at))


def main() -> int:
    """Measure, write the part and say what falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--only", help="cases of this name")
    told = parser.parse_args()
    chosen = cases()
    if told.quick:
        chosen = [replace(case, peers=case.quick) for case in chosen if case.quick]
    chosen = [case for case in chosen if told.only in {None, case.name}]
    with Stand("hits") as stand:
        bench = Bench(stand, chosen, seconds=told.seconds or (1 if told.quick else 2))
        measured = bench.measure(told.rounds or (3 if told.quick else 9))
        versions = {name: one.peer.version() for name, one in stand.running.items()}
        example = stand.running[OURS].requests(Asked(original="25k.jpg", pictures=1))[0]
        text, short = report(measured, versions, stand.skipped, head=len(example))
    if not told.quick:
        write_part("hits", text)
    sys.stdout.write(text)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())

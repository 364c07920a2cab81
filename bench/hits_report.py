"""What the measuring of hits came to: issue 6's figures, ratios, then absolute figures."""
# a folder of programs

from collections.abc import Mapping, Sequence

from cases import CACHE, OURS, STATIC, Case
from load import Load
from results import machine, median, ratio, spread, table, verdict, verdicts

Measured = Mapping[tuple[Case, str], Sequence[Load]]
# Case, peer, bound: at most so many times the peer's processor time …
AT_MOST = (
    ("25 KB", STATIC, 1.25),
    ("25 KB", CACHE, 1.15),
    ("200 KB", STATIC, 1.25),
    ("304", STATIC, 1.45),
)
# … or so many times less of it.
TIMES_LESS = (
    ("25 KB", "plain aiohttp", 3.0),
    ("25 KB", "node", 1.7),
    ("25 KB", "granian", 1.7),
    ("thumbnail", "thumbor", 30.0),
)
_HOW = """\
Medians over {rounds} rounds; ± is the width of the middle half of the rounds, as a share of the
median. All servers run at once, one worker each, on core 0; wrk ({connections} connections, kept)
runs on core 1, and so does the origin, which is not asked while anything is timed. A round asks
every peer every case in turn, the next goes the other way round; a ratio is the median of the
rounds' ratios. µs are user + system time of the server's whole tree of processes, by the kernel;
opening a connection and its first 10 requests are not in them, but in the rates and latencies.
*browser* is the head Chrome sends for an <img> of another site ({head} bytes with its target),
*short* wrk's own; 64 or 1 is how many pictures are asked for in turn.

What limits it: both cores share caches and whatever else the machine does, so that µs and rates of
two runs differ more than ratios within one. One core of wrk is slower than nginx: where the server
waits for its load, requests/s and latencies are wrk's, and µs hold fewer requests a wake-up than a
saturated server's. Ours writes one line of JSON a hit and sends CORS, caching and security headers:
the bytes show it. nginx writes a buffered access log as well; Varnish logs to shared memory only;
plain aiohttp, node and Granian log nothing and answer from a dict, without a look at anything.
"""


def report(
    measured: Measured, versions: Mapping[str, str], skipped: Mapping[str, str], head: int
) -> tuple[str, bool]:
    """Return the part, in Markdown, and whether a figure falls short."""
    rounds = max(len(loads) for loads in measured.values())
    figures = _figures(measured)
    text = ["## Hits", "", verdicts(figures), "### Ours ÷ theirs, processor time a request", ""]
    text += [_ratios(measured), "### Absolute", "", _absolute(measured)]
    text += [_HOW.format(rounds=rounds, connections=64, head=head)]
    text += [machine(versions)]
    text += [f"Not here: {name} ({why})." for name, why in skipped.items()]
    return "\n".join(text).rstrip() + "\n", any("**short**" in line for line in figures)


def _of(measured: Measured, case: Case, peer: str) -> list[float]:
    return [one.cpu_us for one in measured.get((case, peer), ())]


def _cases(measured: Measured) -> list[Case]:
    return list(dict.fromkeys(case for case, _ in measured))


def _figures(measured: Measured) -> list[str]:
    """Return a line for each of the issue's figures and each head; 64 pictures."""
    many = [case for case in _cases(measured) if case.asked.pictures > 1]
    found = []
    for at_most, bounds in ((True, AT_MOST), (False, TIMES_LESS)):
        for name, peer, bound in bounds:
            for case in many:
                if case.name == name and peer in case.peers:
                    ours, theirs = _of(measured, case, OURS), _of(measured, case, peer)
                    above, below = (ours, theirs) if at_most else (theirs, ours)
                    times = ratio(above, below)[0] if ours and theirs else float("nan")
                    what = f"{name}, {case.asked.head} head: "
                    what += f"ours ÷ {peer}" if at_most else f"{peer} ÷ ours"
                    line = verdict(what=what, found=times, bound=bound, at_most=at_most)
                    found.append(line)
    return found


def _ratios(measured: Measured) -> str:
    peers = [peer for peer in dict.fromkeys(peer for _, peer in measured) if peer != OURS]
    rows = []
    for case in _cases(measured):
        ours = _of(measured, case, OURS)
        if not ours:
            continue
        row: list[str] = []
        for peer in peers:
            theirs = _of(measured, case, peer)
            found, wide = ratio(ours, theirs) if theirs else (0.0, 0.0)
            row.append(f"{found:.2f} ±{wide:.0%}" if theirs else "")
        rows.append([case.name, case.asked.head, case.asked.pictures, *row])
    return table(["case", "head", "pictures", *peers], rows, text=2)


def _absolute(measured: Measured) -> str:
    heads = ["case", "head", "pictures", "server", "µs CPU", "±", "requests/s", "±"]
    heads += ["p50 ms", "p99 ms", "bytes"]
    rows = []
    for case in _cases(measured):
        for (one, peer), loads in measured.items():
            if one != case:
                continue
            cpu, rate = [x.cpu_us for x in loads], [x.rate for x in loads]
            row = [case.name, case.asked.head, case.asked.pictures, peer]
            row += [f"{median(cpu):.1f}", f"{spread(cpu):.0%}"]
            row += [f"{median(rate):,.0f}", f"{spread(rate):.0%}"]
            row += [f"{median(x.p50_ms for x in loads):.2f}"]
            row += [f"{median(x.p99_ms for x in loads):.2f}"]
            rows.append([*row, f"{median(x.size for x in loads):,.0f}"])
    return table(heads, rows, text=2)

"""What a run of scenarios leaves in its directory, for people and for programs:

    summary.txt, summary.json        all scenarios so far, written again after each
    SCENARIO/report.txt              one of them: its time line by seconds, its longest stall, what failed
    SCENARIO/history.jsonl.gz        every operation of its clients (history.py)
"""

import json


class Report:
    """The results so far, in a directory."""

    def __init__(self, directory):
        self.directory = directory
        self.results = []
        self.aborted = None
        directory.mkdir(parents=True, exist_ok=True)
        self.write()

    def add(self, result):
        self.results.append(result)
        self.write()

    def abort(self, why):
        """The run ends before its end."""
        self.aborted = why
        self.write()

    def write(self):
        for result in self.results:
            self.put(f"{result['scenario']}/report.txt", text(result) + "\n")
        self.put("summary.txt", "\n\n".join([*map(text, self.results), self.verdict()]) + "\n")
        self.put("summary.json", json.dumps(self.summary(), indent=1) + "\n")

    def put(self, name, content):
        """Whole or not at all: a run may be ended at any time."""
        fresh = self.directory / f"{name}.new"
        fresh.write_text(content, encoding="utf-8")
        fresh.replace(self.directory / name)

    def failed(self):
        return [r["scenario"] for r in self.results if r["failures"]]

    def missed(self):
        return [r["scenario"] for r in self.results if r["targetMissed"]]

    def summary(self):
        return {"scenarios": self.results, "failed": self.failed(), "missedTarget": self.missed(),
                "aborted": self.aborted}

    def verdict(self):
        return (f"{len(self.results)} scenarios; failed: {', '.join(self.failed()) or 'none'};"
                f" missed the target: {', '.join(self.missed()) or 'none'}"
                + (f"; ended before its end: {self.aborted}" if self.aborted else ""))


def missed(seconds, target):
    return ": MISSED" if seconds > target else ""


def text(result):
    target = result["targetSeconds"]
    stall = result["longestStallSeconds"]
    lines = [
        f"{result['scenario']}: {result['what']}",
        "  second: acknowledged writes   "
        + "  ".join(f"{second}: {count}" for second, count in result["timeLine"]),
        f"  longest stall {stall} s"
        + (f" (target {target} s{missed(stall, target)})" if target else "")
        + f", before {result['longestStallBeforeSeconds']} s,"
        f" while mended {result['longestStallWhileMendedSeconds']} s",
        f"  {result['acknowledged']} writes acknowledged, {result['unknown']} without an answer,"
        f" {result['refused']} refused; {result['flushed']} flushes, {result['read']} reads,"
        f" {result['attachments']} attachments; history in {result['history']}"]
    if result.get("sentAgain"):
        lines.append(f"  {result['sentAgain']} writes sent again; {result['resurrectedWrites']} of them"
                     " showed again after newer ones of their blocks (resurrected)")
    lines += [f"  {one['what']}: {one['seconds']} s (target {one['targetSeconds']} s"
              f"{missed(one['seconds'], one['targetSeconds'])})" for one in result.get("timings", [])]
    if "copiedBytes" in result:
        lines.append(
            f"  {result['copiedBytes'] >> 20} MiB copied in {result['resyncs']} resyncs, "
            f"{result['copiedToChanged']} times the {result['changedBytes'] >> 20} MiB changed (target"
            f" 1.5); 99th percentile of a write {result['p99MillisWhileAway']} ms while it was away,"
            f" {result['p99MillisDuring']} ms in the {result['lastResyncSeconds']:.1f} s of the last"
            f" resync, {result['p99MillisAfterwards']} ms afterwards (target: twice that)")
    if result.get("mirrorsIdentical"):
        lines.append("  all mirrors are identical")
    return "\n".join(lines + [f"  FAILED: {failure}" for failure in result["failures"]])

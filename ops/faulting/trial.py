"""One scenario, run: load, strike, watch, mend, and what the clients' histories say of it."""

import datetime
import gzip
import json
import time

import history
import resent
from cluster import Load, until

APART_BLOCKS = 8
APART_STAMP = 0x0102030405060708  # no rotation of another stamp
BLOCK = 4096
WRITTEN_AGAIN_SECONDS = 30
BALLAST_BYTES = 2 << 30


class Trial:
    """Runs a scenario on a cluster; the clients are gone when it is over."""

    def __init__(self, scenario, cluster, directory, quick):
        self.scenario, self.cluster, self.quick = scenario, cluster, quick
        self.directory = directory / scenario.name
        self.directory.mkdir(parents=True, exist_ok=True)
        self.volume = scenario.name
        self.before, self.watch = (2, 3) if quick else (4, 10)
        self.struck = self.watched = self.mended = None
        self.failures = []
        self.timings = []
        self.more = {}
        self.loads = []
        self.compared = [self.volume]

    def long(self, seconds):
        return seconds / 6 if self.quick else seconds

    # ---- what scenarios use

    def coordinator(self):
        return self.shown["coordinator"]

    def mirror(self):
        """A server with a mirror that does not coordinate."""
        return max(m["server"] for m in self.shown["mirrors"] if m["server"] != self.coordinator())

    def strike(self, action, watch=None):
        """After some time of undisturbed load."""
        time.sleep(self.before)
        self.struck = time.monotonic_ns()
        self.struck_sizes = self.cluster.log_sizes()
        self.begin_timing()
        action()
        time.sleep(self.watch if watch is None else watch)
        self.watched = time.monotonic_ns()

    def mend(self, action):
        action()
        self.cluster.await_in_sync(self.volume)

    def begin_timing(self):
        self.timed = time.monotonic()

    def timing(self, what, target):
        """What has been reached now, in seconds since the strike or begin_timing()."""
        self.timings.append({"what": what, "seconds": round(time.monotonic() - self.timed, 1),
                             "targetSeconds": target})

    def expect_moved_within_redundancy(self, volume, mirrors=3):
        """Since the strike mirrors of this volume, of one extent, came and left, and at no time were
        fewer in sync: a coordinator logs a leaving before it happens, a coming after it."""
        # Those of one millisecond stay in the order of their log.
        events = sorted(self.cluster.logged(
            rf"(\d{{4}}-\S+Z) .*volume {volume}: mirror (\d+) (leaves|is in sync again)",
            self.struck_sizes), key=lambda event: event[0])
        members = {str(m) for m in self.cluster.volume(volume)["extents"][0]["inSync"]}
        counts = [len(members)]
        for _, mirror, event in reversed(events):
            (members.add if event == "leaves" else members.discard)(mirror)
            counts.append(len(members))
        self.expect(len(events) >= 2 and min(counts) >= mirrors,
                    f"{volume} moves and has {mirrors} mirrors in sync throughout ({events})")

    def expect_coordinator_stays(self):
        now = self.cluster.volume(self.volume)
        self.expect(all(now[key] == self.shown[key] for key in ("epoch", "coordinator")),
                    "the volume's lease is what it was")

    def expect(self, holds, what):
        if not holds:
            self.failures.append(f"not so: {what}")

    def expect_unchanged(self):
        """The volume is where it was, with the mirrors that it had."""
        now = self.cluster.volume(self.volume)
        self.expect(all(now[key] == self.shown[key] for key in ("epoch", "coordinator", "extents")),
                    "the volume's lease and in-sync set are what they were")

    def expect_moved(self):
        """Another server coordinates the volume."""
        now = self.cluster.volume(self.volume)
        self.expect(now["epoch"] > self.shown["epoch"]
                    and now["coordinator"] != self.shown["coordinator"],
                    "another server coordinates the volume under a later epoch")

    def expect_attached_throughout(self):
        """No client lost its connection."""
        attached = [op["client"] for op in self.noted("writer", "reader") if op["do"] == "attach"]
        self.expect(sorted(attached) == ["reader", "writer"], "each client attaches once")

    def acknowledged_soon(self):
        """Whether a write that began after now is acknowledged."""
        return self.written_soon("ok")

    def refused_soon(self):
        """Whether a write that began after now is refused for want of space."""
        return self.written_soon("refused")

    def written_soon(self, outcome):
        since = time.monotonic_ns()
        until(f"a write is {outcome}",
              lambda: any(op["do"] == "write" and op["outcome"] == outcome and op["began"] > since
                          for op in self.noted("writer")),
              WRITTEN_AGAIN_SECONDS)
        return True

    def ballast(self):
        """A client of a volume of its own, which can fill the devices."""
        self.cluster.ashlar("volume", "create", "ballast", "--size", BALLAST_BYTES)
        ballast = Load("ballast", self.directory / "ballast", self.cluster.uris("ballast", "server-2"),
                       1, "--fill")
        self.loads.append(ballast)
        return ballast

    def fill(self, ballast):
        filled = int(ballast.ask("fill"))
        self.expect(0 < filled < BALLAST_BYTES, "the devices get full")

    def trim(self, ballast):
        ballast.ask("trim")

    def delete(self, ballast):
        ballast.end()
        self.cluster.ashlar("volume", "delete", ballast.name, "--force")

    def write_apart(self):
        """Blocks that the load does not touch, written and flushed; returns their stamps."""
        self.client("apart", "--once", "--first-block", 1, "--first-stamp", APART_STAMP,
                    blocks=APART_BLOCKS).end()
        return range(APART_STAMP, APART_STAMP + APART_BLOCKS)

    def damage(self, stamps):
        """In the device files of the coordinator, wherever those blocks are."""
        for path in self.cluster.files(self.coordinator()):
            content = path.read_bytes()
            with open(path, "r+b", buffering=0) as file:
                for stamp in stamps:
                    at = content.find(stamp.to_bytes(8, "little") * (BLOCK // 8))
                    if at >= 0:
                        file.seek(at + 1000)
                        file.write(b"damaged!")
                        self.damaged += 1

    damaged = 0

    def read_apart(self, stamps):
        reading = self.client("apart-reader", "--once", "--read", "--first-block", 1,
                              blocks=len(stamps))
        reading.end()
        seen = [op["stamp"] for op in self.noted("apart-reader") if op["do"] == "read"]
        return seen == list(stamps) and self.damaged == len(stamps)

    def repaired(self):
        return len(self.cluster.logged(r"block \d+ of mirror \d+ was bad and is repaired",
                                       self.log_sizes))

    def await_log(self, what, pattern):
        return until(what, lambda: self.cluster.logged(pattern, self.log_sizes), 60)

    def measure_resync(self):
        """What was copied against what had changed, and what clients felt of it. The load before a
        fault is that of processes that have just started, so normal is the load afterwards."""
        begun, ended = (self.log_time(f"volume {self.volume}: mirror .* {event}")
                        for event in ("is back", "is in sync again"))
        time.sleep(self.watch)
        calm = time.monotonic_ns()
        copied = sum(map(int, self.cluster.logged(
            f"volume {self.volume}: mirror .* (\\d+) bytes copied", self.log_sizes)))
        writes = [op for op in self.noted("writer") if op["do"] == "write" and op["ended"]]
        changed = BLOCK * len({op["block"] for op in writes if self.struck < op["ended"] < ended[-1]})

        def p99(since, until_):
            return round(history.percentile([op["ended"] - op["began"] for op in writes
                                             if since < op["began"] < until_], 0.99) / 1e6, 2)
        self.more = {"changedBytes": changed, "copiedBytes": copied,
                     "copiedToChanged": round(copied / changed, 2),
                     "resyncs": len(begun), "lastResyncSeconds": (ended[-1] - begun[-1]) / 1e9,
                     "p99MillisWhileAway": p99(self.watched - self.watch * 10**9, self.watched),
                     "p99MillisDuring": p99(begun[-1], ended[-1]),
                     "p99MillisAfterwards": p99(ended[-1] + 10**9, calm)}
        self.expect(copied <= 1.5 * changed, f"{copied} bytes copied are at most 1.5 x {changed}")
        self.expect(len(begun) >= 2, "the resync was interrupted")

    def log_time(self, pattern):
        """When the servers logged such lines, on the clock of the histories."""
        shift = time.time_ns() - time.monotonic_ns()
        stamps = self.cluster.logged(rf"(\d{{4}}-\S+Z) [^\n]*{pattern}", self.log_sizes)
        return sorted(round(datetime.datetime.fromisoformat(stamp).timestamp() * 1000) * 10**6 - shift
                      for stamp in stamps)

    # ---- how it goes

    def client(self, name, *options, first="server-1", blocks=None, program="client.py"):
        load = Load(name, self.directory / name, self.cluster.uris(self.volume, first),
                    blocks or self.scenario.blocks, *options, stride=self.scenario.stride,
                    program=program)
        self.loads.append(load)
        return load

    def writer(self):
        if self.scenario.insists_after is None:
            return self.client("writer")
        return self.client("writer", "--patience", self.scenario.insists_after,
                           program="insistent.py")

    def noted(self, *names):
        """What clients have noted so far; the last line of one that runs may not be whole."""
        operations = []
        for path in (self.directory / name for name in names):
            lines = path.read_text(encoding="utf-8").splitlines(True) if path.exists() else []
            operations += [json.loads(line) for line in lines if line.endswith("\n")]
        return operations

    def run(self):
        try:
            self.cluster.ashlar("volume", "create", self.volume, "--size",
                                self.scenario.blocks * self.scenario.stride * BLOCK)
            writer = self.writer()
            # First, so that its server coordinates.
            until("the first writes", lambda: self.noted("writer"), 30)
            reader = self.client("reader", "--read", "--pace", 0.01, first="server-2")
            self.shown = self.cluster.volume(self.volume)
            self.log_sizes = self.cluster.log_sizes()
            self.scenario.run(self)
            mended = time.monotonic_ns()
            time.sleep(1)
            writer.end()
            reader.end()
            self.client("checker", "--once", "--read").end()
            return self.result(mended)
        finally:
            for load in self.loads:
                load.kill()

    def result(self, mended):
        names = [load.name for load in self.loads if load.name != "ballast"]
        operations = self.noted(*names)
        with gzip.open(self.directory / "history.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(op) + "\n" for op in operations)
        for load in self.loads:
            load.history.unlink(missing_ok=True)
        whole = resent.merged(operations)
        resurrected = resent.resurrected(whole)
        self.failures += history.violations([op for op in whole if op.get("block") not in resurrected])
        self.failures += resurrected.values()
        ends = history.acknowledged_writes(operations, "writer")
        stall = history.longest_stall(ends, self.struck, self.watched)
        target = self.scenario.target
        missed = [t["what"] for t in self.timings if t["seconds"] > t["targetSeconds"]]
        writes = [op for op in operations if op["client"] == "writer" and op["do"] == "write"]

        def count(outcome):
            return sum(op["outcome"] == outcome for op in writes)
        return {
            "scenario": self.scenario.name,
            "what": self.scenario.what,
            "targetSeconds": target,
            "targetMissed": (target is not None and stall > target) or bool(missed),
            "timings": self.timings,
            "longestStallSeconds": round(stall, 3),
            "longestStallBeforeSeconds": round(
                history.longest_stall([end for end in ends if end < self.struck],
                                      self.struck - self.before * 10**9, self.struck), 3),
            "longestStallWhileMendedSeconds": round(
                history.longest_stall(ends, self.watched, mended), 3),
            "watchedSeconds": round((self.watched - self.struck) / 1e9, 1),
            "acknowledged": count("ok"),
            "unknown": count("unknown"),
            "refused": count("refused"),
            "sentAgain": sum(op.get("tries", 1) > 1 for op in whole),
            "resurrectedWrites": len(resurrected),
            "flushed": sum(op["do"] == "flush" and op["outcome"] == "ok" for op in operations),
            "read": sum(op["do"] == "read" and op["outcome"] == "ok" for op in operations),
            "attachments": sum(op["client"] == "writer" and op["do"] == "attach"
                               and op["outcome"] == "ok" for op in operations),
            "timeLine": history.time_line(ends, self.struck, writes[0]["began"], mended),
            "history": str(self.directory / "history.jsonl.gz"),
            "failures": self.failures,
            **self.more,
        }

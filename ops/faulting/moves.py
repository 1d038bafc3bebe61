"""Scenarios in which mirrors move: a server is drained, a server or a disk is gone for good. Besides the
volume under load there is one that no client has attached, whose content is known."""

import json
import random
import shutil
import subprocess

from cluster import run, until
from scenarios import scenario

FOUR_SERVERS = ("--device-bytes", 4 << 30, "--servers", 4)
MOVE_LIMIT_SECONDS = 180
# Besides the grace, for the whole of both volumes.
COPY_SECONDS = 15
NEVER_SECONDS = 3600


class Kept:
    """A volume without clients, full of bytes that are known."""

    def __init__(self, trial):
        self.trial, self.cluster = trial, trial.cluster
        self.name = f"{trial.volume}-kept"
        self.image = trial.directory / "kept.img"
        mebibytes = 16 if trial.quick else 128
        generator = random.Random(mebibytes)
        with open(self.image, "wb") as file:
            for _ in range(mebibytes):
                file.write(generator.randbytes(1 << 20))
        self.cluster.ashlar("volume", "create", self.name, "--size", mebibytes << 20)
        trial.compared.append(self.name)
        run("nbdcopy", "--flush", self.image, self.uri("server-1"))

    def uri(self, server):
        return self.cluster.uris(self.name, server)[0]

    def check(self, server):
        """Every byte is there, through a server."""
        copy = subprocess.Popen(["nbdcopy", self.uri(server), "-"], stdout=subprocess.PIPE)
        same = subprocess.run(["cmp", "-s", "-", self.image], stdin=copy.stdout, check=False)
        copy.stdout.close()
        self.trial.expect(not same.returncode and not copy.wait(),
                          f"{self.name} holds what was copied into it, through {server}")

    def done(self):
        self.image.unlink()


def holder(trial, kept):
    """A server with mirrors of both volumes, which coordinates neither."""
    both = [{m["server"] for m in trial.cluster.volume(volume)["mirrors"]}
            for volume in (trial.volume, kept.name)]
    return min(both[0] & both[1] - {trial.coordinator()})


def devices(trial, server):
    listed = json.loads(trial.cluster.ashlar("-o", "json", "server", "list"))["servers"]
    return {d["id"]: d["mirrors"] for s in listed if s["name"] == server for d in s["devices"]}


def await_moved(trial, server, old):
    """Until those devices have no mirrors, and every volume has as many in sync as it should."""
    def moved():
        now = devices(trial, server)
        if any(now.get(device) for device in old):
            return False
        status = json.loads(trial.cluster.ashlar("-o", "json", "status"))
        return not status["extentsBelowPolicy"] and not status["extentsMoving"]
    until(f"the mirrors of {server} are elsewhere, and in sync", moved, MOVE_LIMIT_SECONDS)


def repair_after(trial, seconds):
    trial.cluster.ashlar("settings", "--repair-after", seconds)


def erase(trial, server):
    shutil.rmtree(trial.cluster.env["devices"][server][0])


def kill_for_good(trial, server):
    trial.cluster.kill(server)
    erase(trial, server)


def come_back_empty(trial, server):
    trial.cluster.restart(server)
    trial.expect(not any(devices(trial, server).values()), f"{server} has no mirrors when it returns")


# ---------------------------------------------------------------- drain


def drain(trial, server, kept):
    """Empties a server, kills it, erases it; it comes back and is in use again."""
    old = devices(trial, server)
    moving = [volume for volume in (trial.volume, kept.name)
              if server in trial.cluster.holders(volume)]
    trial.expect(moving, f"{server} has mirrors")

    def empty():
        trial.cluster.ashlar("server", "drain", server)
        await_moved(trial, server, old)
        trial.timing("empty after the order to drain", COPY_SECONDS)
        for volume in moving:
            trial.expect_moved_within_redundancy(volume)
        kill_for_good(trial, server)
    trial.strike(empty)
    kept.check(next(s for s in trial.cluster.servers if s != server))
    come_back_empty(trial, server)
    trial.cluster.ashlar("server", "undrain", server)
    trial.cluster.ashlar("volume", "create", f"{trial.volume}-after", "--size", "1MiB")
    trial.expect(any(devices(trial, server).values()), f"{server} gets mirrors again")
    trial.cluster.ashlar("volume", "delete", f"{trial.volume}-after")
    kept.done()


@scenario(target=0.5, options=FOUR_SERVERS)
def mirror_drained(trial):
    """a server with mirrors is drained, then killed -9 and erased; it comes back empty"""
    kept = Kept(trial)
    drain(trial, holder(trial, kept), kept)
    trial.expect_coordinator_stays()


@scenario(target=3, options=FOUR_SERVERS)
def coordinator_drained(trial):
    """the same with the server that coordinates and has the client"""
    drain(trial, trial.coordinator(), Kept(trial))


# ---------------------------------------------------------------- repair


@scenario(target=3, options=FOUR_SERVERS)
def server_lost(trial):
    """kill -9 of a server with mirrors, for good; when they are made anew, of the coordinator's too"""
    kept, grace = Kept(trial), 3 if trial.quick else 10
    lost, next_lost = holder(trial, kept), trial.coordinator()
    repair_after(trial, grace)
    old = devices(trial, lost)

    def lose_both():
        kill_for_good(trial, lost)
        await_moved(trial, lost, old)
        trial.timing("redundant again after the first loss", grace + COPY_SECONDS)
        repair_after(trial, NEVER_SECONDS)
        trial.cluster.kill(next_lost)
    trial.strike(lose_both)
    kept.check(next(s for s in trial.cluster.servers if s not in (lost, next_lost)))
    come_back_empty(trial, lost)
    trial.mend(lambda: trial.cluster.restart(next_lost))
    trial.cluster.await_in_sync(kept.name)
    trial.expect_moved()
    kept.done()


@scenario(target=0.5, options=FOUR_SERVERS)
def repair_leader_killed(trial):
    """kill -9 of a mirror's server, for good, and of the metadata leader when most of the grace is over"""
    grace = 10 if trial.quick else 30
    lost, leader = trial.mirror(), trial.cluster.leader()
    repair_after(trial, grace)
    old = devices(trial, lost)
    trial.strike(lambda: kill_for_good(trial, lost), watch=grace * 0.8)
    trial.cluster.kill(leader)
    await_moved(trial, lost, old)
    trial.timing("redundant again: the next leader goes on counting", grace + COPY_SECONDS)
    repair_after(trial, NEVER_SECONDS)
    trial.cluster.restart(leader)
    come_back_empty(trial, lost)


@scenario(target=0.5)
def disk_replaced(trial):
    """kill -9 of a mirror's server, which comes back with an empty disk"""
    kept, grace = Kept(trial), 3 if trial.quick else 10
    server = trial.mirror()
    old = devices(trial, server)
    repair_after(trial, grace)
    trial.strike(lambda: kill_for_good(trial, server), watch=2)
    trial.cluster.restart(server)
    trial.begin_timing()
    await_moved(trial, server, old)
    trial.timing("redundant again after its return", grace + COPY_SECONDS)
    repair_after(trial, NEVER_SECONDS)
    kept.check(server)
    kept.done()

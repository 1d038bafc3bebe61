"""Scenarios with a client that sends its writes again (insistent.py): what the server that did not answer
holds of them must not take effect any more when that server is well again. The client closes its connection
after 1.5 s where the server is frozen, which the server sees as soon as it goes on; where it is cut off it
cannot see that, and the client waits for 5 s."""

from scenarios import scenario

CLOSES_SECONDS = 1.5
CUT_OFF_SECONDS = 5
# The client has gone on elsewhere by then, whatever a takeover takes.
WATCH_SECONDS = 12


def attached(trial):
    """The client's server, which is the coordinator."""
    trial.expect(trial.coordinator() == "server-1", "the client's server coordinates")
    return "server-1"


def forwarding(trial):
    """The same, after a handover: it only forwards."""
    server = attached(trial)
    trial.cluster.ashlar("volume", "handover", trial.volume, "--to", trial.mirror())
    trial.shown = trial.cluster.volume(trial.volume)
    trial.expect(trial.coordinator() != server, f"{server} only forwards")
    return server


def freeze(trial, server):
    trial.strike(lambda: trial.cluster.freeze(server), WATCH_SECONDS)
    trial.mend(lambda: trial.cluster.thaw(server))
    expect_sent_again(trial)


def cut(trial, server):
    trial.strike(lambda: trial.cluster.cut(server), WATCH_SECONDS)
    trial.mend(lambda: trial.cluster.mend_links(server))
    expect_sent_again(trial)


def kill(trial, server):
    trial.strike(lambda: trial.cluster.kill(server), WATCH_SECONDS)
    trial.mend(lambda: trial.cluster.restart(server))
    expect_sent_again(trial)


def expect_sent_again(trial):
    lost = [op for op in trial.noted("writer") if op["do"] == "write" and op["outcome"] == "unknown"]
    trial.expect(len(lost) > 1, "several writes are sent again")


@scenario(target=5, insists_after=CLOSES_SECONDS)
def resent_coordinator_frozen(trial):
    """SIGSTOP of the coordinator's server; the client goes to another and insists; then SIGCONT"""
    freeze(trial, attached(trial))
    trial.expect_moved()


@scenario(target=5, insists_after=CLOSES_SECONDS)
def resent_forwarder_frozen(trial):
    """SIGSTOP of the client's server, which forwards; the client goes elsewhere and insists; then SIGCONT"""
    freeze(trial, forwarding(trial))


@scenario(target=8, cuts=True, insists_after=CUT_OFF_SECONDS)
def resent_coordinator_cut(trial):
    """the coordinator's server is cut off from all; the client goes elsewhere after 5 s and insists"""
    cut(trial, attached(trial))
    trial.expect_moved()


@scenario(target=8, cuts=True, insists_after=CUT_OFF_SECONDS)
def resent_forwarder_cut(trial):
    """the client's server, which forwards, is cut off from all; the client goes elsewhere and insists"""
    cut(trial, forwarding(trial))


@scenario(target=3, insists_after=CLOSES_SECONDS)
def resent_coordinator_killed(trial):
    """kill -9 of the coordinator's server; the client goes to another and insists"""
    kill(trial, attached(trial))
    trial.expect_moved()


@scenario(target=2, insists_after=CLOSES_SECONDS)
def resent_forwarder_killed(trial):
    """kill -9 of the client's server, which forwards; the client goes to another and insists"""
    kill(trial, forwarding(trial))

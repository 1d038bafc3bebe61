"""What is done to the cluster. Each scenario is a function of a Trial (trial.py): it prepares, strikes
once at a moment that the trial notes, watches, and mends. Its first line says what it does."""

SCENARIOS = {}

# Words for local-cluster; scenarios with the same ones share a cluster.
THREE_SERVERS = ("--device-bytes", 4 << 30)

# How many blocks the load uses, and how many blocks it is from each to the next.
LOAD = (1024, 16)
BIG_LOAD = (65536, 4)


class Scenario:
    """One fault; the target is the longest stall that is allowed, in seconds, None if there is none.
    A client that insists sends its writes again, elsewhere, after so many seconds without an answer."""

    def __init__(self, function, target, cuts, options, load, insists_after):
        self.name = function.__name__.replace("_", "-")
        self.what = " ".join(function.__doc__.split())
        self.insists_after = insists_after
        self.run, self.target, self.cuts, self.options = function, target, cuts, options
        self.blocks, self.stride = load


def scenario(target=None, cuts=False, options=THREE_SERVERS, load=LOAD, insists_after=None):
    def register(function):
        made = Scenario(function, target, cuts, options, load, insists_after)
        SCENARIOS[made.name] = made
        return function
    return register


# ---------------------------------------------------------------- a mirror goes away


@scenario(target=0.5)
def mirror_killed(trial):
    """kill -9 of a server that holds a mirror"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.kill(mirror))
    trial.mend(lambda: trial.cluster.restart(mirror))


@scenario(target=2)
def mirror_frozen(trial):
    """SIGSTOP of a server that holds a mirror, for longer than every timeout; then SIGCONT"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.freeze(mirror))
    trial.mend(lambda: trial.cluster.thaw(mirror))


@scenario(target=2, cuts=True)
def mirror_cut(trial):
    """a server that holds a mirror is cut off, both ways"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.cut(mirror))
    trial.mend(lambda: trial.cluster.mend_links(mirror))


@scenario(target=2, cuts=True)
def mirror_unheard(trial):
    """a server that holds a mirror is cut off one way: it hears, and is not heard"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.cut_out(mirror))
    trial.mend(lambda: trial.cluster.mend_links(mirror))


@scenario(target=2, cuts=True)
def mirror_deaf(trial):
    """a server that holds a mirror is cut off one way: it is heard, and hears nothing"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.cut_in(mirror))
    trial.mend(lambda: trial.cluster.mend_links(mirror))


# ---------------------------------------------------------------- the coordinator goes away


@scenario(target=3)
def coordinator_killed(trial):
    """kill -9 of the coordinator's server; the client attaches at another"""
    coordinator = trial.coordinator()
    trial.strike(lambda: trial.cluster.kill(coordinator))
    trial.mend(lambda: trial.cluster.restart(coordinator))
    trial.expect_moved()


@scenario(target=5)
def coordinator_frozen(trial):
    """SIGSTOP of the coordinator's server; the client gives up after 1.5 s; then SIGCONT"""
    coordinator = trial.coordinator()
    trial.strike(lambda: trial.cluster.freeze(coordinator))
    trial.mend(lambda: trial.cluster.thaw(coordinator))
    trial.expect_moved()


@scenario(target=5, cuts=True)
def coordinator_cut(trial):
    """the coordinator's server is cut off, from the client too, which gives up after 1.5 s"""
    coordinator = trial.coordinator()
    trial.strike(lambda: trial.cluster.cut(coordinator))
    trial.mend(lambda: trial.cluster.mend_links(coordinator))
    trial.expect_moved()


@scenario(target=5, cuts=True)
def coordinator_unheard(trial):
    """the coordinator's server is cut off one way: it hears the others, and only the client hears it"""
    coordinator = trial.coordinator()
    trial.strike(lambda: trial.cluster.cut_out(coordinator))
    trial.mend(lambda: trial.cluster.mend_links(coordinator))
    trial.expect_moved()


@scenario(target=0.3)
def handover(trial):
    """the volume is handed over to another server; the client stays where it is"""
    other = trial.mirror()
    trial.strike(lambda: trial.cluster.ashlar("volume", "handover", trial.volume, "--to", other))
    trial.expect_moved()


# ---------------------------------------------------------------- the metadata group


@scenario(target=0.2)
def metadata_leader_killed(trial):
    """kill -9 of the metadata group's leader"""
    leader = trial.cluster.leader()
    trial.strike(lambda: trial.cluster.kill(leader))
    trial.mend(lambda: trial.cluster.restart(leader))
    trial.expect_unchanged()


@scenario(target=0.2)
def metadata_leader_frozen(trial):
    """SIGSTOP of the metadata group's leader; then SIGCONT"""
    leader = trial.cluster.leader()
    trial.strike(lambda: trial.cluster.freeze(leader))
    trial.mend(lambda: trial.cluster.thaw(leader))
    trial.expect_unchanged()


@scenario(target=0.2)
def metadata_quorum_lost(trial):
    """two of three metadata peers are killed -9 for a minute"""
    lost = ["metadata-1", "metadata-2"]
    trial.strike(lambda: trial.cluster.kill(*lost), watch=trial.long(60))
    trial.mend(lambda: trial.cluster.restart(*lost))
    trial.expect_unchanged()


# ---------------------------------------------------------------- all, and the disks


@scenario()
def restart_all(trial):
    """kill -9 of all six processes, and their restart"""
    trial.strike(lambda: trial.cluster.kill(*trial.cluster.env["pids"]), watch=0.5)
    trial.mend(trial.cluster.start_all)


@scenario(target=2)
def corrupted_block(trial):
    """bytes of the coordinator's own copy of blocks change on its disk, and the blocks are read"""
    damaged = trial.write_apart()
    trial.strike(lambda: trial.damage(damaged))
    trial.expect(trial.read_apart(damaged), "the damaged blocks are read right")
    trial.expect(trial.repaired() == len(damaged), "the damaged blocks are repaired")


@scenario(options=("--device-bytes", 512 << 20))
def disk_full(trial):
    """another volume fills the devices, is trimmed, fills them again, and is deleted"""
    ballast = trial.ballast()
    trial.strike(lambda: trial.fill(ballast))
    trial.expect(trial.refused_soon(), "writes are refused while the devices are full")
    trial.trim(ballast)
    trial.expect(trial.acknowledged_soon(), "writes are acknowledged again after the trim")
    trial.fill(ballast)
    trial.expect(trial.refused_soon(), "writes are refused when the devices are full again")
    trial.mend(lambda: trial.delete(ballast))
    trial.expect(trial.acknowledged_soon(), "writes are acknowledged again after the delete")
    trial.expect_unchanged()
    trial.expect_attached_throughout()


# ---------------------------------------------------------------- what is missed is copied


@scenario(load=BIG_LOAD)
def resync(trial):
    """kill -9 of a mirror's server for a minute; it is killed again when half is copied"""
    mirror = trial.mirror()
    trial.strike(lambda: trial.cluster.kill(mirror), watch=trial.long(60))
    trial.cluster.restart(mirror)
    trial.await_log("half is copied", "50 % copied")
    trial.cluster.kill(mirror)
    trial.mend(lambda: trial.cluster.restart(mirror))
    trial.measure_resync()

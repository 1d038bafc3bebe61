"""Clients that stay attached while servers die: each scenario is a function of a Stage (stage.py). Its
first line says what it shows."""

import contextlib
import threading
import time

import parts
from cluster import Failed, run
from guest import Guest
from stage import QemuIo, Writing, recipe

SCENARIOS = {}

# A JVM starts in an emulated machine.
START_SECONDS = 240

NETWORK = ("-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net")
# How a guest reaches this machine's loopback interface.
OUTSIDE = "10.0.2.2"


class Scenario:
    """Sabotage is what can be left out of a scenario, and how it then must fail."""

    def __init__(self, function, options, sabotage):
        self.name = function.__name__.replace("_", "-")
        self.what = " ".join(function.__doc__.split())
        self.run, self.options, self.sabotage = function, options, sabotage

    @property
    def for_root(self):
        return "--netns" in self.options


def scenario(*options, sabotage=None):
    """On a cluster with these options of local-cluster."""
    def register(function):
        made = Scenario(function, options, sabotage)
        SCENARIOS[made.name] = made
        return function
    return register


@scenario(sabotage=("qemu does not reconnect", r"the guest ended .* before it printed 'round"))
def qemu_disk(stage):
    """a guest whose disk is a volume, over qemu's NBD driver with reconnect-delay: a mirror's server,
    then the server that qemu is attached to, are killed and come back"""
    cluster = stage.cluster
    stage.file_system(128)
    guest = Guest(stage.directory, devices=stage.qemu_disk("server-1"))
    try:
        stage.say(f"{guest.greeting}, up after {guest.boot_seconds:.1f} s")
        guest.do("mount -t ext4 /dev/vda /disk")
        writing = Writing(guest, stage.patience)
        stage.say(f"undisturbed, the longest round takes {writing.pause():.2f} s")
        mirror = next(s for s in ("server-2", "server-3")
                      if s != cluster.volume(stage.volume)["coordinator"])
        stage.kill(mirror)
        writing.go_on()
        stage.say(f"kill -9 of a mirror's server: the longest pause is {writing.pause():.2f} s")
        cluster.restart(mirror)
        cluster.await_in_sync(stage.volume)
        writing.go_on()
        stage.say(f"while it comes back: {writing.pause():.2f} s")
        stage.kill("server-1")
        cluster.restart("server-1")
        writing.go_on()
        stage.say("kill -9 of the server that qemu is attached to, and its restart: "
                  f"{writing.pause():.2f} s")
        files = writing.verify()
        guest.do("umount /disk")
        guest.power_off()
    finally:
        guest.close()
    stage.check_file_system()
    stage.say(f"{files} files are what was written last; writable to the end; no error in the guest's "
              "log; fsck is clean")


@scenario(sabotage=("qemu does not reconnect", r"qemu-io: .*failed"))
def qemu_io(stage):
    """qemu-io with the same options opens a volume whose server is still down, and goes on when that
    is killed and comes back"""
    cluster = stage.cluster
    cluster.ashlar("volume", "create", stage.volume, "--size", "16MiB")
    stage.kill("server-1")
    client = QemuIo(stage.qemu_disk("server-1")[1], stage.patience)
    try:
        cluster.restart("server-1")
        client.done()
        stage.say("open-timeout: attached to a server that started later")
        client.do("write -P 17 0 1M")
        stage.kill("server-1")
        client.say("write -P 34 1M 1M")
        cluster.restart("server-1")
        client.done()
        for command in ("flush", "read -P 17 0 1M", "read -P 34 1M 1M"):
            client.do(command)
        stage.say("reconnect-delay: a write during the outage was done after it")
    finally:
        client.close()


@scenario(sabotage=("nobody replaces dead connections", r"not within \d+ s: round"))
def kernel_driver(stage):
    """the kernel's NBD driver in a guest, kept attached by 'ashlar attach': the server that it is
    attached to is killed and stays dead, then the helper itself, then the next server"""
    cluster = stage.cluster
    stage.file_system(64)
    servers = ",".join(f"{OUTSIDE}:{stage.address(server)[1]}" for server in cluster.servers)
    attach = " ".join(recipe("ashlar attach VOLUME", volume=stage.volume, servers=servers)[1:])
    guest = Guest(stage.directory, memory=768, processors=2, extra=parts.java(), devices=NETWORK)
    try:
        stage.say(f"{guest.greeting}, up after {guest.boot_seconds:.1f} s")
        began = time.monotonic()
        said = guest.do(attach, START_SECONDS)
        stage.say(f"{said[-1]}, after {time.monotonic() - began:.1f} s")
        guest.do("mount -t ext4 /dev/nbd0 /disk")
        writing = Writing(guest, stage.patience)
        stage.say(f"undisturbed, the longest round takes {writing.pause():.2f} s")
        if stage.sabotaged:
            writing.end()
            guest.do("kill -9 $attached")
            writing = Writing(guest, stage.patience)
        stage.kill("server-1")
        writing.go_on()
        stage.say(f"kill -9 of its server: {writing.pause():.2f} s, {moved(guest)}")
        guest.aside.clear()
        cluster.restart("server-1")
        cluster.await_in_sync(stage.volume)
        if not stage.quick:
            writing.end()
            guest.do("kill -9 $attached")
            said = guest.do(attach, START_SECONDS)
            stage.say(f"kill -9 of the helper, started again: {said[-1]}")
            writing = Writing(guest, stage.patience)
        stage.kill("server-2")
        writing.go_on()
        stage.say(f"kill -9 of the next server: {writing.pause():.2f} s, {moved(guest)}")
        files = writing.verify()
        if not stage.quick:
            said = guest.do("! (ashlar detach /dev/nbd0 2>&1)", START_SECONDS)
            stage.say(f"detached while mounted: {said[-1]}")
        guest.do("umount /disk && (ashlar detach /dev/nbd0)", START_SECONDS)
        guest.await_aside("detached /dev/nbd0")
        guest.power_off()
    finally:
        guest.close()
    cluster.restart("server-2")
    stage.check_file_system()
    stage.say(f"{files} files are what was written last; writable to the end; no error in the guest's "
              "log; fsck is clean")


def moved(guest):
    return guest.await_aside("goes on over").partition("/dev")[2].partition(" ")[2]


# ---------------------------------------------------------------- an address that moves

FLOATING_PORT = 10809


@contextlib.contextmanager
def client_machine(network):
    """A namespace on the cluster's bridge, which finds out within seconds when a machine is gone."""
    name, port = f"{network['bridge']}-client", f"{network['bridge']}c"
    prefix = network["processes"]["server-1"]["address"].rsplit(".", 1)[0]
    run("ip", "netns", "add", name)
    try:
        run("ip", "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", port, "master", network["bridge"], "up")
        run("ip", "-n", name, "address", "add", f"{prefix}.201/24", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "netns", "exec", name, *recipe("sysctl -w net.ipv4.tcp_keepalive"))
        yield name, f"{prefix}.200"
    finally:
        run("ip", "netns", "delete", name)


@scenario("--netns", "--server-option=--nbd-also", f"--server-option=0.0.0.0:{FLOATING_PORT}",
          sabotage=("the address does not move", r"qemu-io: nothing within"))
def floating_address(stage):
    """qemu-io on a machine of its own writes to an address that moves from server to server: while all
    are well, after a kill -9, and after the server's machine was cut off"""
    cluster = stage.cluster
    cluster.ashlar("volume", "create", stage.volume, "--size", "16MiB")
    with client_machine(cluster.env["network"]) as (namespace, address):

        def on(server, start):
            run("ip", "netns", "exec", cluster.place(server)["namespace"],
                *recipe(start, address=address))

        def take(server):
            if stage.sabotaged and server != "server-1":
                return
            on(server, "ip address add")
            on(server, "arping")

        def leave(server):
            on(server, "ip address delete")

        take("server-1")
        client = QemuIo(recipe("-blockdev", volume=stage.volume, host=address, port=FLOATING_PORT)[1],
                        stage.patience, inside=("ip", "netns", "exec", namespace))
        try:
            client.done()
            writes = Writes(client)
            stage.say(f"undisturbed: {writes.longest(lambda: None):.2f} s for the longest write")

            def hand_over():
                take("server-2")
                leave("server-1")
            stage.say(f"moved while both servers are well: {writes.longest(hand_over):.2f} s")

            def after_kill():
                cluster.kill("server-2")
                leave("server-2")
                take("server-3")
            stage.say(f"kill -9, then moved: {writes.longest(after_kill):.2f} s")
            cluster.restart("server-2")
            cluster.await_in_sync(stage.volume)

            def after_cut():
                cluster.cut("server-3")
                take("server-1")
            stage.say(f"cut off, then moved: {writes.longest(after_cut):.2f} s")
            writes.check()
        finally:
            client.close()
    stage.say(f"{writes.count} writes, every block is what was written last")


class Writes:
    """Small writes, one at a time, to eight places in turn."""

    MORE = 50

    def __init__(self, client):
        self.client = client
        self.count = 0

    def longest(self, action):
        """The longest write, in seconds, while something is done and some time after it."""
        failures = []

        def act():
            try:
                action()
            except Failed as e:
                failures.append(e)
        acting = threading.Thread(target=act)
        acting.start()
        longest, more = 0, self.MORE
        while acting.is_alive() or more:
            more -= not acting.is_alive()
            longest = max(longest, self.client.do(self.command("write", self.count)))
            self.count += 1
        if failures:
            raise failures[0]
        return longest

    def check(self):
        for number in range(self.count - 8, self.count):
            self.client.do(self.command("read", number))

    @staticmethod
    def command(do, number):
        return f"{do} -P {number % 251} {number % 8 * 64}k 64k"

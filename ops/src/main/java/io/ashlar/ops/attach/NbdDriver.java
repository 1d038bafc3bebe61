package io.ashlar.ops.attach;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.time.Duration;
import java.util.List;

/**
 * The kernel's NBD driver, as its netlink family "nbd" lets it be told (linux/nbd-netlink.h). One
 * thread.
 */
final class NbdDriver implements AutoCloseable {

    /** How a request for a device ended. */
    enum Answer {
        DONE,
        /** The device has connections already. */
        IN_USE,
        /** The device has none, and is not to have any. */
        NOT_ATTACHED
    }

    private static final int CONTROL_FAMILY = 16;
    private static final int GET_FAMILY = 3;
    private static final int FAMILY_ID = 1;
    private static final int FAMILY_NAME = 2;
    private static final int GROUPS = 7;
    private static final int GROUP_NAME = 1;
    private static final int GROUP_ID = 2;

    private static final int CONNECT = 1;
    private static final int DISCONNECT = 2;
    private static final int RECONFIGURE = 3;
    private static final int LINK_DEAD = 4;
    private static final int STATUS = 5;

    private static final int INDEX = 1;
    private static final int SIZE_BYTES = 2;
    private static final int BLOCK_SIZE_BYTES = 3;
    private static final int TIMEOUT = 4;
    private static final int SERVER_FLAGS = 5;
    private static final int SOCKETS = 7;
    private static final int DEAD_CONN_TIMEOUT = 8;
    private static final int DEVICE_LIST = 9;
    private static final int BACKEND_IDENTIFIER = 10;
    private static final int SOCK_ITEM = 1;
    private static final int SOCK_FD = 1;
    private static final int DEVICE_INDEX = 1;
    private static final int DEVICE_CONNECTED = 2;

    /** As disks of qemu have it, so that a partition table means the same here and there. */
    private static final long SECTOR_BYTES = 512;

    /** Connections of one device: more than a volume is quicker for. */
    static final int MAX_LINKS = 16;

    private static final int EPERM = -1;
    private static final int ENOENT = -2;
    private static final int EBUSY = -16;
    private static final int EINVAL = -22;

    private final Netlink requests;
    private final Netlink news;
    private final int family;

    private NbdDriver(Netlink requests, Netlink news, int family) {
        this.requests = requests;
        this.news = news;
        this.family = family;
    }

    /**
     * Finds the driver and hears of dead connections from now on.
     *
     * @throws StorageException {@code UNAVAILABLE} if it is not loaded
     */
    static NbdDriver open() {
        Netlink requests = Netlink.open();
        Netlink news = Netlink.open();
        Netlink.Outcome found =
                requests.ask(
                        CONTROL_FAMILY, GET_FAMILY, Attributes.none().with(FAMILY_NAME, "nbd"));
        if (found.error() == ENOENT) {
            throw new StorageException(
                    ErrorCode.UNAVAILABLE, "the kernel's NBD driver is not loaded: modprobe nbd");
        }
        check(found.error(), "look for the NBD driver");
        Attributes known = found.answers().getFirst().attributes();
        for (Attributes group : known.nested(GROUPS).each()) {
            if (group.text(GROUP_NAME).orElse("").equals("nbd_mc_group")) {
                news.join(group.number(GROUP_ID).orElseThrow());
            }
        }
        return new NbdDriver(requests, news, known.number(FAMILY_ID).orElseThrow());
    }

    /** Attaches a device by connections that are past the handshake. */
    Answer attach(NbdDevice device, Terms terms, List<Integer> sockets) {
        Attributes what =
                described(device, terms, sockets)
                        .with(BLOCK_SIZE_BYTES, SECTOR_BYTES)
                        .with(SERVER_FLAGS, (long) terms.flags());
        int error = requests.ask(family, CONNECT, what).error();
        if (error == EBUSY) {
            return Answer.IN_USE;
        }
        check(error, "attach " + device);
        return Answer.DONE;
    }

    /**
     * Offers a connection in the place of a dead one. The driver says DONE, too, when none is dead;
     * it does not take the socket then.
     */
    Answer offer(NbdDevice device, Terms terms, int socket) {
        int error =
                requests.ask(family, RECONFIGURE, described(device, terms, List.of(socket)))
                        .error();
        if (error == EINVAL) {
            return Answer.NOT_ATTACHED;
        }
        check(error, "give " + device + " a connection");
        return Answer.DONE;
    }

    private static Attributes described(NbdDevice device, Terms terms, List<Integer> sockets) {
        Attributes items = Attributes.none();
        for (int socket : sockets) {
            items = items.with(SOCK_ITEM, Attributes.none().with(SOCK_FD, socket));
        }
        return Attributes.none()
                .with(INDEX, device.index())
                .with(SIZE_BYTES, terms.bytes())
                .with(TIMEOUT, terms.requestLimit().toSeconds())
                .with(DEAD_CONN_TIMEOUT, terms.deadLimit().toSeconds())
                .with(BACKEND_IDENTIFIER, terms.identity())
                .with(SOCKETS, items);
    }

    /** Takes all connections away; requests that wait fail. */
    void detach(NbdDevice device) {
        check(
                requests.ask(family, DISCONNECT, Attributes.none().with(INDEX, device.index()))
                        .error(),
                "detach " + device);
    }

    /** Whether the device is attached; true, too, while somebody has a detached one still open. */
    boolean attached(NbdDevice device) {
        Netlink.Outcome outcome =
                requests.ask(family, STATUS, Attributes.none().with(INDEX, device.index()));
        check(outcome.error(), "ask after " + device);
        return outcome.answers().stream()
                .flatMap(answer -> answer.attributes().nested(DEVICE_LIST).each().stream())
                .anyMatch(one ->
                        one.number(DEVICE_INDEX).orElse(-1) == device.index()
                                && one.number(DEVICE_CONNECTED).orElse(0) != 0);
    }

    /**
     * Waits until connections of a device die.
     *
     * @return how many did, as far as has been heard; all that it may have, if news were lost
     */
    int awaitDeadLinks(NbdDevice device, Duration limit) {
        int dead = 0;
        List<NetlinkMessage> heard = news.await(limit);
        while (!heard.isEmpty()) {
            for (NetlinkMessage message : heard) {
                dead += deadLinks(device, message);
            }
            heard = news.await(Duration.ZERO);
        }
        return dead;
    }

    private static int deadLinks(NbdDevice device, NetlinkMessage message) {
        return switch (message) {
            case NetlinkMessage.Generic(int _, int _, int command, Attributes what)
                    when command == LINK_DEAD && what.number(INDEX).orElse(-1) == device.index() ->
                    1;
            case NetlinkMessage.Lost _ -> MAX_LINKS;
            case NetlinkMessage.Generic _, NetlinkMessage.Ended _ -> 0;
        };
    }

    private static void check(int error, String what) {
        if (error == EPERM) {
            throw new StorageException(
                    ErrorCode.INVALID, "only root may " + what + " (CAP_SYS_ADMIN)");
        }
        if (error < 0) {
            throw new StorageException(
                    ErrorCode.IO,
                    "the kernel does not %s: %s; see dmesg".formatted(what, Libc.error(error)));
        }
    }

    @Override
    public void close() {
        requests.close();
        news.close();
    }
}

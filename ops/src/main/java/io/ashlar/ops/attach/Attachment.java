package io.ashlar.ops.attach;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume that is attached to a device of the kernel's NBD driver, and what keeps it so. One
 * thread.
 *
 * <p>The device outlives this process: the driver serves it over the connections that it has. Only
 * when one of them dies does somebody have to give it another; a second process that is told to
 * attach the same volume to the same device takes that over.
 */
public final class Attachment implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Attachment.class);

    private static final int CAN_MULTI_CONN = 1 << 8;

    private static final int O_EXCL = 0x80;
    private static final int EBUSY = -16;

    /**
     * What is wanted.
     *
     * @param volume its name
     * @param device where it appears
     * @param links connections to the server, 1 to 16
     * @param requestLimit after which a request that has no answer is sent again over another
     *     connection; whole seconds, at least one
     * @param deadLimit for which the device waits while no server answers, before its requests
     *     fail; whole seconds
     */
    public record Wish(
            String volume, NbdDevice device, int links, Duration requestLimit, Duration deadLimit) {

        /** A server drops a client that it cannot reach within 4.5 s (NbdLimits, silence). */
        private static final Duration SERVERS_KNOW = Duration.ofSeconds(5);

        /** Checks the bounds. */
        public Wish {
            if (links < 1 || links > NbdDriver.MAX_LINKS) {
                throw new IllegalArgumentException(
                        "connections must be 1 to " + NbdDriver.MAX_LINKS + ": " + links);
            }
            if (requestLimit.compareTo(SERVERS_KNOW) < 0) {
                throw new IllegalArgumentException(
                        "the time limit of a request must be at least "
                                + SERVERS_KNOW.toSeconds()
                                + " s: a server that is cut off may execute what it holds until"
                                + " then");
            }
            if (deadLimit.toSeconds() < 1) {
                throw new IllegalArgumentException("time limits must be at least one second");
            }
        }

        /** The driver keeps it: a volume that was made again under its name has another. */
        private String identity(NbdHandshake.Export export) {
            return "ashlar:" + volume + export.volume().map(id -> ":" + id).orElse("");
        }

        private Terms terms(NbdHandshake.Export export) {
            return new Terms(
                    identity(export), export.bytes(), export.flags(), requestLimit, deadLimit);
        }
    }

    private final Wish wish;
    private final Supplier<List<HostPort>> servers;
    private final NbdDriver driver;
    private final LinkKeeper keeper;
    private final HostPort first;
    private final boolean takenOver;
    private NbdHandshake.Export attached;

    private Attachment(
            Wish wish, Supplier<List<HostPort>> servers, NbdDriver driver, List<HostPort> known) {
        this.wish = wish;
        this.servers = servers;
        this.driver = driver;
        List<ServerLink> links = new ArrayList<>();
        try {
            links.add(ServerLink.first(known, wish.volume()));
            this.first = links.getFirst().server();
            this.attached = links.getFirst().export();
            this.takenOver = connect(links);
        } finally {
            links.forEach(ServerLink::close);
        }
        Collections.rotate(known, -known.indexOf(first));
        this.keeper = new LinkKeeper(wish.links(), known, System.nanoTime());
        if (takenOver) {
            // Nobody counted while nobody was here.
            keeper.died(wish.links());
        }
    }

    /**
     * Attaches a volume, or takes over a device to which it is attached already.
     *
     * @param servers addresses of servers, the best first; asked again when none of them answers
     * @throws StorageException {@code IN_USE} if the device has something else, {@code UNAVAILABLE}
     *     if no server serves the volume or the driver is not loaded
     */
    public static Attachment make(Wish wish, Supplier<List<HostPort>> servers) {
        NbdDriver driver = NbdDriver.open();
        try {
            return new Attachment(wish, servers, driver, new ArrayList<>(servers.get()));
        } catch (RuntimeException e) {
            driver.close();
            throw e;
        }
    }

    /** Returns whether the device was attached before. */
    private boolean connect(List<ServerLink> links) {
        ServerLink one = links.getFirst();
        if (wish.links() > 1 && (one.export().flags() & CAN_MULTI_CONN) == 0) {
            throw new StorageException(
                    ErrorCode.INVALID, first + " allows one connection for each client");
        }
        while (links.size() < wish.links()) {
            links.add(ServerLink.open(first, wish.volume()));
        }
        NbdDriver.Answer answer =
                driver.attach(
                        wish.device(),
                        wish.terms(one.export()),
                        links.stream().map(ServerLink::descriptor).toList());
        if (answer == NbdDriver.Answer.DONE) {
            return false;
        }
        String identity = wish.device().identity().orElse("something unknown");
        String wanted = wish.identity(one.export());
        if (!identity.equals(wanted)) {
            throw new StorageException(
                    ErrorCode.IN_USE,
                    "%s is in use, by %s and not %s".formatted(wish.device(), identity, wanted));
        }
        return true;
    }

    /** The server that was attached to first. */
    public HostPort server() {
        return first;
    }

    /** The size of the volume. */
    public long bytes() {
        return attached.bytes();
    }

    /** Whether the device was attached to this volume before. */
    public boolean takenOver() {
        return takenOver;
    }

    /** Replaces connections that die; returns when the device has been detached. */
    public void keep() {
        boolean attached = true;
        while (attached) {
            attached =
                    switch (keeper.next(System.nanoTime())) {
                        case LinkKeeper.Offer(HostPort server) -> offer(server);
                        case LinkKeeper.Wait(Duration time) ->
                                listen(time) || driver.attached(wish.device());
                    };
        }
    }

    /** Returns whether a connection died. */
    private boolean listen(Duration time) {
        int dead = driver.awaitDeadLinks(wish.device(), time);
        if (dead > 0) {
            LOG.warn("{}: {} of its connections died", wish.device(), dead);
            keeper.died(dead);
        }
        return dead > 0;
    }

    /** Returns whether the device is attached still. */
    private boolean offer(HostPort server) {
        try (ServerLink link = ServerLink.open(server, wish.volume())) {
            return offer(server, link);
        } catch (StorageException e) {
            LOG.warn("{}: {}", wish.device(), e.getMessage());
            keeper.failed(System.nanoTime());
            if (keeper.roundFailed()) {
                keeper.learn(knownNow());
            }
            return true;
        }
    }

    private List<HostPort> knownNow() {
        try {
            return servers.get();
        } catch (StorageException e) {
            LOG.warn("{}: {}", wish.device(), e.getMessage());
            return List.of();
        }
    }

    private boolean offer(HostPort server, ServerLink link) {
        attached = attached.goOnAs(link.export(), server, wish.volume());
        NbdDriver.Answer answer =
                driver.offer(wish.device(), wish.terms(attached), link.descriptor());
        if (answer != NbdDriver.Answer.DONE) {
            return false;
        }
        // All that died of one cause before the first success: they go the same way.
        listen(Duration.ZERO);
        if (link.taken()) {
            LOG.info("{} goes on over {}", wish.device(), server);
            keeper.taken(System.nanoTime());
        } else {
            keeper.notNeeded(System.nanoTime());
        }
        return true;
    }

    /**
     * Detaches a device, whoever attached it.
     *
     * @param evenInUse although somebody has mounted it; what was not synced is lost then
     * @throws StorageException {@code NOT_FOUND} if nothing is attached, {@code IN_USE}
     */
    public static void end(NbdDevice device, boolean evenInUse) {
        try (NbdDriver driver = NbdDriver.open()) {
            if (!driver.attached(device)) {
                throw new StorageException(ErrorCode.NOT_FOUND, "nothing is attached to " + device);
            }
            int opened = Libc.open(device.toString(), O_EXCL);
            if (opened >= 0) {
                Libc.close(opened);
            } else if (opened == EBUSY && !evenInUse) {
                throw new StorageException(
                        ErrorCode.IN_USE, device + " is in use: unmount it first, or add --force");
            }
            driver.detach(device);
        }
    }

    /** The device stays attached. */
    @Override
    public void close() {
        driver.close();
    }
}

package io.ashlar.metadata.raft;

import io.ashlar.common.config.HostPort;
import java.io.IOException;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a peer that was away as soon as it listens again. Between two attempts to connect, gRPC
 * waits longer each time, up to two minutes; for that long a group that has lost its majority would
 * stay without a leader after the majority is back, because nobody's request for a vote arrives.
 *
 * <p>One thread calls it.
 */
final class Reunion {

    private static final Logger LOG = LoggerFactory.getLogger(Reunion.class);
    private static final int CONNECT_MILLIS = 200;

    private final List<HostPort> others;
    private final BooleanSupplier led;
    private final Predicate<HostPort> listens;
    private final Consumer<HostPort> reconnect;
    private final Set<HostPort> away = new HashSet<>();

    /**
     * @param others the other peers
     * @param led whether this peer knows a leader
     * @param listens whether a peer accepts connections
     * @param reconnect makes Ratis forget its connection to a peer, and how long it meant to wait
     */
    Reunion(
            List<HostPort> others,
            BooleanSupplier led,
            Predicate<HostPort> listens,
            Consumer<HostPort> reconnect) {
        this.others = List.copyOf(others);
        this.led = led;
        this.listens = listens;
        this.reconnect = reconnect;
    }

    /** To be called several times an election timeout. */
    void look() {
        if (led.getAsBoolean()) {
            away.clear();
            return;
        }
        for (HostPort other : others) {
            if (!listens.test(other)) {
                away.add(other);
            } else if (away.remove(other)) {
                LOG.info("{} listens again", other);
                reconnect.accept(other);
            }
        }
    }

    /** A connection is opened and closed; takes 200 ms at most. */
    static boolean listens(HostPort address) {
        try (Socket probe = new Socket()) {
            probe.connect(address.resolve(), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            LOG.trace("{} is away", address, e);
            return false;
        }
    }
}

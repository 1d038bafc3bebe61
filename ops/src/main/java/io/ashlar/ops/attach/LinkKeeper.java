package io.ashlar.ops.attach;

import io.ashlar.common.config.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Decides to which server the next connection goes, and when. Pure; times are readings of one
 * monotonic clock in nanoseconds.
 *
 * <p>When connections die, their server is the last to be tried again: if its process ended, any
 * other serves the volume at once. After each round without success it rests.
 */
final class LinkKeeper {

    /** What to do next. */
    sealed interface Step {}

    /** Offer the driver a connection to this server. */
    record Offer(HostPort server) implements Step {}

    /** Nothing before this much time has passed, unless connections die. */
    record Wait(Duration time) implements Step {}

    /** With nothing to do, how long until the next question what to do. */
    static final Duration IDLE = Duration.ofSeconds(1);

    /** After a round without success. */
    static final Duration REST = Duration.ofMillis(250);

    /** The driver says that a connection died a moment before it would take another. */
    static final Duration SECOND_LOOK = Duration.ofSeconds(1);

    private final int links;
    private final List<HostPort> servers;
    private int dead;
    private int failures;
    private boolean looked;
    private long notBefore;

    /**
     * With all connections alive.
     *
     * @param links how many the device has
     * @param servers the one that they lead to first
     */
    LinkKeeper(int links, List<HostPort> servers, long now) {
        this.links = links;
        this.servers = new ArrayList<>(servers);
        this.notBefore = now;
    }

    /** So many connections died, or may have. */
    void died(int count) {
        if (dead == 0) {
            Collections.rotate(servers, -1);
            failures = 0;
        }
        looked = false;
        dead = Math.min(links, dead + count);
    }

    Step next(long now) {
        if (dead == 0) {
            return new Wait(IDLE);
        }
        return notBefore - now > 0
                ? new Wait(Duration.ofNanos(notBefore - now))
                : new Offer(servers.getFirst());
    }

    /** The driver has taken the offered connection. */
    void taken(long now) {
        dead--;
        failures = 0;
        if (dead == 0) {
            // Servers that accept and then close are not to keep us busy.
            notBefore = now + REST.toNanos();
        }
    }

    /** The driver needs no connection now. */
    void notNeeded(long now) {
        if (looked) {
            dead = 0;
        } else {
            looked = true;
            notBefore = now + SECOND_LOOK.toNanos();
        }
    }

    /** No connection to the server that was to be offered. */
    void failed(long now) {
        Collections.rotate(servers, -1);
        failures++;
        if (failures % servers.size() == 0) {
            notBefore = now + REST.toNanos();
        }
    }

    /** Whether the failure that was just told ended a round. */
    boolean roundFailed() {
        return failures > 0 && failures % servers.size() == 0;
    }

    /** Other servers from now on, the best first; none changes nothing. */
    void learn(List<HostPort> known) {
        if (!known.isEmpty()) {
            servers.clear();
            servers.addAll(known);
            failures = 0;
        }
    }
}

package io.ashlar.dataplane.net;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.ashlar.common.error.ErrorCode;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the links of a process count and, at most once a second, say. Thread-safe; one per registry.
 */
public final class LinkMetrics {

    private static final Logger LOG = LoggerFactory.getLogger("io.ashlar.dataplane.net");
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MetricRegistry registry;
    private final Counter framesIn;
    private final Counter bytesIn;
    private final Counter framesOut;
    private final Counter bytesOut;
    private final Counter up;
    private final Counter overflowed;
    private final Counter silent;
    private final AtomicLong lastWarning = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private final AtomicLong unsaid = new AtomicLong();

    /** Registers {@code net.*}. */
    public LinkMetrics(MetricRegistry registry) {
        this.registry = registry;
        framesIn = registry.counter("net.received.frames");
        bytesIn = registry.counter("net.received.bytes");
        framesOut = registry.counter("net.sent.frames");
        bytesOut = registry.counter("net.sent.bytes");
        up = registry.counter("net.links.up");
        overflowed = registry.counter("net.links.overflowed");
        silent = registry.counter("net.links.silent");
    }

    void received(int frames, long bytes) {
        framesIn.inc(frames);
        bytesIn.inc(bytes);
    }

    void sent(int frames, long bytes) {
        framesOut.inc(frames);
        bytesOut.inc(bytes);
    }

    void linkUp() {
        up.inc();
    }

    void linkDown() {
        up.dec();
    }

    void overflowed() {
        overflowed.inc();
    }

    /** A link was closed because nothing came over it. */
    void silent() {
        silent.inc();
    }

    /** A connection was refused or closed for what it said. */
    void refused(Object who, ErrorCode code, String why) {
        registry.counter("net.links.refused." + code.name().toLowerCase(Locale.ROOT)).inc();
        long now = System.nanoTime();
        long last = lastWarning.get();
        if (now - last < QUIET_NANOS || !lastWarning.compareAndSet(last, now)) {
            unsaid.incrementAndGet();
            return;
        }
        LOG.warn(
                "link with {} closed: {}: {} ({} more not logged before)",
                who,
                code,
                why,
                unsaid.getAndSet(0));
    }
}

package io.ashlar.dataplane.shard;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.model.Holder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A client's way to a volume, sought until a deadline: here, if this server serves it or can have
 * the lease; else through the server that has it; and again, because a holder that is gone keeps
 * its lease until its session with the metadata group has expired. On the shard's loop.
 *
 * <p>Guarantees an answer by the deadline, whoever else does not answer.
 */
final class Approach {

    /** A holder that died is replaced within its session, and the takeover after it is short. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final long PAUSE_MILLIS = 100;

    private final Shard shard;
    private final VolumeHost host;
    private final Reply<Way> reply;
    private boolean answered;
    private boolean knocking;
    private ErrorCode code = ErrorCode.UNAVAILABLE;
    private String message = "the metadata group does not answer";

    Approach(Shard shard, VolumeHost host, Reply<Way> reply) {
        this.shard = shard;
        this.host = host;
        this.reply = reply;
    }

    /**
     * Begins.
     *
     * @param lost the way that the client had
     */
    void begin(Optional<Way> lost) {
        Future<?> _ = shard.loop().schedule(this::giveUp, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        if (!host.serving() && shard.forwarder().reaches(host.id())) {
            shard.forwarder().open(host.id(), orElse((why, text) -> here()));
            return;
        }
        // Perhaps only the link broke: the metadata group need not be there to find that out (P9).
        lost.map(Way::server).filter(shard::linkBroke).ifPresent(this::rejoin);
        here();
    }

    private void rejoin(ServerId holder) {
        shard.forwarder().rejoin(host.id(), host.name(), holder, orElse((why, text) -> {}));
    }

    private void here() {
        if (!answered) {
            host.attach(
                    orElse((why, text) -> {
                        switch (why) {
                            case HELD -> atHolder(text);
                            case CONFLICT, UNAVAILABLE -> later(why, text);
                            default -> failed(why, text);
                        }
                    }));
        }
    }

    /** Knocks there, and does not wait for it: a holder that is gone answers nothing. */
    private void atHolder(String held) {
        if (!knocking) {
            knocking = true;
            shard.control().holder(host.id(), found -> shard.execute(() -> knock(held, found)));
        }
        later(ErrorCode.HELD, held);
    }

    private void knock(String held, Optional<Holder> found) {
        Optional<Holder> other =
                found.filter(holder -> !holder.server().equals(shard.local().server()));
        if (answered || other.isEmpty()) {
            knocking = false; // let go in between
            return;
        }
        shard.forwarder()
                .open(
                        host.id(),
                        host.name(),
                        other.get().server(),
                        orElse((why, text) -> {
                            knocking = false;
                            message = held + "; " + text;
                        }));
    }

    private void later(ErrorCode why, String text) {
        code = why;
        message = text;
        if (!answered) {
            Future<?> _ = shard.loop().schedule(this::here, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp() {
        failed(
                code,
                "volume '%s' is not served within %d s: %s"
                        .formatted(host.name(), PATIENCE.toSeconds(), message));
    }

    private void failed(ErrorCode why, String text) {
        if (!answered) {
            answered = true;
            reply.failed(why, text);
        }
    }

    /** What to do when a way is closed. */
    private interface Otherwise {
        void failed(ErrorCode code, String message);
    }

    private Reply<Way> orElse(Otherwise otherwise) {
        return new Reply<>() {
            @Override
            public void done(Way way) {
                if (answered) {
                    way.volume().detach(); // another was found first, or it is too late
                } else {
                    answered = true;
                    reply.done(way);
                }
            }

            @Override
            public void failed(ErrorCode why, String text) {
                otherwise.failed(why, text);
            }
        };
    }
}

package io.ashlar.ops.cli;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.Lease;
import io.ashlar.ops.report.HandoverReport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Asks for a planned handover and follows it to its end. */
final class Handover {

    /** The holder hears of it with its next heartbeat, and takes milliseconds then. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A new leader of the metadata group knows nothing of what the last one was asked. */
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(20);

    private final MetadataClient metadata;
    private final String volume;

    Handover(MetadataClient metadata, String volume) {
        this.metadata = metadata;
        this.volume = volume;
    }

    HandoverReport run(Optional<ServerId> to) {
        long begun = System.nanoTime();
        Answer.Handover wanted =
                Session.accept(
                        metadata.ask(new Query.WantHandover(volume, to)), Answer.Handover.class);
        if (wanted.from().equals(wanted.to())) {
            return report(wanted, wanted.epoch(), begun);
        }
        long askedAt = begun;
        while (System.nanoTime() - begun < PATIENCE.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
            Lease lease = lease(wanted);
            if (lease.epoch() > wanted.epoch() && lease.holder().isPresent()) {
                ServerId holder = lease.holder().get().server();
                if (!holder.equals(wanted.to())) {
                    throw new StorageException(
                            ErrorCode.CONFLICT,
                            "volume '%s' went to server '%s' instead of '%s'; try again"
                                    .formatted(volume, holder, wanted.to()));
                }
                return report(wanted, lease.epoch(), begun);
            }
            if (lease.epoch() == wanted.epoch()
                    && lease.holder().isPresent()
                    && System.nanoTime() - askedAt > ASK_AGAIN.toNanos()) {
                askedAt = System.nanoTime();
                metadata.ask(new Query.WantHandover(volume, Optional.of(wanted.to())));
            }
        }
        throw new StorageException(
                ErrorCode.UNAVAILABLE,
                "volume '%s' was not handed over within %d s: is server '%s' well?"
                        .formatted(volume, PATIENCE.toSeconds(), wanted.from()));
    }

    private HandoverReport report(Answer.Handover done, long epoch, long begun) {
        return new HandoverReport(
                volume,
                done.from().name(),
                done.to().name(),
                epoch,
                (System.nanoTime() - begun) / 1e9);
    }

    private Lease lease(Answer.Handover wanted) {
        return Session.accept(
                        metadata.ask(new Query.ReadVolume(wanted.volume())), Answer.Volume.class)
                .view()
                .volume()
                .lease();
    }
}

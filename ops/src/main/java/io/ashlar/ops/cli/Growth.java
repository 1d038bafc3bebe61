package io.ashlar.ops.cli;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeView;
import io.ashlar.ops.report.VolumeReport;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Grows a volume and waits until its coordinator serves the new bytes. */
final class Growth {

    /** A coordinator reads its volumes' rows every second or so, and takes milliseconds then. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LOOK = Duration.ofMillis(50);

    private final MetadataClient metadata;
    private final String volume;

    Growth(MetadataClient metadata, String volume) {
        this.metadata = metadata;
        this.volume = volume;
    }

    VolumeReport run(long sizeBytes) {
        VolumeId id = view(metadata.ask(new Query.ShowVolume(volume))).volume().id();
        VolumeView grown = view(metadata.submit(new Command.GrowVolume(id, sizeBytes)));
        long begun = System.nanoTime();
        while (grown.volume().outgrown()) {
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new StorageException(
                        ErrorCode.UNAVAILABLE,
                        "volume '%s' has grown, but its coordinator on server '%s' does not serve the new bytes after %d s: is it well?"
                                .formatted(
                                        volume,
                                        grown.volume().lease().holder().orElseThrow().server(),
                                        PATIENCE.toSeconds()));
            }
            LockSupport.parkNanos(LOOK.toNanos());
            grown = view(metadata.ask(new Query.ReadVolume(id)));
        }
        return VolumeReport.of(grown);
    }

    private static VolumeView view(Answer answer) {
        return Session.accept(answer, Answer.Volume.class).view();
    }
}

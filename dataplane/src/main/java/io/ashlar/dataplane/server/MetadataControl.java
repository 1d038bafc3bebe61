package io.ashlar.dataplane.server;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.coordinator.Note;
import io.ashlar.dataplane.shard.ControlPlane;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.Holder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries the shards' wishes to the metadata group, each on a virtual thread of its own. */
final class MetadataControl implements ControlPlane, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataControl.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final MetadataClient client;
    private final Holder self;
    private final Proposals proposals;
    private final NoteMetrics notes;
    private final CountDownLatch closed = new CountDownLatch(1);

    MetadataControl(MetadataClient client, Holder self, NoteMetrics notes) {
        this.client = client;
        this.self = self;
        this.notes = notes;
        this.proposals = new Proposals(command -> untilAnswered(command));
    }

    @Override
    public void submit(Command command, Consumer<Answer> answer) {
        Thread.startVirtualThread(() -> answer.accept(untilAnswered(command)));
    }

    @Override
    public void propose(
            Command.MemberChange change,
            BiConsumer<Command.MemberChange, Answer.MemberResult> answer) {
        proposals.add(change, answer);
    }

    @Override
    public void acquire(VolumeId volume, long usedEpoch, Consumer<Answer> answer) {
        Thread.startVirtualThread(() -> answer.accept(acquired(volume, usedEpoch)));
    }

    private Answer acquired(VolumeId volume, long usedEpoch) {
        while (true) {
            Answer answer = once(new Command.AcquireLease(volume, self, false));
            if (answer instanceof Answer.LeaseGranted granted && granted.epoch() <= usedEpoch) {
                // The release of the epoch that was used up has not arrived: say it again.
                untilAnswered(new Command.ReleaseLease(volume, self, granted.epoch()));
                continue;
            }
            // A lease may yet be granted after no answer: nobody else could have it then.
            boolean unknown =
                    answer instanceof Answer.Rejected rejected
                            && rejected.code() == ErrorCode.UNAVAILABLE;
            if (!unknown || pauseOrClosed()) {
                return answer;
            }
        }
    }

    @Override
    public void holder(VolumeId volume, Consumer<Optional<Holder>> holder) {
        Thread.startVirtualThread(() -> holder.accept(holderOf(volume)));
    }

    private Optional<Holder> holderOf(VolumeId volume) {
        try {
            return client.ask(new Query.ReadVolume(volume)) instanceof Answer.Volume shown
                    ? shown.view().volume().lease().holder()
                    : Optional.empty();
        } catch (StorageException e) {
            LOG.debug("who holds volume {} is not known: {}", volume, e.getMessage());
            return Optional.empty();
        }
    }

    private Answer once(Command command) {
        try {
            return client.submit(command);
        } catch (StorageException e) {
            return new Answer.Rejected(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private Answer untilAnswered(Command command) {
        while (true) {
            try {
                return client.submit(command);
            } catch (StorageException e) {
                LOG.warn("the metadata group does not answer: {}", e.getMessage());
                if (pauseOrClosed()) {
                    return new Answer.Rejected(ErrorCode.UNAVAILABLE, "the server stops");
                }
            }
        }
    }

    private boolean pauseOrClosed() {
        try {
            return closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void noted(String volume, Note note) {
        notes.noted(volume, note);
    }

    @Override
    public void close() {
        closed.countDown();
        proposals.close();
    }
}

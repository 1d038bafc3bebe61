package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Looks for a client's way to a volume, as {@code shard.Approach} does: here, if this process has
 * the lease or can have it; else through the process that has it; and again.
 */
final class Search {

    private static final long PATIENCE = Nanos.seconds(8);
    private static final long PAUSE = Nanos.millis(100);

    private final FrontEnd at;
    private final Volume volume;
    private final Reply<Way> reply;
    private boolean answered;
    private boolean knocking;

    Search(FrontEnd at, Volume volume, Reply<Way> reply) {
        this.at = at;
        this.volume = volume;
        this.reply = reply;
    }

    /**
     * Begins.
     *
     * @param lost the way that the client had
     */
    void begin(Optional<Way> lost) {
        at.life().after(PATIENCE, this::giveUp);
        if (!seat().serving() && at.forwarder().reaches(volume.id())) {
            at.forwarder().open(volume.id(), orElse((why, text) -> here()));
            return;
        }
        lost.map(Way::server)
                .filter(at::linkBroke)
                .ifPresent(holder ->
                        at.forwarder()
                                .rejoin(
                                        volume.id(),
                                        volume.name(),
                                        holder,
                                        orElse((why, text) -> {})));
        here();
    }

    private Seat seat() {
        return at.life().seat(volume.id());
    }

    private void here() {
        if (!answered) {
            seat().attach(
                            orElse((why, text) -> {
                                if (why == ErrorCode.HELD) {
                                    askForHolder();
                                }
                                at.life().after(PAUSE, this::here);
                            }));
        }
    }

    private void askForHolder() {
        if (!knocking) {
            knocking = true;
            at.world().metadata().ask(at.life(), new Query.ReadVolume(volume.id()), this::knock);
            at.life().after(Nanos.seconds(1), () -> knocking = false); // or its answer is lost
        }
    }

    private void knock(Answer answer) {
        Optional<ServerId> holder =
                answer instanceof Answer.Volume shown
                        ? shown.view().volume().lease().holder().map(h -> h.server())
                        : Optional.empty();
        Optional<ServerId> other = holder.filter(h -> !h.equals(at.life().server().id()));
        if (answered || other.isEmpty()) {
            knocking = false;
            return;
        }
        at.forwarder()
                .open(
                        volume.id(),
                        volume.name(),
                        other.get(),
                        orElse((why, text) -> knocking = false));
    }

    private void giveUp() {
        if (!answered) {
            answered = true;
            reply.failed(ErrorCode.UNAVAILABLE, volume + " is not served");
        }
    }

    private Reply<Way> orElse(BiConsumer<ErrorCode, String> otherwise) {
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
                otherwise.accept(why, text);
            }
        };
    }
}

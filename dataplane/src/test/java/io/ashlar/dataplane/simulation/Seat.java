package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One volume at one process: acquires the lease when a client comes, keeps the coordinator, gives
 * the lease back after it has stepped down. Never makes two coordinators of one epoch.
 */
final class Seat {

    private enum State {
        IDLE,
        ACQUIRING,
        TAKEN,
        RELEASING
    }

    private final Life life;
    private final VolumeId volume;
    private final Set<Long> used = new HashSet<>();
    private final List<Consumer<Optional<Tenure>>> waiting = new ArrayList<>();
    private State state = State.IDLE;
    private Optional<Tenure> tenure = Optional.empty();

    Seat(Life life, VolumeId volume) {
        this.life = life;
        this.volume = volume;
    }

    VolumeId volume() {
        return volume;
    }

    Life life() {
        return life;
    }

    Optional<Tenure> tenure() {
        return tenure;
    }

    /** Replies with the coordinator once it serves, or with nothing if it is not to be had here. */
    void attach(Consumer<Optional<Tenure>> reply) {
        if (tenure.isPresent() && tenure.get().serves()) {
            reply.accept(tenure);
            return;
        }
        waiting.add(reply);
        if (state == State.IDLE) {
            acquire();
        }
    }

    private void acquire() {
        state = State.ACQUIRING;
        new Errand(life, new Command.AcquireLease(volume, life.holder(), false), this::acquired)
                .begin();
    }

    private void acquired(Answer answer) {
        if (!(answer instanceof Answer.LeaseGranted granted)) {
            state = State.IDLE;
            if (answer instanceof Answer.Rejected rejected && rejected.code() == ErrorCode.HELD) {
                reply(Optional.empty());
            } else {
                life.after(Nanos.millis(100), this::acquireIfAwaited); // not registered yet
            }
            return;
        }
        if (used.add(granted.epoch())) {
            state = State.TAKEN;
            Tenure begun = new Tenure(this, granted.epoch(), granted.view());
            tenure = Optional.of(begun);
            begun.begin();
        } else {
            release(granted.epoch());
        }
    }

    private void acquireIfAwaited() {
        if (!waiting.isEmpty() && state == State.IDLE) {
            acquire();
        }
    }

    private void release(long epoch) {
        state = State.RELEASING;
        new Errand(
                        life,
                        new Command.ReleaseLease(volume, life.holder(), epoch),
                        answer -> {
                            state = State.IDLE;
                            acquireIfAwaited();
                        })
                .begin();
    }

    void serves() {
        reply(tenure);
    }

    private void reply(Optional<Tenure> with) {
        List<Consumer<Optional<Tenure>>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(to -> to.accept(with));
    }

    void resigned(Tenure ended) {
        tenure = Optional.empty();
        reply(Optional.empty());
        release(ended.epoch());
    }

    /** The process has ended. */
    void ended() {
        tenure.ifPresent(Tenure::ended);
        tenure = Optional.empty();
        waiting.clear();
    }
}

package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One volume at one process, as {@code shard.VolumeHost} has it: acquires the lease when a client
 * comes, keeps the coordinator, gives the lease back after it has stepped down or hands it over.
 * Never makes two coordinators of one epoch.
 */
final class Seat {

    private static final long DRAIN = Nanos.millis(200);
    private static final long PASS_ON = Nanos.millis(1500);

    private enum State {
        IDLE,
        ACQUIRING,
        TAKEN,
        RELEASING
    }

    private final Life life;
    private final Volume volume;
    private final Set<Long> used = new HashSet<>();
    private final List<Reply<Way>> waiting = new ArrayList<>();
    private State state = State.IDLE;
    private Optional<Tenure> tenure = Optional.empty();
    private Optional<ServerId> successor = Optional.empty();

    Seat(Life life, Volume volume) {
        this.life = life;
        this.volume = volume;
    }

    Volume volume() {
        return volume;
    }

    Life life() {
        return life;
    }

    Optional<Tenure> tenure() {
        return tenure;
    }

    /** Whether somebody waits for it to be served here. */
    boolean awaited() {
        return !waiting.isEmpty();
    }

    /** Whether a client could attach at once. */
    boolean serving() {
        return tenure.filter(Tenure::serves).isPresent() && successor.isEmpty();
    }

    /** Replies with a way once it is served here, or fails if the lease is not to be had. */
    void attach(Reply<Way> reply) {
        if (serving()) {
            reply.done(tenure.orElseThrow().way());
        } else {
            waiting.add(reply);
            acquire();
        }
    }

    private void acquire() {
        if (state != State.IDLE || successor.isPresent()) {
            return;
        }
        state = State.ACQUIRING;
        new Errand(
                        life,
                        new Command.AcquireLease(volume.id(), life.holder(), false),
                        this::acquired)
                .begin();
    }

    private void acquired(Answer answer) {
        if (!(answer instanceof Answer.LeaseGranted granted)) {
            state = State.IDLE;
            fail(
                    answer instanceof Answer.Rejected rejected
                            ? rejected.code()
                            : ErrorCode.UNAVAILABLE);
            return;
        }
        if (used.add(granted.epoch())) {
            state = State.TAKEN;
            Tenure begun = new Tenure(this, granted.epoch(), granted.view());
            tenure = Optional.of(begun);
            begun.begin();
        } else {
            release(granted.epoch(), this::acquireIfAwaited);
        }
    }

    private void acquireIfAwaited() {
        if (!waiting.isEmpty()) {
            acquire();
        }
    }

    private void release(long epoch, Runnable then) {
        state = State.RELEASING;
        new Errand(
                        life,
                        new Command.ReleaseLease(volume.id(), life.holder(), epoch),
                        answer -> {
                            state = State.IDLE;
                            then.run();
                        })
                .begin();
    }

    void serves() {
        List<Reply<Way>> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(this::attach); // it may be over already
    }

    private void fail(ErrorCode code) {
        List<Reply<Way>> failed = List.copyOf(waiting);
        waiting.clear();
        failed.forEach(reply -> reply.failed(code, volume + " is not to be had here"));
    }

    /** As an operator asks: what is under way is answered, then another server takes over. */
    void handOver(ServerId to) {
        if (serving() && !to.equals(life.server().id())) {
            successor = Optional.of(to);
            Tenure ending = tenure.orElseThrow();
            ending.hold();
            resignWhenQuiet(ending, life.now() + DRAIN);
        }
    }

    private void resignWhenQuiet(Tenure ending, long deadline) {
        if (ending.over()) {
            return;
        }
        if (ending.coordinator().quiet() || life.now() > deadline) {
            ending.coordinator().resign("handed over");
        } else {
            life.after(Nanos.millis(1), () -> resignWhenQuiet(ending, deadline));
        }
    }

    void resigned(Tenure ended) {
        tenure = Optional.empty();
        if (successor.isPresent()) {
            ServerId to = successor.get();
            release(
                    ended.epoch(),
                    () -> {
                        passOn(to, ended);
                        acquireIfAwaited();
                    });
            life.after(PASS_ON, () -> settle(ended));
        } else {
            ended.lose();
            release(ended.epoch(), this::acquireIfAwaited);
        }
    }

    /** With a session open at the successor, all who come from here find it. */
    private void passOn(ServerId to, Tenure ended) {
        life.frontEnd()
                .forwarder()
                .open(
                        volume.id(),
                        volume.name(),
                        to,
                        new Reply<>() {
                            @Override
                            public void done(Way way) {
                                settle(ended);
                                way.volume().detach();
                            }

                            @Override
                            public void failed(ErrorCode code, String message) {
                                settle(ended);
                            }
                        });
    }

    private void settle(Tenure ended) {
        if (ended.settle()) {
            successor = Optional.empty();
            ended.lose();
            fail(ErrorCode.HELD);
        }
    }

    /** The process has ended. */
    void ended() {
        tenure.ifPresent(Tenure::ended);
        tenure = Optional.empty();
        waiting.clear();
    }
}

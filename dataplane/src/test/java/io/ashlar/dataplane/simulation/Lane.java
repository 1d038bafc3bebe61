package io.ashlar.dataplane.simulation;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.forward.SteadyVolume;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One request after another of a client. */
final class Lane {

    private final Client client;
    private final World world;
    private final Chance chance;
    private Optional<Attempt> underway = Optional.empty();
    private Optional<Attempt> toRepeat = Optional.empty();
    private boolean thinking;
    private long startedAt;

    Lane(Client client, Chance chance) {
        this.client = client;
        this.world = client.world();
        this.chance = chance;
    }

    boolean idle() {
        return underway.isEmpty() && toRepeat.isEmpty();
    }

    /** True time at which the operation under way was first asked. */
    Optional<Long> waitingSince() {
        return idle() ? Optional.empty() : Optional.of(startedAt);
    }

    void connected() {
        if (toRepeat.isPresent()) {
            Attempt again = toRepeat.get();
            toRepeat = Optional.empty();
            issue(again);
        } else if (underway.isEmpty() && !thinking) {
            think();
        }
    }

    /** The client has left a connection; what is under way is asked again on the next, mostly. */
    void disconnected(Visit left) {
        if (underway.isPresent()) {
            Attempt old = underway.get();
            underway = Optional.empty();
            boolean giveUp = chance.oneIn(10);
            boolean another = !(old.op() instanceof Op.Change) || old.mayBeUnderWay(left);
            toRepeat =
                    giveUp
                            ? Optional.empty()
                            : Optional.of(
                                    new Attempt(
                                            client,
                                            old.op(),
                                            another
                                                    ? world.history().entryOf(old.op())
                                                    : old.entry()));
        }
    }

    private void think() {
        if (client.stopped() || thinking) {
            return;
        }
        thinking = true;
        world.agenda().after(world.workload(client.volume()).pause(chance), this::next);
    }

    private void next() {
        thinking = false;
        if (client.visit().isEmpty() || !idle() || client.stopped()) {
            return;
        }
        startedAt = world.agenda().now();
        Op op = world.workload(client.volume()).next(chance);
        issue(new Attempt(client, op, world.history().entryOf(op)));
    }

    private void issue(Attempt attempt) {
        Visit to = client.visit().orElseThrow();
        underway = Optional.of(attempt);
        world.agenda().after(world.clientDelay(), () -> to.life().run(() -> arrive(to, attempt)));
        world.agenda()
                .after(
                        chance.between(Nanos.seconds(1), Nanos.seconds(6)),
                        () -> {
                            if (underway.equals(Optional.of(attempt))) {
                                client.reconnect();
                            }
                        });
    }

    private void arrive(Visit to, Attempt attempt) {
        Optional<SteadyVolume> open = to.open();
        if (open.isEmpty()) {
            return;
        }
        attempt.arrived();
        world.history().asked(attempt.entry());
        world.trace().add("to " + to, attempt);
        world.watch().asked(attempt);
        perform(to, open.get(), attempt);
    }

    private void perform(Visit to, SteadyVolume open, Attempt attempt) {
        Volume volume = to.volume();
        switch (attempt.op()) {
            case Op.Read read ->
                    open.read(
                            volume.offset(read.first()),
                            read.units() * Content.UNIT,
                            reply(to, attempt, bytes -> new Result.Seen(stamps(bytes))));
            case Op.Survey survey ->
                    open.allocation(
                            volume.offset(survey.first()),
                            (long) survey.units() * Content.UNIT,
                            reply(to, attempt, runs -> seen(survey, runs)));
            case Op.Write write ->
                    open.write(
                            volume.offset(write.first()),
                            Content.data(write.stamp(), write.units()),
                            write.fua(),
                            done(to, attempt));
            case Op.Zero zero ->
                    open.zero(
                            volume.offset(zero.first()),
                            (long) zero.units() * Content.UNIT,
                            zero.trim(),
                            zero.fua(),
                            done(to, attempt));
            case Op.Flush _ -> open.flush(done(to, attempt));
        }
    }

    private static long[] stamps(byte[] bytes) {
        long[] stamps = new long[bytes.length / Content.UNIT];
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = Content.stamp(bytes, i);
        }
        return stamps;
    }

    /** What is not data reads as zeros; of data nothing is known. */
    private static Result seen(Op.Survey survey, List<Allocation> runs) {
        long[] stamps = new long[survey.units()];
        Arrays.fill(stamps, Result.UNSEEN);
        int unit = 0;
        for (Allocation run : runs) {
            int units = (int) (run.length() / Content.UNIT);
            if (run.kind() != Allocation.Kind.DATA) {
                Arrays.fill(stamps, unit, unit + units, Content.ZERO);
            }
            unit += units;
        }
        return new Result.Seen(stamps);
    }

    private interface Reading<T> {
        Result of(T got);
    }

    private Reply<Done> done(Visit to, Attempt attempt) {
        return reply(to, attempt, done -> new Result.Done());
    }

    private <T> Reply<T> reply(Visit to, Attempt attempt, Reading<T> reading) {
        return new Reply<>() {
            @Override
            public void done(T got) {
                answered(to, attempt, reading.of(got));
            }

            @Override
            public void failed(ErrorCode code, String message) {
                answered(to, attempt, new Result.Failed(code, message));
            }
        };
    }

    private void answered(Visit to, Attempt attempt, Result result) {
        if (attempt.repliedAt() > 0) {
            throw new Violation("one reply", attempt + " was answered twice");
        }
        attempt.replied(world.history().tick());
        world.trace().add("from " + to, attempt);
        world.watch().answered(to.epoch(), attempt, result);
        world.agenda().after(world.clientDelay(), () -> completed(attempt, result));
    }

    private void completed(Attempt attempt, Result result) {
        if (!underway.equals(Optional.of(attempt))) {
            return;
        }
        underway = Optional.empty();
        world.history().ended(attempt.entry(), attempt.repliedAt(), result);
        world.watch().completed(client, attempt, result);
        world.completed();
        think();
    }
}

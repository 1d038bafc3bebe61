package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A client's open volume that outlives the ways on which it is served. When a way is lost, the next
 * one is sought, and every request without an answer is asked again there, in order. If none is
 * found in time, or a way answers nothing again and again, the attachment is lost. On the volume's
 * loop.
 *
 * <p>Guarantees that a request is asked again only where its older self can take effect no more
 * (PROTOCOL, "FORWARD"; H17): under a later epoch, which fences the earlier one at every mirror
 * before it serves, or in a later session of the same epoch, which begins when the earlier one is
 * finished. What a way answers after its loss is discarded: the request is under way elsewhere.
 */
public final class SteadyVolume implements AttachedVolume {

    /** Finds ways to the volume. */
    public interface Guide {

        /** Replies with a way, or with a failure when it has looked for long enough. */
        void find(Optional<Way> lost, Reply<Way> reply);
    }

    /**
     * How long a request may stay without an answer for want of a way: longer than any takeover on
     * a busy machine, and short enough for a client to try another server.
     */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long PAUSE_MILLIS = 100;

    private final EventLoop loop;
    private final Guide guide;
    private final Debt debt;
    private final PendingRequests pending = new PendingRequests(this::answered);

    private ExportInfo info;
    private Way way;
    private boolean lost;
    private boolean over;
    private boolean leaving;
    private boolean tellOfLoss;
    private boolean hadDebt;
    private boolean answeredSinceLoss = true;
    private Optional<Future<?>> limit = Optional.empty();
    private Runnable onLost = () -> {};

    /**
     * Begins on a way that has just been found.
     *
     * @param debt shared by all of the volume's clients at this server
     */
    public SteadyVolume(EventLoop loop, Guide guide, Debt debt, Way way) {
        this.info = way.volume().info();
        this.loop = loop;
        this.guide = guide;
        this.debt = debt;
        this.way = way;
        this.tellOfLoss = way.untold();
        way.volume().onLost(() -> lost(way));
    }

    @Override
    public ExportInfo info() {
        return info;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        ask((to, answer) -> to.read(offset, length, answer), reply, false);
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        ask((to, answer) -> to.write(offset, data, fua, answer), reply, !fua);
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        ask((to, answer) -> to.zero(offset, length, mayTrim, fua, answer), reply, !fua);
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        ask((to, answer) -> to.trim(offset, length, fua, answer), reply, !fua);
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        ask((to, answer) -> to.allocation(offset, length, answer), reply, false);
    }

    /**
     * Asked again under a later epoch, it still covers all that was acknowledged before it: a
     * coordinator takes everything for dirty when it begins (P4). If the volume went on without
     * what was not flushed, and some of that was acknowledged here, the next flush says so (P5).
     */
    @Override
    public void flush(Reply<Done> reply) {
        long mark = debt.mark();
        ask(
                AttachedVolume::flush,
                new Reply<>() {
                    @Override
                    public void done(Done done) {
                        debt.settle(mark);
                        if (tellOfLoss) {
                            tellOfLoss = false;
                            reply.failed(
                                    ErrorCode.LOST_UNFLUSHED,
                                    "unflushed writes were lost with the power of every mirror");
                        } else {
                            reply.done(done);
                        }
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        if (code == ErrorCode.LOST_UNFLUSHED) {
                            debt.settle(mark);
                            tellOfLoss = false;
                        }
                        reply.failed(code, message);
                    }
                },
                false);
    }

    private <T> void ask(PendingRequests.Operation<T> operation, Reply<T> reply, boolean change) {
        if (over) {
            reply.failed(ErrorCode.UNAVAILABLE, "the attachment is over");
            return;
        }
        PendingRequests.Request<T> request = pending.add(operation, reply, change);
        if (!lost) {
            request.ask(way.volume());
        }
    }

    private void answered(boolean leavesDebt) {
        if (leavesDebt) {
            debt.acknowledge();
        }
        if (!answeredSinceLoss) {
            answeredSinceLoss = true;
            stopClock();
        }
    }

    private void lost(Way gone) {
        if (over || lost || !gone.equals(way)) {
            return;
        }
        lost = true;
        hadDebt |= debt.outstanding();
        if (leaving) {
            giveUp();
            return;
        }
        pending.renew();
        boolean fruitless = !answeredSinceLoss;
        answeredSinceLoss = false;
        if (limit.isEmpty()) {
            limit =
                    Optional.of(
                            loop.schedule(this::giveUp, PATIENCE.toNanos(), TimeUnit.NANOSECONDS));
        }
        if (fruitless) {
            seekLater();
        } else {
            seek();
        }
    }

    private void seekLater() {
        Future<?> _ = loop.schedule(this::seek, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void seek() {
        if (over) {
            return;
        }
        guide.find(
                Optional.of(way),
                new Reply<>() {
                    @Override
                    public void done(Way next) {
                        found(next);
                    }

                    @Override
                    public void failed(ErrorCode code, String message) {
                        seekLater();
                    }
                });
    }

    private void found(Way next) {
        if (over) {
            next.volume().detach();
            return;
        }
        if (next.epoch() < way.epoch()) {
            next.volume().detach(); // an earlier coordinator that does not know of its end
            seekLater();
            return;
        }
        // A client without a debt here may have one from another server, which it came from.
        tellOfLoss |= next.losses() > way.losses() && (hadDebt || next.untold());
        hadDebt = false;
        way = next;
        info = next.volume().info(); // the volume may have grown
        lost = false;
        if (pending.isEmpty()) {
            answered(false);
        }
        next.volume().onLost(() -> lost(next));
        Queue<PendingRequests.Request<?>> again = new ArrayDeque<>(pending.inOrder());
        while (!again.isEmpty() && way.equals(next) && !lost) {
            again.remove().ask(next.volume());
        }
    }

    @Override
    public void leaving() {
        leaving = true;
        if (lost) {
            giveUp();
        }
    }

    private void giveUp() {
        if (!over) {
            end();
            onLost.run();
            pending.abandon(); // after the client was told: it gets none of these answers
        }
    }

    private void end() {
        over = true;
        stopClock();
        if (!lost) {
            way.volume().detach();
        }
    }

    private void stopClock() {
        limit.ifPresent(timer -> timer.cancel(false));
        limit = Optional.empty();
    }

    @Override
    public void onLost(Runnable action) {
        onLost = action;
        if (over) {
            action.run();
        }
    }

    @Override
    public void detach() {
        if (!over) {
            boolean wayless = lost;
            end();
            if (wayless) {
                pending.abandon();
            }
        }
    }
}

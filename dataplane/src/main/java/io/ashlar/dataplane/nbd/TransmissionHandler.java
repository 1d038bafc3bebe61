package io.ashlar.dataplane.nbd;

import io.ashlar.dataplane.loop.Wakefulness;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a {@link Transmission} to its channel. Runs on the volume's loop, where the channel
 * lives. Replies that become ready while the socket is being read go out together when it is empty;
 * others at the end of the loop's current round.
 */
final class TransmissionHandler extends ChannelInboundHandlerAdapter implements Line {

    private static final Logger log = LoggerFactory.getLogger(TransmissionHandler.class);

    /**
     * What a client that has left is not answered in, it is not answered: takeovers are shorter.
     */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(30);

    private final Channel channel;
    private final AttachedVolume volume;
    private final Inflow inflow;
    private final Outbox outbox;
    private final Transmission transmission;
    private final NbdMetrics metrics;
    private final BytePool pool;
    private final long stallNanos;
    private final Contact contact;
    private final Duration lookEvery;
    private final Wakefulness wakefulness;
    private final Runnable onWaking = this::leaveIfClosed;
    private Optional<Future<?>> looking = Optional.empty();
    private boolean detached;
    private boolean inRead;
    private boolean flushScheduled;
    private boolean pumpScheduled;
    private boolean stallScheduled;

    TransmissionHandler(
            Channel channel,
            Session session,
            AttachedVolume volume,
            Inflow inflow,
            Service service) {
        this.channel = channel;
        this.volume = volume;
        this.inflow = inflow;
        this.metrics = service.metrics();
        NbdLimits limits = service.limits();
        this.pool = service.pool(volume.loop());
        this.stallNanos = limits.stallTime().toNanos();
        this.contact = new Contact(channel, limits.silence());
        this.lookEvery = Contact.interval(limits.silence());
        this.wakefulness = service.wakefulness(volume.loop());
        Window window =
                new Window(limits.requests(), limits.connectionBytes(), pool, this::pumpSoon);
        this.outbox = new Outbox(channel, window, this::drain);
        this.transmission =
                new Transmission(session, volume, inflow, window, outbox, this, metrics);
    }

    /** Begins with what the client sent already. */
    void start() {
        volume.onLost(() -> drop("volume '" + volume.info().name() + "' is served elsewhere"));
        wakefulness.onWaking(onWaking);
        looking =
                Optional.of(
                        volume.loop()
                                .scheduleWithFixedDelay(
                                        this::look,
                                        lookEvery.toNanos(),
                                        lookEvery.toNanos(),
                                        TimeUnit.NANOSECONDS));
        pump();
    }

    private void look() {
        if (contact.outOfTouch()) {
            leave("the client's machine answers no more");
        } else if (contact.broken()) {
            leave("the connection is broken");
        }
    }

    /** After a sleep: what is behind the close may be where the client went meanwhile. */
    private void leaveIfClosed() {
        if (!transmission.ending() && contact.closedByClient()) {
            leave("the client left while this server slept");
        }
    }

    /** Executes nothing more of what the client has sent. */
    private void leave(String why) {
        log.info("{} is closed: {}", channel, why);
        metrics.dropped();
        detach();
        contact.cut();
    }

    /** At once: a channel may take its time to close. */
    private void detach() {
        if (!detached) {
            detached = true;
            wakefulness.forget(onWaking);
            looking.ifPresent(task -> task.cancel(false));
            transmission.close();
            volume.detach();
            if (transmission.busy()) {
                var _ =
                        channel.eventLoop()
                                .schedule(
                                        transmission::forget,
                                        LAST_ANSWERS.toNanos(),
                                        TimeUnit.NANOSECONDS);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        inRead = true;
        inflow.add((ByteBuf) message);
        pumpAwake();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        inRead = false;
        drain();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        drain();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        detach();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ServerClosing) {
            transmission.end();
        } else if (event instanceof ChannelInputShutdownEvent) {
            if (!transmission.ending()) {
                leave("the client left without a word"); // it may be asking elsewhere by now
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("{} broke: {}", channel, cause.getMessage());
        } else {
            log.error("{} is closed after an unexpected failure", channel, cause);
        }
        var _ = channel.close();
    }

    @Override
    public void reading(boolean wanted) {
        if (channel.config().isAutoRead() != wanted) {
            channel.config().setAutoRead(wanted);
        }
        if (!wanted) {
            watchForStalls();
        }
    }

    @Override
    public void flushSoon() {
        if (!inRead && !flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(this::flushNow);
        }
    }

    @Override
    public void closeWhenSent() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void drop(String reason) {
        log.info("{} is closed: {}", channel, reason);
        metrics.dropped();
        detach();
        var _ = channel.close();
    }

    /** While a request waits for room, those who sit on it are looked for. */
    private void watchForStalls() {
        if (!stallScheduled && transmission.parked()) {
            stallScheduled = true;
            var _ =
                    channel.eventLoop()
                            .schedule(this::dropStalled, stallNanos / 4, TimeUnit.NANOSECONDS);
        }
    }

    private void dropStalled() {
        stallScheduled = false;
        if (transmission.parked()) {
            pool.dropStalled(System.nanoTime(), stallNanos);
            watchForStalls();
        }
    }

    private void pumpSoon() {
        if (!pumpScheduled) {
            pumpScheduled = true;
            channel.eventLoop().execute(this::pump);
        }
    }

    private void pump() {
        pumpScheduled = false;
        pumpAwake();
        drain();
    }

    private void pumpAwake() {
        if (wakefulness.slept()) {
            leaveIfClosed();
        }
        transmission.pump();
    }

    private void flushNow() {
        flushScheduled = false;
        drain();
    }

    private void drain() {
        outbox.drain();
        transmission.drained();
    }
}

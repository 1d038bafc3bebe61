package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a {@link Handshake} to its channel and the volume directory. Runs on the loop that
 * accepted the connection until a volume is attached; then the channel moves to the volume's loop,
 * and there the client gets its answer and a {@link TransmissionHandler} takes over.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(HandshakeHandler.class);

    /** A connection that is to be closed is not kept for a farewell that nobody takes. */
    private static final long CLOSE_NOTIFY_MILLIS = 200;

    /** For a client to take the last answers of a handshake that led nowhere. */
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

    private final Channel channel;
    private final SocketAddress peer;
    private final Service service;
    private final Inflow inflow = new Inflow();
    private HandshakeReader reader;
    private Handshake handshake;
    private Optional<AttachedVolume> attached = Optional.empty();
    private Optional<Future<?>> timer = Optional.empty();
    private boolean over;

    HandshakeHandler(Channel channel, SocketAddress peer, TlsMode tls, Service service) {
        this.channel = channel;
        this.peer = peer;
        this.service = service;
        NbdLimits limits = service.limits();
        this.reader = HandshakeReader.fromStart(limits.optionBytes());
        this.handshake = Handshake.plain(tls, rules(Optional.empty()), limits.options());
    }

    private Function<String, Access> rules(Optional<X509Certificate> certificate) {
        AccessRules.Client client = new AccessRules.Client(peer, certificate);
        return volume -> service.rules().access(client, volume);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        awaitClient();
        var _ = context.writeAndFlush(Unpooled.wrappedBuffer(Handshake.greeting()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ((ByteBuf) message).release();
            return;
        }
        inflow.add((ByteBuf) message);
        pump();
    }

    private void pump() {
        while (!over && listening() && !inflow.isEmpty()) {
            reader.next(inflow.first()).ifPresent(this::apply);
        }
        if (!over) {
            channel.config().setAutoRead(listening());
        }
    }

    /** Whether an option may be read: the last is answered, and the client takes its answers. */
    private boolean listening() {
        return !handshake.waiting() && channel.isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        channel.eventLoop().execute(this::pump);
    }

    private void apply(HandshakeInput input) {
        if (over) {
            return;
        }
        List<HandshakeEffect> effects = handshake.apply(input);
        effects.forEach(this::perform);
        channel.flush();
    }

    private void perform(HandshakeEffect effect) {
        switch (effect) {
            case HandshakeEffect.Send(byte[] bytes) -> {
                var _ = channel.write(Unpooled.wrappedBuffer(bytes));
            }
            case HandshakeEffect.ListExports() ->
                    service.directory().list(answer(HandshakeInput.Listed::new));
            case HandshakeEffect.FindExport(String name) ->
                    service.directory().find(name, answer(HandshakeInput.Found::new));
            case HandshakeEffect.AttachExport(String name) -> attach(name);
            case HandshakeEffect.StartTls() -> startTls();
            case HandshakeEffect.BeginTransmission(Session session) -> transmit(session);
            case HandshakeEffect.Close(String reason) -> close(reason);
        }
    }

    private <T> Reply<T> answer(Function<T, HandshakeInput> input) {
        return new Reply<>() {
            @Override
            public void done(T result) {
                answered(input.apply(result));
            }

            @Override
            public void failed(ErrorCode code, String message) {
                answered(new HandshakeInput.Failed(code, message));
            }
        };
    }

    private void answered(HandshakeInput input) {
        channel.eventLoop()
                .execute(() -> {
                    apply(input);
                    pump();
                });
    }

    private void attach(String name) {
        chosen();
        service.directory()
                .attach(
                        name,
                        new Reply<>() {
                            @Override
                            public void done(AttachedVolume volume) {
                                channel.eventLoop().execute(() -> moveTo(volume));
                            }

                            @Override
                            public void failed(ErrorCode code, String message) {
                                channel.eventLoop().execute(HandshakeHandler.this::awaitClient);
                                answered(new HandshakeInput.Failed(code, message));
                            }
                        });
    }

    private void moveTo(AttachedVolume volume) {
        if (over) {
            volume.loop().execute(volume::detach);
        } else if (volume.loop().inEventLoop()) {
            arrived(volume);
        } else {
            channel.config().setAutoRead(false);
            channel.deregister()
                    .addListener(_ ->
                            volume.loop()
                                    .register(channel)
                                    .addListener(moved -> {
                                        if (moved.isSuccess()) {
                                            arrived(volume);
                                        } else {
                                            volume.loop().execute(volume::detach);
                                            var _ = channel.close();
                                        }
                                    }));
        }
    }

    private void arrived(AttachedVolume volume) {
        if (over) {
            volume.detach();
            return;
        }
        attached = Optional.of(volume);
        apply(new HandshakeInput.Attached(volume.info()));
    }

    private void transmit(Session session) {
        AttachedVolume volume = attached.orElseThrow();
        attached = Optional.empty();
        over = true;
        TransmissionHandler next =
                new TransmissionHandler(channel, session, volume, inflow, service);
        channel.pipeline().replace(this, "transmission", next);
        next.start();
    }

    private void startTls() {
        if (!inflow.isEmpty()) {
            // What came with STARTTLS came before TLS: not to be taken for what is protected by it.
            close("data between STARTTLS and TLS");
            return;
        }
        channel.flush();
        SslHandler ssl = service.tls().orElseThrow().newHandler(channel.alloc());
        ssl.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        channel.pipeline().addFirst("tls", ssl);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ServerClosing) {
            apply(new HandshakeInput.ShuttingDown());
        } else if (event instanceof ChannelInputShutdownEvent) {
            close("the client says no more");
        } else if (event instanceof SslHandshakeCompletionEvent tlsDone) {
            if (tlsDone.isSuccess()) {
                NbdLimits limits = service.limits();
                reader = HandshakeReader.fromOption(limits.optionBytes());
                Function<String, Access> rules = rules(TlsPeer.certificate(channel.pipeline()));
                handshake = handshake.encrypted(rules);
            } else {
                close("TLS failed: " + tlsDone.cause().getMessage());
            }
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    /** The client has the word, and not for ever. */
    private void awaitClient() {
        if (over) {
            return;
        }
        service.gate().enter(channel);
        timer =
                Optional.of(
                        channel.eventLoop()
                                .schedule(
                                        this::timedOut,
                                        service.limits().handshakeTime().toMillis(),
                                        TimeUnit.MILLISECONDS));
    }

    private void timedOut() {
        close("the handshake took too long");
        cut();
    }

    /** Whether the client has taken its answers or not. */
    private void cut() {
        var _ = channel.close();
    }

    /** The client has chosen; what takes time now is ours. */
    private void chosen() {
        service.gate().leave(channel);
        timer.ifPresent(pending -> pending.cancel(false));
        timer = Optional.empty();
    }

    private void close(String reason) {
        if (!over) {
            log.debug("{} is closed: {}", channel, reason);
            over = true;
            chosen();
            attached.ifPresent(AttachedVolume::detach);
            inflow.release();
            channel.config().setAutoRead(false);
            var _ =
                    channel.eventLoop()
                            .schedule(this::cut, LAST_ANSWERS.toNanos(), TimeUnit.NANOSECONDS);
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!over) {
            close("the client is gone");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof IOException) {
            log.debug("{} broke: {}", channel, cause.getMessage());
        } else {
            log.error("{} is closed after an unexpected failure", channel, cause);
        }
        close("failure");
    }
}

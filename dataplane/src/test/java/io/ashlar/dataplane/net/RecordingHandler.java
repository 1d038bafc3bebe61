package io.ashlar.dataplane.net;

import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Keeps what happens on links for a test to await. */
final class RecordingHandler<S, R> implements LinkHandler<S, R> {

    /** What happened. */
    sealed interface Event<S, R> {

        PeerLink<S> link();

        record Up<S, R>(PeerLink<S> link, long nanos) implements Event<S, R> {}

        record Received<S, R>(PeerLink<S> link, R message) implements Event<S, R> {}

        record Down<S, R>(PeerLink<S> link, String reason) implements Event<S, R> {}
    }

    private final BlockingQueue<Event<S, R>> events = new LinkedBlockingQueue<>();
    private final BiConsumer<PeerLink<S>, R> reaction;

    RecordingHandler() {
        this((_, _) -> {});
    }

    RecordingHandler(BiConsumer<PeerLink<S>, R> reaction) {
        this.reaction = reaction;
    }

    @Override
    public void up(PeerLink<S> link) {
        checkLoop(link);
        events.add(new Event.Up<>(link, System.nanoTime()));
    }

    @Override
    public void received(PeerLink<S> link, R message) {
        checkLoop(link);
        events.add(new Event.Received<>(link, message));
        reaction.accept(link, message);
    }

    @Override
    public void down(PeerLink<S> link, String reason) {
        checkLoop(link);
        events.add(new Event.Down<>(link, reason));
    }

    private void checkLoop(PeerLink<S> link) {
        if (!link.loop().inEventLoop()) {
            throw new AssertionError("an event off the link's loop");
        }
    }

    Event.Up<S, R> awaitUp() {
        Event<S, R> event = next();
        if (event instanceof Event.Up<S, R> up) {
            return up;
        }
        throw unexpected(event);
    }

    R awaitMessage() {
        Event<S, R> event = next();
        if (event instanceof Event.Received<S, R> received) {
            return received.message();
        }
        throw unexpected(event);
    }

    String awaitDown() {
        Event<S, R> event = next();
        if (event instanceof Event.Down<S, R> down) {
            return down.reason();
        }
        throw unexpected(event);
    }

    /** The next event within a short while, if there is one. */
    Optional<Event<S, R>> within(long millis) {
        try {
            return Optional.ofNullable(events.poll(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Event<S, R> next() {
        return within(20_000).orElseThrow(() -> new AssertionError("nothing happened"));
    }

    private static AssertionError unexpected(Event<?, ?> event) {
        return new AssertionError("not what was awaited: " + event);
    }
}

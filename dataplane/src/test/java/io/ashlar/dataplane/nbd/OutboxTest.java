package io.ashlar.dataplane.nbd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.codahale.metrics.Counter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a reply stops counting against the limits. */
class OutboxTest {

    private static final int COST = 1000;

    /** A socket whose buffer may be full. */
    private static final class Socket extends EmbeddedChannel {

        private boolean full;

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!full) {
                super.doWrite(in);
            }
        }
    }

    private final Counter granted = new Counter();
    private final AtomicInteger told = new AtomicInteger();
    private final Socket socket = new Socket();
    private final Window window = new Window(9, 9000, new BytePool(9000, granted), () -> {});
    private final Outbox outbox = new Outbox(socket, window, told::incrementAndGet);

    @AfterEach
    void close() {
        socket.finishAndReleaseAll();
    }

    private void reply() {
        assertTrue(window.take(COST));
        outbox.addLast(new byte[COST], 0, COST, COST);
        outbox.drain();
    }

    @Test
    void aReplyThatTheSocketTakesCountsNoMore() {
        reply();
        assertEquals(0, granted.getCount());
        assertTrue(window.idle());
        assertEquals(0, told.get());
    }

    @Test
    void aReplyThatTheSocketHasYetToTakeCounts() {
        socket.full = true;
        reply();
        reply();
        assertEquals(2 * COST, granted.getCount());
        assertFalse(window.idle());
        socket.full = false;
        socket.flush();
        assertEquals(0, granted.getCount());
        assertTrue(window.idle());
        assertEquals(2, told.get());
    }

    @Test
    void nothingCountsOnceTheChannelIsClosed() {
        socket.full = true;
        reply();
        assertTrue(window.take(COST));
        outbox.addLast(new byte[COST], 0, COST, COST);
        var _ = socket.close();
        assertThrows(ClosedChannelException.class, socket::checkException);
        outbox.clear();
        assertEquals(0, granted.getCount());
        assertTrue(window.idle());
    }
}

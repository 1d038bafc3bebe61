package io.ashlar.dataplane.loop;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.netty.channel.Channel;
import io.netty.channel.unix.UnixChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Whether the other end of a socket has closed, whatever lies before the close and is not read yet.
 * A loop learns of a close only when it has read all of that, and of a reset after a close only
 * when it writes. Linux, poll(2).
 */
public final class Hangup {

    /** {@code struct pollfd}: a descriptor, the events asked for, those that came. */
    private static final long POLLFD_BYTES = 8;

    private static final long EVENTS_AT = 4;
    private static final long CAME_AT = 6;

    private static final short CLOSED_BY_PEER = 0x2000;
    private static final short BROKEN = 0x8 | 0x10;

    private static final MethodHandle POLL = poll();

    private Hangup() {}

    @SuppressWarnings("restricted") // the one function, with its types
    private static MethodHandle poll() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("poll"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    /** Whether it has; false where that cannot be learnt, on loops of the JDK's selector. */
    public static boolean of(Channel channel) {
        return came(channel, (short) (CLOSED_BY_PEER | BROKEN));
    }

    /** Whether it neither sends nor receives any more. */
    public static boolean both(Channel channel) {
        return came(channel, BROKEN);
    }

    private static boolean came(Channel channel, short events) {
        return channel instanceof UnixChannel unix
                && unix.isOpen()
                && (poll(unix.fd().intValue()) & events) != 0;
    }

    private static int poll(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment socket = arena.allocate(POLLFD_BYTES, Integer.BYTES);
            socket.set(JAVA_INT, 0, descriptor);
            socket.set(JAVA_SHORT, EVENTS_AT, CLOSED_BY_PEER);
            int ready = (int) POLL.invokeExact(socket, 1L, 0);
            return ready > 0 ? socket.get(JAVA_SHORT, CAME_AT) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("poll", e); // it throws nothing; its handle might
        }
    }
}

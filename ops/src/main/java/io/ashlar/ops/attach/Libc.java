package io.ashlar.ops.attach;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The calls of the C library that are needed for netlink and for sockets whose descriptors go to
 * the kernel; Linux only. As in the kernel, a negative result is an error number. A call that a
 * signal interrupts is made again.
 */
final class Libc {

    private static final int EINTR = 4;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CONNECT =
            function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle BIND =
            function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SET_OPTION =
            function(
                    "setsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GET_OPTION =
            function(
                    "getsockopt",
                    FunctionDescriptor.of(
                            JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SEND =
            function(
                    "send",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECEIVE =
            function(
                    "recv",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle POLL =
            function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle ERROR_TEXT =
            plain("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private static final long LONGEST_ERROR_TEXT = 256;

    private Libc() {}

    /** A call that leaves its error number in {@code state}. */
    @FunctionalInterface
    private interface Call {
        long make(MemorySegment state, Arena arena) throws Throwable;
    }

    static int socket(int domain, int type, int protocol) {
        return (int) make((state, _) -> (int) SOCKET.invokeExact(state, domain, type, protocol));
    }

    static int connect(int socket, byte[] address) {
        return (int)
                make((state, arena) ->
                        (int)
                                CONNECT.invokeExact(
                                        state,
                                        socket,
                                        arena.allocateFrom(JAVA_BYTE, address),
                                        address.length));
    }

    static int bind(int socket, byte[] address) {
        return (int)
                make((state, arena) ->
                        (int)
                                BIND.invokeExact(
                                        state,
                                        socket,
                                        arena.allocateFrom(JAVA_BYTE, address),
                                        address.length));
    }

    static int setOption(int socket, int level, int name, byte[] value) {
        return (int)
                make((state, arena) ->
                        (int)
                                SET_OPTION.invokeExact(
                                        state,
                                        socket,
                                        level,
                                        name,
                                        arena.allocateFrom(JAVA_BYTE, value),
                                        value.length));
    }

    /** Fills {@code value}, whose length must be that of the option. */
    static int option(int socket, int level, int name, byte[] value) {
        return (int)
                make((state, arena) -> {
                    MemorySegment room = arena.allocate(value.length);
                    MemorySegment length = arena.allocateFrom(JAVA_INT, value.length);
                    int result =
                            (int) GET_OPTION.invokeExact(state, socket, level, name, room, length);
                    MemorySegment.copy(room, JAVA_BYTE, 0, value, 0, value.length);
                    return result;
                });
    }

    /** How many of the bytes were sent. */
    static int send(int socket, byte[] bytes, int flags) {
        return (int)
                make((state, arena) ->
                        (long)
                                SEND.invokeExact(
                                        state,
                                        socket,
                                        arena.allocateFrom(JAVA_BYTE, bytes),
                                        (long) bytes.length,
                                        flags));
    }

    /** How many bytes came; they are put into {@code into} up to its limit. */
    static int receive(int socket, ByteBuffer into, int flags) {
        return (int)
                make((state, arena) -> {
                    MemorySegment room = arena.allocate(into.remaining());
                    long length =
                            (long) RECEIVE.invokeExact(state, socket, room, room.byteSize(), flags);
                    if (length > 0) {
                        into.put(room.asSlice(0, length).asByteBuffer());
                    }
                    return length;
                });
    }

    /** Waits for bytes to read; 0 if none came within the limit. */
    static int pollReadable(int descriptor, int millis) {
        return (int)
                make((state, arena) -> {
                    MemorySegment one = arena.allocate(8, 4);
                    one.set(JAVA_INT, 0, descriptor);
                    one.set(JAVA_SHORT, 4, POLLIN);
                    return (int) POLL.invokeExact(state, one, 1L, millis);
                });
    }

    static int open(String path, int flags) {
        return (int)
                make((state, arena) ->
                        (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags));
    }

    static void close(int descriptor) {
        make((state, _) -> (int) CLOSE.invokeExact(state, descriptor));
    }

    /** What the C library calls an error, which is given as a negative result. */
    @SuppressWarnings("restricted") // the text is the C library's own and ends with a zero
    static String error(int result) {
        try {
            return ((MemorySegment) ERROR_TEXT.invokeExact(-result))
                    .reinterpret(LONGEST_ERROR_TEXT)
                    .getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("strerror", e);
        }
    }

    private static long make(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            while (true) {
                long result = call.make(state, arena);
                int error = result < 0 ? (int) ERRNO.get(state, 0L) : 0;
                if (error != EINTR) {
                    return result < 0 ? -error : result;
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException("a call of the C library", e);
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor form) {
        return plain(name, form, Linker.Option.captureCallState("errno"));
    }

    @SuppressWarnings("restricted") // the forms are those of the Linux manual pages, section 2
    private static MethodHandle plain(
            String name, FunctionDescriptor form, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), form, options);
    }
}

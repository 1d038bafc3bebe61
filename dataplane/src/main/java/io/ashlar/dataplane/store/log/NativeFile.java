package io.ashlar.dataplane.store.log;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * A file read as {@code FileChannel} cannot: with direct I/O, or only as far as the page cache has
 * it. Linux on 64 bits. Any thread, but none while it is closed.
 */
final class NativeFile implements AutoCloseable {

    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int DIRECT =
            System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

    private static final int NO_WAIT = 8; // RWF_NOWAIT
    private static final int SHARED = 1; // MAP_SHARED, with PROT_NONE: nobody can touch it
    private static final long NOT_MAPPED = -1;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
            function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle READ =
            function(
                    "pread",
                    FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static final MethodHandle READ_NOW =
            quick(
                    "preadv2",
                    FunctionDescriptor.of(
                            JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MAP =
            function(
                    "mmap",
                    FunctionDescriptor.of(
                            ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle UNMAP =
            quick("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle RESIDENT =
            quick("mincore", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS));
    private static final MethodHandle PAGE_SIZE =
            quick("getpagesize", FunctionDescriptor.of(JAVA_INT));

    /** What the kernel caches as one. */
    static final int PAGE = pageSize();

    private final Path path;
    private final int descriptor;

    private NativeFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return handle(name, type, Linker.Option.captureCallState("errno"));
    }

    /** One of which nobody wants to know why it failed. */
    private static MethodHandle quick(String name, FunctionDescriptor type) {
        return handle(name, type);
    }

    @SuppressWarnings("restricted") // the functions above, with their types
    private static MethodHandle handle(
            String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    private static int pageSize() {
        try {
            return (int) PAGE_SIZE.invokeExact();
        } catch (Throwable e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Opens a file for direct reads.
     *
     * @throws IOException if it cannot be opened, or its file system knows no direct I/O
     */
    static NativeFile openDirect(Path path) throws IOException {
        return open(path, DIRECT);
    }

    /**
     * Opens a file for {@link #readNow}.
     *
     * @throws IOException if it cannot be opened
     */
    static NativeFile openCached(Path path) throws IOException {
        return open(path, 0);
    }

    private static NativeFile open(Path path, int how) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int descriptor = (int) OPEN.invokeExact(state, name, how | CLOSE_ON_EXEC);
            if (descriptor < 0) {
                throw failed("open", path, state);
            }
            return new NativeFile(path, descriptor);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Reads once; returns how many bytes, 0 at the end of the file. */
    int read(MemorySegment target, long at) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long n = (long) READ.invokeExact(state, descriptor, target, target.byteSize(), at);
            if (n < 0) {
                throw failed("read", path, state);
            }
            return (int) n;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** What tells the kernel where bytes go. */
    static MemorySegment vector(Arena arena, MemorySegment bytes) {
        MemorySegment vector = arena.allocate(2 * Long.BYTES, Long.BYTES);
        vector.set(JAVA_LONG, 0, bytes.address());
        vector.set(JAVA_LONG, Long.BYTES, bytes.byteSize());
        return vector;
    }

    /**
     * Reads into the memory of a vector what the page cache has, and has the rest fetched; returns
     * how many bytes it read from the start, negative if none.
     */
    int readNow(MemorySegment vector, int length, long at) {
        vector.set(JAVA_LONG, Long.BYTES, length);
        try {
            return (int) (long) READ_NOW.invokeExact(descriptor, vector, 1, at, NO_WAIT);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    /** Addresses for the file's first bytes, there or not, that cannot be read or written. */
    MemorySegment map(long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment map =
                    (MemorySegment)
                            MAP.invokeExact(
                                    state, MemorySegment.NULL, length, 0, SHARED, descriptor, 0L);
            if (map.address() == NOT_MAPPED) {
                throw failed("map", path, state);
            }
            return map;
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Whether the page cache has all of these bytes; {@code pages} is memory for one a page. */
    static boolean resident(MemorySegment map, long at, int length, MemorySegment pages) {
        long from = at & -PAGE;
        int count = (int) ((at + length - from + PAGE - 1) / PAGE);
        try {
            int failed =
                    (int) RESIDENT.invokeExact(map.address() + from, (long) count * PAGE, pages);
            if (failed != 0) {
                return false;
            }
        } catch (Throwable e) {
            throw broken(e);
        }
        for (int i = 0; i < count; i++) {
            if ((pages.get(JAVA_BYTE, i) & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Gives addresses back that {@link #map} gave. */
    static void unmap(MemorySegment map, long length) {
        try {
            int _ = (int) UNMAP.invokeExact(map, length);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static IOException failed(String what, Path path, MemorySegment state) {
        return new IOException(what + " " + path + ": error " + (int) ERRNO.get(state, 0L));
    }

    /** A call through a method handle may throw anything; these throw what is caught here. */
    private static IOException rethrown(Throwable e) {
        if (e instanceof IOException io) {
            return io;
        }
        throw broken(e);
    }

    private static RuntimeException broken(Throwable e) {
        return switch (e) {
            case RuntimeException broken -> broken;
            case Error broken -> throw broken;
            default -> new IllegalStateException(e);
        };
    }

    @Override
    public void close() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }
}

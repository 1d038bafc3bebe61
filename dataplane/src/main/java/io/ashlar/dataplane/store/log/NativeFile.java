package io.ashlar.dataplane.store.log;

import static java.lang.foreign.ValueLayout.ADDRESS;
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
 * A file opened for direct reads, which {@code FileChannel} offers only through an internal class
 * of the JDK. Linux on 64 bits. Any thread, but none while it is closed.
 */
final class NativeFile implements AutoCloseable {

    private static final int CLOSE_ON_EXEC = 0x80000;
    private static final int DIRECT =
            System.getProperty("os.arch").equals("aarch64") ? 0x10000 : 0x4000;

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

    private final Path path;
    private final int descriptor;

    private NativeFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    @SuppressWarnings("restricted") // the three functions above, with their types
    private static MethodHandle function(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                type,
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Opens a file for direct reads.
     *
     * @throws IOException if it cannot be opened, or its file system knows no direct I/O
     */
    static NativeFile openDirect(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int descriptor = (int) OPEN.invokeExact(state, name, DIRECT | CLOSE_ON_EXEC);
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

    private static IOException failed(String what, Path path, MemorySegment state) {
        return new IOException(
                what + " " + path + " directly: error " + (int) ERRNO.get(state, 0L));
    }

    /** A call through a method handle may throw anything; these throw what is caught here. */
    private static IOException rethrown(Throwable e) {
        return switch (e) {
            case IOException io -> io;
            case RuntimeException broken -> throw broken;
            case Error broken -> throw broken;
            default -> throw new IllegalStateException(e);
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

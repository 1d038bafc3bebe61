package io.ashlar.dataplane.store.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that remembers every operation in order, so that what a crash after any of them
 * leaves behind can be made afterwards: synced writes whole, of the others any subset, in pieces.
 */
final class ForgetfulDisk implements DeviceFiles {

    /** What the disk writes as one; a unit that was being written when power went is garbage. */
    static final int UNIT = 512;

    /** One operation. */
    sealed interface Op {
        record Create(String name) implements Op {}

        @SuppressWarnings("ArrayRecordComponent") // never compared
        record Write(String name, long at, byte[] bytes) implements Op {}

        record Sync(String name) implements Op {}

        record SyncNames() implements Op {}
    }

    private final Map<String, byte[]> start;
    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<Op> ops = new ArrayList<>();
    private final List<Bit> rotten = new ArrayList<>();

    private record Bit(String name, long at) {}

    ForgetfulDisk() {
        this(Map.of());
    }

    private ForgetfulDisk(Map<String, byte[]> start) {
        this.start = start;
        this.files.putAll(copy(start));
    }

    int operations() {
        return ops.size();
    }

    /** What is there now, as if all of it were synced; independent of this. */
    ForgetfulDisk settled() {
        return new ForgetfulDisk(copy(files));
    }

    /** How a crash treats writes that were not synced. */
    interface Fate {
        /**
         * How many units of a write, from its start, are there; {@code ~n}: then one of garbage.
         */
        int survives(int write, int units);
    }

    static final Fate ALL = (write, units) -> units;
    static final Fate NONE = (write, units) -> 0;

    static Fate random(RandomGenerator random) {
        return (write, units) ->
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> ~random.nextInt(units);
                    default -> units;
                };
    }

    /** Goes through the operations from the first, and makes what a crash at each place leaves. */
    final class Cursor {

        private final Map<String, byte[]> durable = copy(start);
        private final List<Op.Write> loose = new ArrayList<>();
        private int done;

        int done() {
            return done;
        }

        boolean advance() {
            if (done == ops.size()) {
                return false;
            }
            switch (ops.get(done++)) {
                case Op.Create(String name) -> durable.put(name, new byte[0]);
                case Op.Write write -> loose.add(write);
                case Op.Sync(String name) -> {
                    loose.stream().filter(w -> w.name.equals(name)).forEach(w -> put(durable, w));
                    loose.removeIf(w -> w.name.equals(name));
                }
                case Op.SyncNames() -> {}
            }
            return true;
        }

        /** What a crash here leaves. */
        ForgetfulDisk crashed(Fate fate) {
            Map<String, byte[]> left = copy(durable);
            for (int i = 0; i < loose.size(); i++) {
                Op.Write write = loose.get(i);
                int units = Math.ceilDiv(write.bytes.length, UNIT);
                int fated = fate.survives(i, units);
                int kept = fated < 0 ? ~fated : fated;
                int bytes = Math.min(write.bytes.length, kept * UNIT);
                if (bytes > 0) {
                    put(
                            left,
                            new Op.Write(write.name, write.at, Arrays.copyOf(write.bytes, bytes)));
                }
                if (fated < 0) {
                    spoil(left, write, kept);
                }
            }
            return new ForgetfulDisk(left);
        }
    }

    private static Map<String, byte[]> copy(Map<String, byte[]> files) {
        Map<String, byte[]> copy = new TreeMap<>();
        files.forEach((name, bytes) -> copy.put(name, bytes.clone()));
        return copy;
    }

    /** The unit at which the write stopped holds neither the old nor the new. */
    private static void spoil(Map<String, byte[]> left, Op.Write write, int kept) {
        byte[] file = left.getOrDefault(write.name, new byte[0]);
        // A whole unit: what the write leaves of it alone is lost with the rest.
        int from = (int) ((write.at + (long) kept * UNIT) / UNIT * UNIT);
        if (from < file.length) {
            Arrays.fill(file, from, Math.min(file.length, from + UNIT), (byte) 0xdd);
        }
    }

    private static void put(Map<String, byte[]> files, Op.Write write) {
        byte[] file = files.getOrDefault(write.name, new byte[0]);
        int end = (int) (write.at + write.bytes.length);
        if (end > file.length) {
            file = Arrays.copyOf(file, end);
            files.put(write.name, file);
        }
        System.arraycopy(write.bytes, 0, file, (int) write.at, write.bytes.length);
    }

    /** Turns over one bit. */
    void flip(String name, long bit) {
        byte[] copy = files.getOrDefault(name, new byte[0]).clone();
        copy[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        files.put(name, copy);
    }

    /** Turns over one bit on the disk, while the page cache has it right. */
    void rotUnderCache(String name, long bit) {
        rotten.add(new Bit(name, bit));
    }

    byte[] content(String name) {
        return files.getOrDefault(name, new byte[0]);
    }

    @Override
    public boolean exists(String name) {
        return files.containsKey(name);
    }

    @Override
    public Optional<DeviceFile> open(String name) {
        return exists(name) ? Optional.of(new File(name)) : Optional.empty();
    }

    @Override
    public DeviceFile create(String name) {
        ops.add(new Op.Create(name));
        files.put(name, new byte[0]);
        return new File(name);
    }

    @Override
    public void syncNames() {
        ops.add(new Op.SyncNames());
    }

    @Override
    public String place() {
        return "memory";
    }

    @Override
    public void close() {}

    private final class File implements DeviceFile {

        private final String name;

        File(String name) {
            this.name = name;
        }

        @Override
        public long size() {
            return content(name).length;
        }

        @Override
        public void write(ByteBuffer source, long at) {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            Op.Write write = new Op.Write(name, at, bytes);
            ops.add(write);
            put(files, write);
        }

        @Override
        public int read(ByteBuffer target, long at) {
            byte[] file = content(name);
            int n = (int) Math.min(target.remaining(), file.length - at);
            if (n > 0) {
                target.put(file, (int) at, n);
            }
            return Math.max(0, n);
        }

        @Override
        public Optional<CachedBytes> cached(long length) {
            return Optional.empty();
        }

        @Override
        public ByteSource onDisk() {
            return (target, at) -> {
                byte[] disk = content(name).clone();
                rotten.stream()
                        .filter(bit -> bit.name.equals(name))
                        .forEach(bit -> disk[(int) (bit.at / 8)] ^= (byte) (1 << bit.at % 8));
                int n = (int) Math.min(target.remaining(), disk.length - at);
                target.put(disk, (int) at, Math.max(0, n));
                return Math.max(0, n);
            };
        }

        @Override
        public void sync() {
            ops.add(new Op.Sync(name));
        }

        @Override
        public void close() {}
    }
}

package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.Checksum;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A small content kept in two files, {@code NAME-a} and {@code NAME-b}, replaced as a whole.
 *
 * <p>Crash order: 1. write a; 2. sync a; 3. write b; 4. sync b. Before 2 is done b holds the old
 * content, after it a holds the new one; so a torn write never shows, and between replacements a
 * copy that rots is restored from the other. The copy with the higher generation counts.
 */
final class TwinFile implements AutoCloseable {

    private static final int HEADER = 32;
    private static final int MAX_BODY = 1 << 30;

    private final String name;
    private final int magic;
    private final int version;
    private final DeviceFile[] copies;
    private final String place;
    private long generation;

    private TwinFile(String name, int magic, int version, DeviceFile[] copies, String place) {
        this.name = name;
        this.magic = magic;
        this.version = version;
        this.copies = copies;
        this.place = place;
    }

    /** Makes both files; their names are durable after {@link DeviceFiles#syncNames}. */
    static TwinFile create(DeviceFiles files, String name, int magic, int version, byte[] body)
            throws IOException {
        DeviceFile[] copies = {files.create(name + "-a"), files.create(name + "-b")};
        TwinFile twin = new TwinFile(name, magic, version, copies, files.place());
        twin.replace(body);
        return twin;
    }

    /** Opens both files. A missing one is an error: nothing here ever deletes one. */
    static TwinFile open(DeviceFiles files, String name, int magic, int version)
            throws IOException {
        DeviceFile[] copies = new DeviceFile[2];
        for (int i = 0; i < 2; i++) {
            String file = name + (i == 0 ? "-a" : "-b");
            copies[i] =
                    files.open(file)
                            .orElseThrow(() ->
                                    new StorageException(
                                            ErrorCode.CORRUPT,
                                            "device "
                                                    + files.place()
                                                    + ": file "
                                                    + file
                                                    + " is missing; restore it, or format a"
                                                    + " new device and let its mirrors be"
                                                    + " copied anew"));
        }
        return new TwinFile(name, magic, version, copies, files.place());
    }

    /** The newest content that is whole. */
    ByteBuffer read() throws IOException {
        Optional<Copy> a = copy(copies[0]);
        Optional<Copy> b = copy(copies[1]);
        Copy newest =
                a.filter(x -> b.isEmpty() || x.generation >= b.get().generation)
                        .or(() -> b)
                        .orElseThrow(this::damaged);
        generation = newest.generation;
        return newest.body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether both copies are whole and alike. */
    boolean agrees() throws IOException {
        Optional<Copy> a = copy(copies[0]);
        Optional<Copy> b = copy(copies[1]);
        return a.isPresent() && b.isPresent() && a.get().generation == b.get().generation;
    }

    /** Makes both copies whole and alike again from the newest; whether that was needed. */
    boolean mend() throws IOException {
        if (agrees()) {
            return false;
        }
        ByteBuffer body = read();
        byte[] bytes = new byte[body.remaining()];
        body.get(bytes);
        replace(bytes);
        return true;
    }

    @Override
    public String toString() {
        return name;
    }

    /** Replaces the content, durably. */
    void replace(byte[] body) throws IOException {
        generation++;
        for (DeviceFile copy : copies) {
            copy.write(image(body), 0);
            copy.sync();
        }
    }

    private ByteBuffer image(byte[] body) {
        ByteBuffer image = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
        image.putInt(magic).putInt(version).putLong(generation).putInt(body.length).putInt(0);
        image.putLong(0).put(body).flip();
        return image.putInt(20, Checksum.of(image));
    }

    private Optional<Copy> copy(DeviceFile file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
        if (file.read(header, 0) < HEADER || header.getInt(0) != magic) {
            return Optional.empty();
        }
        int length = header.getInt(16);
        if (length < 0 || length > MAX_BODY || length > file.size() - HEADER) {
            return Optional.empty();
        }
        ByteBuffer image = ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN);
        file.read(image, 0);
        image.flip();
        int stored = image.getInt(20);
        if (Checksum.of(image.putInt(20, 0)) != stored) {
            return Optional.empty();
        }
        if (image.getInt(4) != version) {
            throw wrongVersion(image.getInt(4));
        }
        return Optional.of(new Copy(image.getLong(8), image.slice(HEADER, length)));
    }

    private StorageException damaged() {
        return new StorageException(
                ErrorCode.CORRUPT,
                "device "
                        + place
                        + ": neither "
                        + name
                        + "-a nor "
                        + name
                        + "-b is whole (bad checksum, cut short, or not of this kind); if this is"
                        + " an Ashlar device, take the data off with 'ashlar device export' where"
                        + " that still works, format a new one and let its mirrors be copied anew");
    }

    private StorageException wrongVersion(int found) {
        return new StorageException(
                ErrorCode.WRONG_VERSION,
                "device "
                        + place
                        + ": "
                        + name
                        + " has format version "
                        + found
                        + ", this software knows version "
                        + version
                        + "; run the version that wrote it");
    }

    @Override
    public void close() throws IOException {
        for (DeviceFile copy : copies) {
            copy.close();
        }
    }

    private record Copy(long generation, ByteBuffer body) {}
}

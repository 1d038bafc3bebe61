package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The files of a device as they were written once, under {@code src/test/resources}. */
record GoldenDevice(String name) {

    /** The mirrors' own records, closed in order. */
    static final GoldenDevice WRITTEN = new GoldenDevice("device-v1");

    /** What the store writes on its own account: checkpoint, cleaning, a failed sync. */
    static final GoldenDevice KEPT = new GoldenDevice("device-v1-kept");

    /** What is stored; the other copy of a twin file is the same. */
    static final List<String> FILES = List.of("device-a", "table-a", "map-a", "log", "synced");

    byte[] file(String file) throws IOException {
        String place = "/" + name + "/" + file;
        try (InputStream in = GoldenDevice.class.getResourceAsStream(place)) {
            if (in == null) {
                throw new IOException("no golden file " + place);
            }
            return in.readAllBytes();
        }
    }

    /** A device made of them. */
    ForgetfulDisk disk() throws IOException {
        ForgetfulDisk disk = new ForgetfulDisk();
        for (String file : FILES) {
            disk.create(file).write(ByteBuffer.wrap(file(file)), 0);
            if (file.endsWith("-a")) {
                disk.create(file.replace("-a", "-b")).write(ByteBuffer.wrap(file(file)), 0);
            }
        }
        return disk;
    }

    /** The types of all records in its log. */
    Set<RecordType> types() throws IOException {
        ForgetfulDisk disk = disk();
        Superblock superblock = Recovery.superblock(disk);
        DeviceFile log = disk.open(Device.LOG).orElseThrow();
        Set<RecordType> types = EnumSet.noneOf(RecordType.class);
        new LogScan(superblock, log, new Segments(superblock), 0)
                .walk(LogPosition.START, (frame, at) -> types.add(frame.record().type()));
        return types;
    }

    /** Writes the files anew, into the directory named: for a new version only. */
    void write(Path resources, ForgetfulDisk disk) throws IOException {
        Path directory = Files.createDirectories(resources.resolve(name));
        for (String file : FILES) {
            Files.write(directory.resolve(file), disk.content(file));
        }
    }
}

package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Files between the store and the disk that do something wrong: a planted bug. */
final class FaultyFiles implements DeviceFiles {

    /** What goes wrong. By default nothing. */
    interface Fault {

        Fault NONE = new Fault() {};

        default void write(String name, DeviceFile file, ByteBuffer source, long at)
                throws IOException {
            file.write(source, at);
        }

        default int read(String name, DeviceFile file, ByteBuffer target, long at)
                throws IOException {
            return file.read(target, at);
        }

        default Optional<CachedBytes> cached(String name, DeviceFile file, long length) {
            return file.cached(length);
        }

        default void close(String name, DeviceFile file) throws IOException {
            file.close();
        }

        default void sync(String name, DeviceFile file) throws IOException {
            file.sync();
        }
    }

    private final DeviceFiles disk;
    private final Fault fault;

    FaultyFiles(DeviceFiles disk, Fault fault) {
        this.disk = disk;
        this.fault = fault;
    }

    @Override
    public boolean exists(String name) throws IOException {
        return disk.exists(name);
    }

    @Override
    public Optional<DeviceFile> open(String name) throws IOException {
        return disk.open(name).map(file -> new Faulty(name, file));
    }

    @Override
    public DeviceFile create(String name) throws IOException {
        return new Faulty(name, disk.create(name));
    }

    @Override
    public void syncNames() throws IOException {
        disk.syncNames();
    }

    @Override
    public String place() {
        return disk.place();
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private final class Faulty implements DeviceFile {

        private final String name;
        private final DeviceFile file;

        Faulty(String name, DeviceFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            fault.write(name, file, source, at);
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            return fault.read(name, file, target, at);
        }

        @Override
        public Optional<CachedBytes> cached(long length) {
            return fault.cached(name, file, length);
        }

        @Override
        public ByteSource onDisk() {
            return file.onDisk();
        }

        @Override
        public void sync() throws IOException {
            fault.sync(name, file);
        }

        @Override
        public void close() throws IOException {
            fault.close(name, file);
        }
    }
}

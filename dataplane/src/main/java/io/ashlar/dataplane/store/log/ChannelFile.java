package io.ashlar.dataplane.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file in a directory, read and written through the page cache. */
final class ChannelFile implements DeviceFile {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelFile.class);

    private final Path path;
    private final FileChannel channel;
    private Optional<ByteSource> onDisk = Optional.empty();
    private Optional<CachedFile> cached = Optional.empty();

    ChannelFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void write(ByteBuffer source, long at) throws IOException {
        long to = at;
        while (source.hasRemaining()) {
            to += channel.write(source, to);
        }
    }

    @Override
    public int read(ByteBuffer target, long at) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            int n = channel.read(target, at + total);
            if (n < 0) {
                break;
            }
            total += n;
        }
        return total;
    }

    @Override
    public ByteSource onDisk() {
        if (onDisk.isEmpty()) {
            onDisk = Optional.of(direct());
        }
        return onDisk.get();
    }

    private ByteSource direct() {
        try {
            return new DirectReader(path);
        } catch (IOException e) {
            LOG.warn("{} is scrubbed through the page cache: {}", path, e.toString());
            return this;
        }
    }

    @Override
    public Optional<CachedBytes> cached(long length) {
        if (cached.isEmpty()) {
            try {
                cached = Optional.of(new CachedFile(path, length));
            } catch (IOException | LinkageError e) {
                LOG.warn("{} is read by threads of the device only: {}", path, e.toString());
            }
        }
        return cached.map(file -> file);
    }

    @Override
    public void sync() throws IOException {
        channel.force(false); // fdatasync: the length is synced when it changed
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (cached.isPresent()) {
            CachedFile bytes = cached.get();
            cached = Optional.empty(); // closed once, however often this is
            bytes.close();
        }
        if (onDisk.orElse(this) instanceof DirectReader reader) {
            onDisk = Optional.empty(); // closed once, however often this is
            reader.close();
        }
    }
}

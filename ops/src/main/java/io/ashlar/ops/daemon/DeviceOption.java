package io.ashlar.ops.daemon;

import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.server.ServerConfig.OneDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device as the command line names it: {@code PATH} or {@code PATH=SIZE}. */
public final class DeviceOption {

    /** What is left to the file system for everything that is not blocks. */
    private static final int PERCENT_USED = 90;

    private DeviceOption() {}

    /**
     * Parses a device. Without a size it takes nine tenths of what its file system has free now;
     * either counts only when the device is formatted.
     *
     * @throws IllegalArgumentException if the size is none
     */
    public static OneDevice parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            Path path = Path.of(text);
            return new OneDevice(path, freeSpace(path, 1));
        }
        return new OneDevice(
                Path.of(text.substring(0, equals)), ByteSize.parse(text.substring(equals + 1)));
    }

    /** What each of so many new devices at a path may take, without a size given. */
    static ByteSize freeSpace(Path path, int sharers) {
        Path existing = path.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try {
            long free = Files.getFileStore(existing).getUsableSpace();
            return new ByteSize(free / 100 * PERCENT_USED / sharers);
        } catch (IOException e) {
            throw new StorageException(
                    ErrorCode.IO, "cannot read the free space at " + existing + ": " + e, e);
        }
    }
}

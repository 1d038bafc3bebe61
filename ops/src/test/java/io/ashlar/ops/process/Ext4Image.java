package io.ashlar.ops.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/** A real ext4 file system in a file, full of files that do not compress. */
final class Ext4Image {

    private static final int FILE_MIB = 8;

    private Ext4Image() {}

    /**
     * Makes one.
     *
     * @param directory where the image and its source files go
     * @param contentMib how much is in its files
     * @param imageMib its size
     */
    static Path make(Path directory, int contentMib, int imageMib) {
        Path source = directory.resolve("source");
        Path image = directory.resolve("ext4.img");
        SplittableRandom random = new SplittableRandom(contentMib);
        byte[] mib = new byte[1 << 20];
        try {
            Files.createDirectories(source);
            for (int file = 0; file < contentMib / FILE_MIB; file++) {
                try (OutputStream out = Files.newOutputStream(source.resolve("file-" + file))) {
                    for (int i = 0; i < FILE_MIB; i++) {
                        random.nextBytes(mib);
                        out.write(mib);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Program.run(
                Duration.ofMinutes(1),
                "mkfs.ext4",
                "-q",
                "-d",
                source.toString(),
                image.toString(),
                imageMib + "M");
        return image;
    }
}

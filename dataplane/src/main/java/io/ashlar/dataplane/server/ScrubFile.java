package io.ashlar.dataplane.server;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the scrub of a device has come, in the file {@code scrub} beside it: one line of text. It
 * is a hint: without it, or with another's, a round begins anew.
 */
final class ScrubFile {

    private static final Pattern LINE =
            Pattern.compile(
                    "ashlar scrub 1: mirror (\\d{1,18}) page (\\d{1,9}) bytes (\\d{1,18})"
                            + " bad (\\d{1,18}) started (\\d{1,18}) ended (\\d{1,18})\\s*");

    private static final Logger LOG = LoggerFactory.getLogger(ScrubFile.class);

    private final Path file;

    ScrubFile(Path device) {
        this.file = device.resolve("scrub");
    }

    /**
     * A place in a round.
     *
     * @param mirror to be looked at next, or the one after it
     * @param page of it
     * @param bytes read in this round
     * @param bad blocks found bad in this round
     * @param started milliseconds since 1970
     * @param ended the round before, likewise; 0 if there was none
     */
    record Progress(long mirror, int page, long bytes, long bad, long started, long ended) {

        /** Of a round that begins. */
        static Progress begin(long now, long ended) {
            return new Progress(0, 0, 0, 0, now, ended);
        }
    }

    /**
     * Where it was left; the beginning of a first round if that is not known, or lies in the future
     * and would keep the next round away.
     */
    Progress read(long now) {
        return line().map(LINE::matcher)
                .filter(Matcher::matches)
                .map(ScrubFile::progress)
                .filter(p -> p.ended <= now)
                .orElseGet(() -> Progress.begin(now, 0));
    }

    private Optional<String> line() {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("scrub progress {} cannot be read: beginning anew", file, e);
            return Optional.empty();
        }
    }

    private static Progress progress(Matcher m) {
        return new Progress(
                Long.parseLong(m.group(1)),
                Integer.parseInt(m.group(2)),
                Long.parseLong(m.group(3)),
                Long.parseLong(m.group(4)),
                Long.parseLong(m.group(5)),
                Long.parseLong(m.group(6)));
    }

    void write(Progress p) {
        String line =
                "ashlar scrub 1: mirror %d page %d bytes %d bad %d started %d ended %d\n"
                        .formatted(p.mirror, p.page, p.bytes, p.bad, p.started, p.ended);
        try {
            Path next = file.resolveSibling("scrub.next");
            Files.writeString(next, line);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException(ErrorCode.IO, "scrub progress " + file + ": " + e, e);
        }
    }
}

package io.ashlar.ops.attach;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The client's side of the NBD handshake (doc/proto.md, fixed newstyle), as far as the kernel's
 * driver can go on from it: GO, and nothing that changes the replies.
 */
final class NbdHandshake {

    /**
     * What a server serves.
     *
     * @param bytes the volume's size
     * @param flags what can be done with it (NBD_FLAG_*)
     * @param volume its id, which no other volume of the cluster ever has; empty if the server does
     *     not say
     */
    record Export(long bytes, int flags, Optional<Long> volume) {

        /**
         * What a server has under the same name now, if that can go on for this.
         *
         * @throws StorageException {@code CONFLICT} if it is another volume, or has shrunk
         */
        Export goOnAs(Export now, HostPort server, String name) {
            boolean other =
                    volume.isPresent() && now.volume.isPresent() && !volume.equals(now.volume);
            if (other || now.bytes < bytes) {
                throw new StorageException(
                        ErrorCode.CONFLICT,
                        "%s has another volume '%s' now: %s; attached is: %s"
                                .formatted(server, name, now.text(), text()));
            }
            // The driver was told once what it is.
            return new Export(now.bytes, now.flags, volume);
        }

        private String text() {
            return volume.map(id -> "id " + id + ", ").orElse("") + bytes + " bytes";
        }

        private Export with(ByteBuffer info) {
            return switch (info.getShort()) {
                case INFO_EXPORT -> described(info);
                case INFO_DESCRIPTION -> new Export(bytes, flags, idIn(info));
                default -> this;
            };
        }

        private Export described(ByteBuffer info) {
            if (info.remaining() != 10) {
                throw strange("what it says of the export has no form");
            }
            return new Export(info.getLong(), Short.toUnsignedInt(info.getShort()), volume);
        }

        private static Optional<Long> idIn(ByteBuffer text) {
            Matcher described = DESCRIPTION.matcher(StandardCharsets.UTF_8.decode(text));
            return described.lookingAt()
                    ? Optional.of(Long.parseLong(described.group(1)))
                    : Optional.empty();
        }
    }

    private static final Pattern DESCRIPTION = Pattern.compile("Ashlar volume (\\d{1,18}) of ");

    private static final long GREETING = 0x4e42444d41474943L;
    private static final long OPTION = 0x49484156454f5054L;
    private static final long REPLY = 0x0003e889045565a9L;

    private static final int FIXED_NEWSTYLE = 1;
    private static final int NO_ZEROES = 2;
    private static final int GO = 7;

    private static final int ACK = 1;
    private static final int INFO = 3;
    private static final int ERR_TLS_REQD = 0x80000005;
    private static final int INFO_EXPORT = 0;
    private static final int INFO_DESCRIPTION = 2;

    private static final int GREETING_BYTES = 18;
    private static final int REPLY_BYTES = 20;
    private static final int MAX_PAYLOAD = 64 << 10;

    private final Wire wire;

    NbdHandshake(Wire wire) {
        this.wire = wire;
    }

    /** Hears that this is a server of this protocol; servers say so at once. */
    void begin() {
        ByteBuffer greeting = ByteBuffer.wrap(wire.receive(GREETING_BYTES));
        int flags = greeting.getShort(16);
        if (greeting.getLong() != GREETING
                || greeting.getLong() != OPTION
                || (flags & FIXED_NEWSTYLE) == 0) {
            throw strange("its greeting is not that of an NBD server");
        }
        wire.send(ByteBuffer.allocate(4).putInt(flags & (FIXED_NEWSTYLE | NO_ZEROES)).array());
    }

    /**
     * Asks for a volume. The answer may take as long as the takeover of its coordination.
     *
     * @throws StorageException with the server's reason if it refuses
     */
    Export go(String volume) {
        byte[] name = volume.getBytes(StandardCharsets.UTF_8);
        wire.send(
                ByteBuffer.allocate(16 + 4 + name.length + 4)
                        .putLong(OPTION)
                        .putInt(GO)
                        .putInt(4 + name.length + 4)
                        .putInt(name.length)
                        .put(name)
                        .putShort((short) 1)
                        .putShort((short) INFO_DESCRIPTION)
                        .array());
        Export export = new Export(-1, 0, Optional.empty());
        while (true) {
            ByteBuffer header = ByteBuffer.wrap(wire.receive(REPLY_BYTES));
            long magic = header.getLong();
            int option = header.getInt();
            int kind = header.getInt();
            int length = header.getInt();
            if (magic != REPLY || option != GO || length < 0 || length > MAX_PAYLOAD) {
                throw strange("its reply to GO has no form");
            }
            ByteBuffer payload = ByteBuffer.wrap(wire.receive(length));
            if (kind == ACK && export.bytes() >= 0) {
                return export;
            } else if (kind == INFO && length >= 2) {
                export = export.with(payload);
            } else {
                throw refused(volume, kind, payload);
            }
        }
    }

    private static StorageException refused(String volume, int kind, ByteBuffer why) {
        if (kind == ERR_TLS_REQD) {
            return new StorageException(
                    ErrorCode.INVALID, "it wants TLS, which the kernel's driver cannot speak");
        }
        String said = StandardCharsets.UTF_8.decode(why).toString();
        return new StorageException(
                ErrorCode.UNAVAILABLE,
                "it refuses volume '%s': %s"
                        .formatted(volume, said.isEmpty() ? "error " + (kind & 0xffff) : said));
    }

    private static StorageException strange(String what) {
        return new StorageException(ErrorCode.UNAVAILABLE, what);
    }
}

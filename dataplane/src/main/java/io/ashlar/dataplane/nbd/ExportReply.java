package io.ashlar.dataplane.nbd;

import io.ashlar.common.config.ByteSize;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.ExportInfo;
import java.nio.ByteBuffer;
import java.util.Set;

/** What a client is told of an export by EXPORT_NAME, INFO and GO. */
final class ExportReply {

    /** NBD_INFO_*: what can be asked for. */
    static final int EXPORT = 0;

    static final int NAME = 1;
    static final int DESCRIPTION = 2;
    static final int BLOCK_SIZE = 3;

    static final int MIN_BLOCK = 1;
    static final int PREFERRED_BLOCK = 4096;
    static final int MAX_PAYLOAD = AttachedVolume.MAX_REQUEST_BYTES;

    private static final int RESERVED_BYTES = 124;

    private ExportReply() {}

    /** The answer to EXPORT_NAME, which has no header. */
    static byte[] bare(ExportInfo export, Session session, boolean zeroes) {
        return ByteBuffer.allocate(10 + (zeroes ? RESERVED_BYTES : 0))
                .putLong(export.sizeBytes())
                .putShort((short) ExportFlags.of(session))
                .array();
    }

    /** The answer to INFO and GO. */
    static byte[] informed(int option, ExportInfo export, Session session, Set<Integer> wanted) {
        OptionReply reply = new OptionReply(option);
        reply.with(
                OptionReply.INFO,
                info(EXPORT, 10)
                        .putLong(export.sizeBytes())
                        .putShort((short) ExportFlags.of(session))
                        .array());
        if (wanted.contains(NAME)) {
            reply.with(OptionReply.INFO, text(NAME, export.name()));
        }
        if (wanted.contains(DESCRIPTION)) {
            reply.with(OptionReply.INFO, text(DESCRIPTION, description(export)));
        }
        if (wanted.contains(BLOCK_SIZE)) {
            reply.with(
                    OptionReply.INFO,
                    info(BLOCK_SIZE, 12)
                            .putInt(MIN_BLOCK)
                            .putInt(PREFERRED_BLOCK)
                            .putInt(MAX_PAYLOAD)
                            .array());
        }
        return reply.acknowledged();
    }

    /** Clients that attach again tell by the id whether it is the same volume. */
    private static String description(ExportInfo export) {
        return "Ashlar volume "
                + export.id().map(id -> id + " ").orElse("")
                + "of "
                + new ByteSize(export.sizeBytes());
    }

    private static byte[] text(int type, String text) {
        byte[] bytes = Text.encode(text);
        return info(type, bytes.length).put(bytes).array();
    }

    private static ByteBuffer info(int type, int bytes) {
        return ByteBuffer.allocate(2 + bytes).putShort((short) type);
    }
}

package io.ashlar.ops.attach;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** What comes out of a generic netlink socket. */
sealed interface NetlinkMessage {

    /** The type of answers that end a request. */
    int ERROR = 2;

    /** The least that any message has: the netlink header. */
    int HEADER_BYTES = 16;

    /** The header of generic netlink, after the other one. */
    int GENERIC_BYTES = 4;

    /** Asks for an acknowledgement; an answer may come before it. */
    int REQUEST_WITH_ACK = 1 | 4;

    /**
     * The end of a request.
     *
     * @param sequence of the request
     * @param error 0, or a negative error number
     */
    record Ended(int sequence, int error) implements NetlinkMessage {}

    /** News for which the socket had no room. */
    record Lost() implements NetlinkMessage {}

    /**
     * An answer, or news that nobody asked for.
     *
     * @param sequence of the request; 0 for news
     * @param family the number that its kernel gave to the family
     * @param command of the family
     * @param attributes of the family
     */
    record Generic(int sequence, int family, int command, Attributes attributes)
            implements NetlinkMessage {

        /** The wire form of a request. */
        byte[] request() {
            byte[] body = attributes.bytes();
            return ByteBuffer.allocate(HEADER_BYTES + GENERIC_BYTES + body.length)
                    .order(ByteOrder.nativeOrder())
                    .putInt(HEADER_BYTES + GENERIC_BYTES + body.length)
                    .putShort((short) family)
                    .putShort((short) REQUEST_WITH_ACK)
                    .putInt(sequence)
                    .putInt(0) // the kernel knows from which socket it comes
                    .put((byte) command)
                    .put((byte) 1) // the version of the family
                    .putShort((short) 0)
                    .put(body)
                    .array();
        }
    }

    /**
     * Reads what one call of recv gave.
     *
     * @throws IllegalArgumentException if a length is wrong
     */
    static List<NetlinkMessage> parse(ByteBuffer in) {
        in.order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        while (in.remaining() >= HEADER_BYTES) {
            int start = in.position();
            int length = in.getInt(start);
            int body = length - HEADER_BYTES;
            if (body < GENERIC_BYTES || length > in.remaining()) {
                throw new IllegalArgumentException("a netlink message of " + length + " bytes");
            }
            int type = Short.toUnsignedInt(in.getShort(start + 4));
            int sequence = in.getInt(start + 8);
            ByteBuffer content = in.slice(start + HEADER_BYTES, body).order(in.order());
            messages.add(
                    type == ERROR
                            ? new Ended(sequence, content.getInt())
                            : generic(sequence, type, content));
            in.position(Math.min(in.limit(), start + ((length + 3) & ~3)));
        }
        return messages;
    }

    private static Generic generic(int sequence, int family, ByteBuffer content) {
        int command = Byte.toUnsignedInt(content.get());
        ByteBuffer attributes = content.position(GENERIC_BYTES).slice().order(content.order());
        return new Generic(sequence, family, command, Attributes.parse(attributes));
    }
}

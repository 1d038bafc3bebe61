package io.ashlar.ops.attach;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a netlink message, in order: each has a length, a type and a payload, padded to
 * four bytes, all in the machine's byte order (man 7 netlink). Immutable.
 */
final class Attributes {

    /** Marks an attribute that has attributes as its payload. */
    private static final int NESTED = 1 << 15;

    private static final int TYPE_MASK = (1 << 14) - 1;
    private static final int HEADER_BYTES = 4;

    private static final Attributes NONE = new Attributes(List.of());

    private record Attribute(int type, ByteBuffer payload) {}

    private final List<Attribute> all;

    private Attributes(List<Attribute> all) {
        this.all = List.copyOf(all);
    }

    static Attributes none() {
        return NONE;
    }

    Attributes with(int type, int value) {
        return with(type, order(Integer.BYTES).putInt(value));
    }

    Attributes with(int type, long value) {
        return with(type, order(Long.BYTES).putLong(value));
    }

    /** A text, with the zero that ends it. */
    Attributes with(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return with(type, order(text.length + 1).put(text).put((byte) 0));
    }

    Attributes with(int type, Attributes nested) {
        return with(type | NESTED, ByteBuffer.wrap(nested.bytes()).position(nested.length()));
    }

    private Attributes with(int type, ByteBuffer written) {
        List<Attribute> more = new ArrayList<>(all);
        more.add(new Attribute(type, written.flip()));
        return new Attributes(more);
    }

    /**
     * Reads all that is left of a buffer in the machine's byte order.
     *
     * @throws IllegalArgumentException if a length is wrong
     */
    static Attributes parse(ByteBuffer in) {
        List<Attribute> found = new ArrayList<>();
        while (in.remaining() >= HEADER_BYTES) {
            int length = Short.toUnsignedInt(in.getShort(in.position()));
            if (length < HEADER_BYTES || length > in.remaining()) {
                throw new IllegalArgumentException("an attribute of " + length + " bytes");
            }
            int type = Short.toUnsignedInt(in.getShort(in.position() + 2)) & TYPE_MASK;
            found.add(
                    new Attribute(
                            type, in.slice(in.position() + HEADER_BYTES, length - HEADER_BYTES)));
            in.position(Math.min(in.limit(), in.position() + padded(length)));
        }
        return new Attributes(found);
    }

    Optional<Integer> number(int type) {
        return find(type)
                .map(payload ->
                        switch (payload.remaining()) {
                            case Byte.BYTES -> Byte.toUnsignedInt(payload.get(0));
                            case Short.BYTES -> Short.toUnsignedInt(payload.getShort(0));
                            default -> payload.getInt(0);
                        });
    }

    Optional<String> text(int type) {
        return find(type)
                .map(payload -> StandardCharsets.UTF_8.decode(payload).toString())
                .map(text ->
                        text.substring(0, text.indexOf(0) < 0 ? text.length() : text.indexOf(0)));
    }

    /** The attributes inside the first one of a type; none if there is none. */
    Attributes nested(int type) {
        return find(type).map(Attributes::parse).orElse(NONE);
    }

    /** The attributes inside each one, whatever its type: a list has its indices as types. */
    List<Attributes> each() {
        return all.stream().map(one -> parse(fresh(one.payload()))).toList();
    }

    private Optional<ByteBuffer> find(int type) {
        return all.stream()
                .filter(one -> one.type() == type)
                .findFirst()
                .map(one -> fresh(one.payload()));
    }

    /** The wire form, with the padding after the last attribute. */
    byte[] bytes() {
        byte[] bytes = new byte[length()];
        ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        for (Attribute one : all) {
            int end = out.position() + padded(HEADER_BYTES + one.payload().remaining());
            out.putShort((short) (HEADER_BYTES + one.payload().remaining()));
            out.putShort((short) one.type());
            out.put(fresh(one.payload())).position(end);
        }
        return bytes;
    }

    private int length() {
        return all.stream().mapToInt(one -> padded(HEADER_BYTES + one.payload().remaining())).sum();
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private static ByteBuffer order(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    private static ByteBuffer fresh(ByteBuffer payload) {
        return payload.duplicate().order(ByteOrder.nativeOrder());
    }
}

package io.ashlar.dataplane.nbd;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Strings as the document has them: UTF-8 without NUL, at most 4096 bytes. */
final class Text {

    static final int MAX_BYTES = 4096;

    private Text() {}

    /** Reads {@code length} bytes; empty, and the position undefined, if they are no string. */
    static Optional<String> decode(ByteBuffer in, int length) {
        if (length < 0 || length > MAX_BYTES || length > in.remaining()) {
            return Optional.empty();
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
            return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The bytes of a text for people, cut before the character that would exceed the limit. */
    static byte[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return bytes;
        }
        int end = MAX_BYTES;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }
}

package io.ashlar.dataplane.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Cuts the client's side of a handshake into inputs. Keeps at most one option of at most {@code
 * maxOptionBytes}, allocated when its header has come.
 */
final class HandshakeReader {

    /** Longer options are not even skipped: the document's bound of what is no attack. */
    private static final long MAX_SKIPPED_BYTES = 32L << 20;

    private static final int FLAGS_BYTES = 4;
    private static final int OPTION_HEADER_BYTES = 16;

    private enum Part {
        FLAGS,
        HEADER,
        DATA,
        SKIPPED
    }

    private final int maxOptionBytes;
    private Part part;
    private byte[] pending;
    private int filled;
    private int code;
    private long toSkip;

    private HandshakeReader(int maxOptionBytes, Part part, int bytes) {
        this.maxOptionBytes = maxOptionBytes;
        this.part = part;
        this.pending = new byte[bytes];
    }

    /** Reads from the client's first byte. */
    static HandshakeReader fromStart(int maxOptionBytes) {
        return new HandshakeReader(maxOptionBytes, Part.FLAGS, FLAGS_BYTES);
    }

    /** Reads from the first byte after TLS was set up. */
    static HandshakeReader fromOption(int maxOptionBytes) {
        return new HandshakeReader(maxOptionBytes, Part.HEADER, OPTION_HEADER_BYTES);
    }

    /** Consumes bytes up to the end of the next input; empty if they do not reach it. */
    Optional<HandshakeInput> next(ByteBuf in) {
        while (true) {
            if (part == Part.SKIPPED) {
                int skipped = (int) Math.min(toSkip, in.readableBytes());
                in.skipBytes(skipped);
                toSkip -= skipped;
                if (toSkip > 0) {
                    return Optional.empty();
                }
                expect(Part.HEADER, OPTION_HEADER_BYTES);
                return Optional.of(new HandshakeInput.OversizedOption(code));
            }
            if (!fill(in)) {
                return Optional.empty();
            }
            Optional<HandshakeInput> input = complete();
            if (input.isPresent()) {
                return input;
            }
        }
    }

    private boolean fill(ByteBuf in) {
        int count = Math.min(pending.length - filled, in.readableBytes());
        in.readBytes(pending, filled, count);
        filled += count;
        return filled == pending.length;
    }

    private Optional<HandshakeInput> complete() {
        byte[] whole = pending;
        return switch (part) {
            case FLAGS -> {
                expect(Part.HEADER, OPTION_HEADER_BYTES);
                yield Optional.of(new HandshakeInput.ClientFlags(ByteBuffer.wrap(whole).getInt()));
            }
            case HEADER -> header(ByteBuffer.wrap(whole));
            case DATA -> {
                expect(Part.HEADER, OPTION_HEADER_BYTES);
                yield Optional.of(new HandshakeInput.Option(code, whole));
            }
            case SKIPPED -> throw new IllegalStateException("nothing is kept of skipped data");
        };
    }

    private Optional<HandshakeInput> header(ByteBuffer whole) {
        if (whole.getLong() != Magic.OPTION) {
            return Optional.of(new HandshakeInput.Malformed("an option does not begin as one"));
        }
        code = whole.getInt();
        long length = Integer.toUnsignedLong(whole.getInt());
        if (length > MAX_SKIPPED_BYTES) {
            return Optional.of(
                    new HandshakeInput.Malformed("an option announces " + length + " bytes"));
        }
        if (length > maxOptionBytes) {
            toSkip = length;
            part = Part.SKIPPED;
        } else {
            expect(Part.DATA, (int) length);
        }
        return Optional.empty();
    }

    private void expect(Part next, int bytes) {
        part = next;
        pending = new byte[bytes];
        filled = 0;
    }
}

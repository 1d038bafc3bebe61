package io.ashlar.metadata.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/** Parses bytes that are not trusted, and says what they were meant to be where they are not. */
final class Parsing {

    private Parsing() {}

    /** Parses a message and turns it into a record, whose own checks are part of the parse. */
    static <P extends MessageLite, T> T parse(
            String what, Parser<P> parser, ByteBuffer bytes, Function<P, T> record) {
        try {
            return record.apply(parser.parseFrom(bytes));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new StorageException(
                    ErrorCode.CORRUPT, "not a " + what + ": " + e.getMessage(), e);
        }
    }

    /** A oneof that is not set, or set to what only a later version knows. */
    static StorageException unknownKind(String what) {
        return new StorageException(
                ErrorCode.WRONG_VERSION,
                "a " + what + " of a kind that this version does not know; upgrade this side");
    }
}

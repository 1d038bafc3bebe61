package io.ashlar.dataplane.net;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;

/** What a frame is. The numbers are stable and never reused (WIRE.md). */
enum FrameType {
    HELLO(0x01),
    WELCOME(0x02),
    REFUSAL(0x03),
    PING(0x04),
    PONG(0x05),

    FENCE(0x10),
    ASK(0x11),
    RELEASE(0x12),
    WRITE(0x13),
    FLUSH(0x14),
    MEMBER(0x15),
    READ(0x16),
    SURVEY(0x17),
    LIST_CHANGED(0x18),
    READ_TAIL(0x19),
    READ_IMAGE(0x1A),
    START_RESYNC(0x1B),
    COPY_PAGE(0x1C),
    JOIN_READY(0x1D),
    REPAIR(0x1E),

    FENCED(0x40),
    REFUSED(0x41),
    PROMISED(0x42),
    WRITTEN(0x43),
    FLUSHED(0x44),
    BLOCKS(0x45),
    CORRUPT(0x46),
    KINDS(0x47),
    CHANGED(0x48),
    TAIL(0x49),
    IMAGE(0x4A),
    COPIED(0x4B),
    READY(0x4C),
    FAILED(0x4D),

    FORWARD_OPEN(0x80),
    FORWARD_READ(0x81),
    FORWARD_WRITE(0x82),
    FORWARD_ZERO(0x83),
    FORWARD_TRIM(0x84),
    FORWARD_FLUSH(0x85),
    FORWARD_SURVEY(0x86),
    FORWARD_LEAVE(0x87),

    FORWARD_OPENED(0xC0),
    FORWARD_DATA(0xC1),
    FORWARD_DONE(0xC2),
    FORWARD_ALLOCATIONS(0xC3),
    FORWARD_FAILED(0xC4),
    FORWARD_REFUSED(0xC5),
    FORWARD_LOST(0xC6);

    private static final FrameType[] BY_NUMBER = new FrameType[256];

    static {
        for (FrameType type : values()) {
            BY_NUMBER[type.number] = type;
        }
    }

    private final int number;

    FrameType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Whether the connecting side sends it. */
    boolean isRequest() {
        return (number >= 0x10 && number < 0x40) || (forwards() && number < 0xC0);
    }

    /** Whether the accepting side sends it. */
    boolean isReply() {
        return (number >= 0x40 && number < 0x80) || (forwards() && number >= 0xC0);
    }

    /** Whether it is of client I/O on its way to the holder of a lease. */
    boolean forwards() {
        return number >= 0x80;
    }

    /**
     * The type with this number.
     *
     * @throws StorageException {@code INVALID} if there is none
     */
    static FrameType of(int number) {
        FrameType type = BY_NUMBER[number & 0xFF];
        if (type == null) {
            throw new StorageException(
                    ErrorCode.INVALID, "unknown frame type 0x" + Integer.toHexString(number));
        }
        return type;
    }
}

package io.ashlar.common.block;

import java.util.Arrays;

/**
 * The bytes of whole blocks with one CRC32C per block, computed where the bytes entered the system
 * and carried with them to the platter and back (P10).
 *
 * <p>Plain heap memory, shared by reference between coordinator, links and store and never written
 * after construction: no reference counts, nothing to leak. Immutability is by convention: whoever
 * hands an array over gives it up.
 *
 * @param bytes a multiple of {@link Blocks#SIZE}
 * @param checksums CRC32C of each block, in order
 */
@SuppressWarnings("ArrayRecordComponent") // identity is never compared on the I/O path
public record Payload(byte[] bytes, int[] checksums) {

    /** Checks that there is one checksum a block. */
    public Payload {
        if ((bytes.length & (Blocks.SIZE - 1)) != 0
                || checksums.length != bytes.length >>> Blocks.SHIFT) {
            throw new IllegalArgumentException(
                    bytes.length + " bytes with " + checksums.length + " checksums");
        }
    }

    /** Computes the checksums of bytes that just entered the system. */
    public static Payload of(byte[] bytes) {
        int[] checksums = new int[bytes.length >>> Blocks.SHIFT];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = Checksum.ofBlock(bytes, i << Blocks.SHIFT);
        }
        return new Payload(bytes, checksums);
    }

    /** Blocks of zeros. */
    public static Payload zeros(int blocks) {
        int[] checksums = new int[blocks];
        Arrays.fill(checksums, Checksum.ZERO_BLOCK);
        return new Payload(new byte[blocks << Blocks.SHIFT], checksums);
    }

    /** How many blocks. */
    public int blocks() {
        return checksums.length;
    }

    /** Index of the first block whose bytes do not match its checksum, or -1. */
    public int firstCorrupt() {
        for (int i = 0; i < checksums.length; i++) {
            if (Checksum.ofBlock(bytes, i << Blocks.SHIFT) != checksums[i]) {
                return i;
            }
        }
        return -1;
    }

    /** A copy of {@code count} blocks from block {@code from}; the checksums travel along. */
    public Payload slice(int from, int count) {
        if (from == 0 && count == blocks()) {
            return this;
        }
        return new Payload(
                Arrays.copyOfRange(bytes, from << Blocks.SHIFT, (from + count) << Blocks.SHIFT),
                Arrays.copyOfRange(checksums, from, from + count));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload that
                && Arrays.equals(bytes, that.bytes)
                && Arrays.equals(checksums, that.checksums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(checksums);
    }

    @Override
    public String toString() {
        return "Payload[" + blocks() + " blocks]";
    }
}

package io.ashlar.dataplane.nbd;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The data of an INFO or GO option.
 *
 * @param name the export's
 * @param wanted the information asked for, by number
 */
record ExportRequest(String name, Set<Integer> wanted) {

    /** Parses; empty if the data are not of the form. */
    static Optional<ExportRequest> parse(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data);
        if (in.remaining() < 6) {
            return Optional.empty();
        }
        int nameBytes = in.getInt();
        if (nameBytes < 0 || nameBytes > in.remaining() - 2) {
            return Optional.empty();
        }
        return Text.decode(in, nameBytes)
                .flatMap(name -> wanted(in).map(wanted -> new ExportRequest(name, wanted)));
    }

    private static Optional<Set<Integer>> wanted(ByteBuffer in) {
        int count = Short.toUnsignedInt(in.getShort());
        if (in.remaining() != 2 * count) {
            return Optional.empty();
        }
        Set<Integer> wanted = new TreeSet<>();
        while (in.hasRemaining()) {
            wanted.add(Short.toUnsignedInt(in.getShort()));
        }
        return Optional.of(wanted);
    }
}

package io.ashlar.dataplane.nbd;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The data of a LIST_META_CONTEXT or SET_META_CONTEXT option.
 *
 * @param name the export's
 * @param queries each with a namespace and a colon
 */
record ContextRequest(String name, List<String> queries) {

    /** The one context there is. */
    static final String ALLOCATION = "base:allocation";

    private static final String WHOLE_NAMESPACE = "base:";

    /** Parses; empty if the data are not of the form. */
    static Optional<ContextRequest> parse(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data);
        if (in.remaining() < 8) {
            return Optional.empty();
        }
        int nameBytes = in.getInt();
        if (nameBytes < 0 || nameBytes > in.remaining() - 4) {
            return Optional.empty();
        }
        return Text.decode(in, nameBytes)
                .flatMap(name -> queries(in).map(queries -> new ContextRequest(name, queries)));
    }

    private static Optional<List<String>> queries(ByteBuffer in) {
        long count = Integer.toUnsignedLong(in.getInt());
        List<String> queries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            if (in.remaining() < 4) {
                return Optional.empty();
            }
            Optional<String> query = Text.decode(in, in.getInt()).filter(q -> q.indexOf(':') > 0);
            if (query.isEmpty()) {
                return Optional.empty();
            }
            queries.add(query.get());
        }
        return in.hasRemaining() ? Optional.empty() : Optional.of(queries);
    }

    /** Whether a SET selects {@link #ALLOCATION}. */
    boolean selectsAllocation() {
        return queries.contains(ALLOCATION);
    }

    /** Whether a LIST shows {@link #ALLOCATION}. */
    boolean listsAllocation() {
        return queries.isEmpty() || selectsAllocation() || queries.contains(WHOLE_NAMESPACE);
    }
}

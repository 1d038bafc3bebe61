package io.ashlar.metadata.codec;

import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;

/** What a client sends to a peer as a read. */
public sealed interface Ask {

    /** A query. */
    record Of(Query query) implements Ask {}

    /** A command that was found to change nothing: its answer, read linearizably. */
    record Decide(Command command) implements Ask {}

    /** Any answer from whoever leads: finds the leader. */
    record Locate() implements Ask {}
}

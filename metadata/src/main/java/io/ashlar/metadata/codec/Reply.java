package io.ashlar.metadata.codec;

import io.ashlar.metadata.api.Answer;

/** What a peer sends back. */
public sealed interface Reply {

    /** The outcome. */
    record Answered(Answer answer) implements Reply {}

    /** The tables moved between planning and applying: submit the command again. */
    record Stale() implements Reply {}

    /** This peer does not lead: locate the leader and ask it. */
    record Elsewhere() implements Reply {}

    /** The command changes nothing: ask for it to be decided. */
    record Unchanged() implements Reply {}
}

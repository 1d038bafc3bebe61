package io.ashlar.metadata.catalog;

import io.ashlar.metadata.api.Answer;

/** What came of applying an event. */
public sealed interface Outcome {

    /** The preconditions held and the rows are written; each member change answers for itself. */
    record Applied(Answer answer) implements Outcome {}

    /**
     * A precondition no longer held and nothing was written: the command is to be planned again.
     *
     * @param reason for the log
     */
    record Stale(String reason) implements Outcome {}
}

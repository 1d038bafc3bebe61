package io.ashlar.metadata.catalog;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.event.Event;

/** What a command comes to against the tables as they stand. */
public sealed interface Plan {

    /** Nothing is to change; this is the answer. */
    record Answered(Answer answer) implements Plan {}

    /** This is to be applied; it answers. */
    record Proposed(Event event) implements Plan {}
}

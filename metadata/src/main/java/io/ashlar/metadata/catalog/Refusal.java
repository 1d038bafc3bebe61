package io.ashlar.metadata.catalog;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.metadata.api.Answer;

/** Ends the planning of a command with a rejection; never leaves this package. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String reason;

    Refusal(ErrorCode code, String reason) {
        // An outcome, not a failure: nobody reads its stack trace.
        super(reason, null, false, false);
        this.code = code;
        this.reason = reason;
    }

    Answer.Rejected answer() {
        return new Answer.Rejected(code, reason);
    }
}

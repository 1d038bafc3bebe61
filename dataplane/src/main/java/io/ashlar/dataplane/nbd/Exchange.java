package io.ashlar.dataplane.nbd;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Reply;

/**
 * One request between its start and its reply.
 *
 * @param transmission the connection's
 * @param request what was asked
 * @param cost what it took of the window
 * @param startNanos when
 * @param answer turns the volume's result into the client's reply
 */
record Exchange<T>(
        Transmission transmission,
        RequestHeader request,
        long cost,
        long startNanos,
        Answer<T> answer)
        implements Reply<T> {

    /** Sends the reply to a request that worked. */
    interface Answer<T> {
        void send(Transmission transmission, Exchange<T> exchange, T result);
    }

    @Override
    public void done(T result) {
        transmission.answered(this, result);
    }

    @Override
    public void failed(ErrorCode code, String message) {
        transmission.failed(this, NbdError.of(code), message);
    }
}

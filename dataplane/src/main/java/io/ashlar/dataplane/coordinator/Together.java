package io.ashlar.dataplane.coordinator;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Reply;

/**
 * Several parts, one answer: calls {@code reply} when all parts are done, or once all are answered
 * and one of them failed.
 *
 * @param <T> the result
 */
final class Together<T> {

    private final Reply<T> reply;
    private final T result;
    private int open;
    private boolean failed;
    private ErrorCode code = ErrorCode.IO;
    private String message = "";

    Together(int parts, T result, Reply<T> reply) {
        this.open = parts;
        this.result = result;
        this.reply = reply;
    }

    void done() {
        answered();
    }

    void failed(ErrorCode why, String text) {
        failed = true;
        code = why;
        message = text;
        answered();
    }

    private void answered() {
        if (--open > 0) {
            return;
        }
        if (failed) {
            reply.failed(code, message);
        } else {
            reply.done(result);
        }
    }

    /** The answer to one part. */
    <P> Reply<P> part() {
        return new Reply<>() {
            @Override
            public void done(P ignored) {
                Together.this.done();
            }

            @Override
            public void failed(ErrorCode why, String text) {
                Together.this.failed(why, text);
            }
        };
    }
}

package io.ashlar.dataplane.volume;

import io.ashlar.common.error.ErrorCode;

/**
 * Where an asynchronous result goes: exactly one of the two methods is called, once.
 *
 * @param <T> the result
 */
public interface Reply<T> {

    /** It worked. */
    void done(T result);

    /** It did not; the message names the thing and, where there is one, the remedy. */
    void failed(ErrorCode code, String message);
}

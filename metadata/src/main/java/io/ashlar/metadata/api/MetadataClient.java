package io.ashlar.metadata.api;

import io.ashlar.common.error.StorageException;

/**
 * The one door to the metadata group. Calls block (run them on virtual threads), find the leader by
 * themselves and are retried within the client's time limit.
 */
public interface MetadataClient extends AutoCloseable {

    /**
     * Submits a command.
     *
     * @return the outcome, which may be {@link Answer.Rejected}
     * @throws StorageException {@code UNAVAILABLE} if no leader answered in time: the outcome is
     *     unknown, send the identical command again or read
     */
    Answer submit(Command command);

    /**
     * Asks a question.
     *
     * @throws StorageException {@code UNAVAILABLE} if no leader answered in time
     */
    Answer ask(Query query);

    @Override
    void close();
}

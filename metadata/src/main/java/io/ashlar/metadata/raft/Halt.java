package io.ashlar.metadata.raft;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a peer that can no longer be trusted: an event could not be applied, or Ratis has closed the
 * server by itself. Going on would mean a peer that counts in majorities and answers from tables
 * that are not the log's.
 */
@FunctionalInterface
public interface Halt {

    /** Exit status of a process that halted itself. */
    int STATUS = 70;

    /** Ends this process at once, without its shutdown hooks; a supervisor starts it again. */
    Halt PROCESS =
            (reason, cause) -> {
                Logger log = LoggerFactory.getLogger(Halt.class);
                log.error("halting: {}", reason, cause);
                Runtime.getRuntime().halt(STATUS);
            };

    /** Called once or more, by any thread. */
    void now(String reason, Throwable cause);
}

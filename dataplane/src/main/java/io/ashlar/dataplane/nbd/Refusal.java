package io.ashlar.dataplane.nbd;

/**
 * Why a request is not carried out.
 *
 * @param error what the client is told
 * @param message for people
 */
record Refusal(NbdError error, String message) {}

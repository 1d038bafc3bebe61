package io.ashlar.metadata.model;

import io.ashlar.common.id.ServerId;

/**
 * Who holds a lease: one life of one data-plane process. A restarted process is another holder, so
 * that it can never reuse the epoch of the life before (PROTOCOL H13).
 *
 * @param server the server
 * @param nonce drawn at random when the process starts
 */
public record Holder(ServerId server, long nonce) {}

package io.ashlar.dataplane.store.log;

import io.ashlar.common.id.MirrorId;

/**
 * A block whose bytes do not match their checksum.
 *
 * @param mirror of which mirror
 * @param block its number in the extent
 * @param seq of the change that it should hold
 */
public record BadBlock(MirrorId mirror, long block, long seq) {}

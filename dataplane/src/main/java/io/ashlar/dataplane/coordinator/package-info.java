/**
 * The coordinator's side of the protocol: it orders a volume's changes, sends them to the mirrors,
 * decides who is in sync, and answers. A state machine without I/O, thread or clock: its shell
 * calls it with what arrived and carries out what it asks of its {@code CoordinatorPort}.
 *
 * <p>{@code VolumeCoordinator} cuts byte ranges into whole blocks of extents; an {@code
 * ExtentCoordinator} is the protocol of one extent, made of parts that share a {@code Scene}:
 * {@code Takeover}, {@code Writes}, {@code Reads}, {@code Flushes}, {@code Membership} and one
 * {@code Resync} a returning mirror.
 */
@NullMarked
package io.ashlar.dataplane.coordinator;

import org.jspecify.annotations.NullMarked;

package io.ashlar.metadata.model;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.VolumeId;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of the table mirrors ("Vol. 0 -> Vol. 1, Vol. 2").
 *
 * @param id the key
 * @param volume the volume that the extent is a slice of
 * @param index its place in the volume, from 0
 * @param mirrors logical ids of all its mirrors, in placement order
 * @param inSync those that hold every acknowledged write; never empty, a subset of mirrors
 * @param setVersion counts the changes of {@code inSync}, for compare-and-set
 * @param history strictly increasing in both fields; empty before the first activation
 * @param lossyActivations how often the extent went on after every in-sync mirror lost its power
 *     (P5), or by an override (P6)
 * @param lossesTold of how many of those the clients have been told
 * @param retiring mirrors that are to be dropped once enough others are in sync
 * @param planVersion counts the changes of {@code mirrors} and {@code retiring}
 * @param overrides what operators decided, the newest {@link #MOST_OVERRIDES}, oldest first
 */
public record ExtentRow(
        ExtentId id,
        VolumeId volume,
        int index,
        List<MirrorId> mirrors,
        List<MirrorId> inSync,
        long setVersion,
        List<EpochStart> history,
        long lossyActivations,
        long lossesTold,
        List<MirrorId> retiring,
        long planVersion,
        List<OverrideRecord> overrides) {

    /** Older ones are forgotten: a row has a bound. */
    public static final int MOST_OVERRIDES = 16;

    /** Copies the lists and checks the invariants. */
    public ExtentRow {
        mirrors = List.copyOf(mirrors);
        inSync = List.copyOf(inSync);
        history = List.copyOf(history);
        retiring = List.copyOf(retiring);
        overrides = List.copyOf(overrides);
        if (inSync.isEmpty() || !mirrors.containsAll(inSync) || !mirrors.containsAll(retiring)) {
            throw new IllegalArgumentException(
                    "extent "
                            + id
                            + ": in-sync set "
                            + inSync
                            + " and retiring "
                            + retiring
                            + " of mirrors "
                            + mirrors);
        }
    }

    /** A new extent: every mirror is in sync, for all are zeros and no epoch has begun. */
    public static ExtentRow born(ExtentId id, VolumeId volume, int index, List<MirrorId> mirrors) {
        return new ExtentRow(
                id, volume, index, mirrors, mirrors, 1, List.of(), 0, 0, List.of(), 0, List.of());
    }

    /** Whether clients may hold writes that were lost, and not know it. */
    public boolean lossUntold() {
        return lossyActivations > lossesTold;
    }

    /**
     * Whether an operator's override waits for its activation, by which writes are lost: no epoch
     * has begun since.
     */
    public boolean overridden() {
        return !overrides.isEmpty()
                && (history.isEmpty() || history.getLast().epoch() < overrides.getLast().epoch());
    }

    /** The same extent with another in-sync set; its version is the next. */
    public ExtentRow withInSync(List<MirrorId> members) {
        return new ExtentRow(
                id,
                volume,
                index,
                mirrors,
                members,
                setVersion + 1,
                history,
                lossyActivations,
                lossesTold,
                retiring,
                planVersion,
                overrides);
    }

    /** The same extent with other mirrors; its plan version is given. */
    public ExtentRow withPlan(List<MirrorId> all, List<MirrorId> leaving, long version) {
        return new ExtentRow(
                id,
                volume,
                index,
                all,
                inSync,
                setVersion,
                history,
                lossyActivations,
                lossesTold,
                leaving,
                version,
                overrides);
    }

    /** How many in-sync mirrors are to stay. */
    public int staying() {
        return (int) inSync.stream().filter(m -> !retiring.contains(m)).count();
    }

    /** The same extent with another epoch history and count of lossy activations. */
    public ExtentRow withHistory(List<EpochStart> epochs, long lossy) {
        return new ExtentRow(
                id,
                volume,
                index,
                mirrors,
                inSync,
                setVersion,
                epochs,
                lossy,
                lossesTold,
                retiring,
                planVersion,
                overrides);
    }

    /** The same extent, whose clients have been told of so many losses. */
    public ExtentRow withLossesTold(long told) {
        return new ExtentRow(
                id,
                volume,
                index,
                mirrors,
                inSync,
                setVersion,
                history,
                lossyActivations,
                told,
                retiring,
                planVersion,
                overrides);
    }

    /** The same extent as an operator will have it go on; the set's version is the next. */
    public ExtentRow withOverride(OverrideRecord made) {
        List<OverrideRecord> all = new ArrayList<>(overrides);
        all.add(made);
        return new ExtentRow(
                id,
                volume,
                index,
                mirrors,
                made.kept(),
                setVersion + 1,
                history,
                lossyActivations,
                lossesTold,
                retiring,
                planVersion,
                all.subList(Math.max(0, all.size() - MOST_OVERRIDES), all.size()));
    }
}

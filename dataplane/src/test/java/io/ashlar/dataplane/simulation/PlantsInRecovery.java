package io.ashlar.dataplane.simulation;

import io.ashlar.common.block.BlockSet;
import io.ashlar.dataplane.store.Standing;
import io.ashlar.dataplane.store.StoredMirror;

/** Bugs in what a restarted mirror knows. */
final class PlantsInRecovery {

    private PlantsInRecovery() {}

    private static StoredMirror with(StoredMirror stored, Standing standing) {
        return new StoredMirror(
                stored.id(), stored.label(), standing, stored.last(), stored.stale());
    }

    static final class Reboot implements Plant {
        @Override
        public StoredMirror recovered(StoredMirror stored) {
            Standing s = stored.standing();
            return with(stored, new Standing(s.accepted(), false, s.maxTermNanos(), s.roster()));
        }
    }

    static final class Promise implements Plant {
        @Override
        public StoredMirror recovered(StoredMirror stored) {
            Standing s = stored.standing();
            return with(stored, new Standing(s.accepted(), s.suspect(), 0, s.roster()));
        }
    }

    static final class AcceptedEpoch implements Plant {
        @Override
        public StoredMirror recovered(StoredMirror stored) {
            Standing s = stored.standing();
            return with(stored, new Standing(0, s.suspect(), s.maxTermNanos(), s.roster()));
        }
    }

    static final class Stale implements Plant {
        @Override
        public StoredMirror recovered(StoredMirror stored) {
            return new StoredMirror(
                    stored.id(), stored.label(), stored.standing(), stored.last(), new BlockSet());
        }
    }
}

package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.model.ExtentRow;

/** Once everything is quiet, all mirrors of an extent are in sync and the same, byte by byte. */
final class MirrorsIdentical implements Watch {

    private static final String NAME = "mirrors identical";

    private final World world;

    MirrorsIdentical(World world) {
        this.world = world;
    }

    @Override
    public void quiet() {
        for (ExtentRow row : world.rows()) {
            ModelMirror first = stored(row.mirrors().getFirst());
            for (MirrorId id : row.mirrors()) {
                ModelMirror other = stored(id);
                if (other.last().seq() != first.last().seq() || !other.stale().isEmpty()) {
                    throw new Violation(
                            NAME,
                            "mirror %s ends at %s, mirror %s at %s"
                                    .formatted(first.id(), first.last(), id, other.last()));
                }
                for (int block = 0; block < first.blocks(); block++) {
                    compare(first, other, block);
                }
            }
        }
    }

    private static void compare(ModelMirror one, ModelMirror other, int block) {
        Cell a = one.cell(block);
        Cell b = other.cell(block);
        if (a.seq() != b.seq() || !a.holdsTheSameAs(b)) {
            throw new Violation(
                    NAME,
                    "block %d: mirror %s holds %s, mirror %s holds %s"
                            .formatted(block, one.id(), a, other.id(), b));
        }
    }

    private ModelMirror stored(MirrorId id) {
        return world.stored(id)
                .orElseThrow(() -> new Violation(NAME, "mirror " + id + " is not there"));
    }
}

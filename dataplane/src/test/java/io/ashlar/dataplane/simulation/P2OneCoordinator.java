package io.ashlar.dataplane.simulation;

import io.ashlar.dataplane.coordinator.VolumeCoordinator.ExtentStatus;
import io.ashlar.dataplane.store.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * P2: at most one coordinator of an extent is active with unexpired promises of all that it
 * requires; its required set includes the in-sync set while its epoch is current; and the epoch
 * that a mirror has accepted never goes back.
 */
final class P2OneCoordinator implements Watch {

    private static final String NAME = "P2 one coordinator";

    private final World world;

    P2OneCoordinator(World world) {
        this.world = world;
    }

    @Override
    public void persisted(ModelMirror mirror, Standing next) {
        if (next.accepted() < mirror.standing().accepted()) {
            throw new Violation(
                    NAME,
                    "mirror "
                            + mirror.id()
                            + " goes back from epoch "
                            + mirror.standing().accepted()
                            + " to "
                            + next.accepted());
        }
    }

    @Override
    public void served(Tenure tenure) {
        check(tenure.volume());
    }

    @Override
    public void sampled() {
        world.volumes().forEach(this::check);
    }

    private void check(Volume volume) {
        List<Tenure> tenures = world.tenures(volume);
        if (tenures.size() < 2) {
            tenures.forEach(tenure -> checkRequired(tenure, tenure.coordinator().status()));
            return;
        }
        List<Tenure> entitled = new ArrayList<>();
        for (int extent = 0; extent < volume.extents().size(); extent++) {
            entitled.clear();
            for (Tenure tenure : tenures) {
                ExtentStatus status = tenure.coordinator().status().get(extent);
                if (status.active() && status.promised()) {
                    entitled.add(tenure);
                }
            }
            if (entitled.size() > 1) {
                throw new Violation(
                        NAME,
                        "extent "
                                + extent
                                + " of "
                                + volume
                                + " may be served by each of "
                                + entitled);
            }
        }
        tenures.forEach(tenure -> checkRequired(tenure, tenure.coordinator().status()));
    }

    private void checkRequired(Tenure tenure, List<ExtentStatus> extents) {
        if (!world.current(tenure)) {
            return;
        }
        for (ExtentStatus extent : extents) {
            if (extent.active()
                    && !extent.required().containsAll(world.row(extent.row().id()).inSync())) {
                throw new Violation(
                        NAME,
                        tenure
                                + " requires "
                                + extent.required()
                                + " only, but in sync are "
                                + world.row(extent.row().id()).inSync());
            }
        }
    }
}

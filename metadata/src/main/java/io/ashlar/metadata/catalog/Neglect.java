package io.ashlar.metadata.catalog;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds volumes whose mirrors could be brought back or moved, or that an operator's override lets
 * go on, if only somebody coordinated them, or if their coordinator knew.
 */
final class Neglect {

    private Neglect() {}

    /** Those that {@code server} should look after. */
    static List<VolumeRow> of(TablesView tables, ServerId server) {
        List<VolumeRow> neglected = new ArrayList<>();
        tables.names()
                .scan((_, id) -> {
                    VolumeRow volume = tables.volumes().get(id).orElseThrow();
                    if (uncoordinated(tables, volume)
                            && carer(tables, volume).filter(server::equals).isPresent()) {
                        neglected.add(volume);
                    }
                });
        return neglected;
    }

    private static boolean uncoordinated(TablesView tables, VolumeRow volume) {
        return LeaseRule.basis(tables, volume.lease()).isPresent();
    }

    /** Who should look after the first extent that there is something to do for. */
    private static Optional<ServerId> carer(TablesView tables, VolumeRow volume) {
        for (ExtentId id : volume.extents()) {
            ExtentRow extent = tables.extents().get(id).orElseThrow();
            boolean work =
                    extent.overridden()
                            || retirable(extent, volume)
                            || extent.mirrors().stream()
                                    .filter(mirror -> !extent.inSync().contains(mirror))
                                    .filter(mirror -> wanted(extent, volume, mirror))
                                    .anyMatch(mirror -> alive(tables, at(tables, mirror)));
            Optional<ServerId> member =
                    extent.inSync().stream()
                            .map(mirror -> at(tables, mirror))
                            .filter(server -> alive(tables, server))
                            .min(Comparator.naturalOrder());
            if (work && member.isPresent()) {
                return member;
            }
        }
        return Optional.empty();
    }

    /** One that is to go is brought back only while too few stay. */
    private static boolean wanted(ExtentRow extent, VolumeRow volume, MirrorId mirror) {
        return !extent.retiring().contains(mirror) || extent.staying() < volume.policy().mirrors();
    }

    /** Whether a member can leave because enough others stay. */
    private static boolean retirable(ExtentRow extent, VolumeRow volume) {
        return extent.staying() >= volume.policy().mirrors()
                && extent.inSync().size() > extent.staying();
    }

    /** Those that {@code server} coordinates and whose mirrors move, or that have grown since. */
    static List<VolumeRow> replanned(TablesView tables, ServerId server) {
        List<VolumeRow> replanned = new ArrayList<>();
        for (VolumeRow volume : tables.volumes().rows()) {
            if (volume.lease().holder().filter(h -> h.server().equals(server)).isPresent()
                    && (volume.outgrown()
                            || volume.extents().stream()
                                    .anyMatch(id -> moves(tables, volume, id)))) {
                replanned.add(volume);
            }
        }
        return replanned;
    }

    private static boolean moves(TablesView tables, VolumeRow volume, ExtentId id) {
        ExtentRow extent = tables.extents().get(id).orElseThrow();
        return !extent.retiring().isEmpty() || extent.mirrors().size() != volume.policy().mirrors();
    }

    private static ServerId at(TablesView tables, MirrorId mirror) {
        return tables.locations().get(mirror).orElseThrow().server();
    }

    private static boolean alive(TablesView tables, ServerId server) {
        return tables.servers()
                .get(server)
                .map(ServerRow::state)
                .filter(ServerState.ALIVE::equals)
                .isPresent();
    }
}

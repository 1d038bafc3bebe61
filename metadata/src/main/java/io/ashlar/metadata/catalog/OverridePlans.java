package io.ashlar.metadata.catalog;

import static io.ashlar.metadata.catalog.Plan.Answered;
import static io.ashlar.metadata.catalog.Plan.Proposed;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.MirrorId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.OverrideRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Plans operators' overrides (P6). There is no way to force one while an in-sync mirror is within
 * reach: the volume can be served from it, and nothing has to be lost.
 */
final class OverridePlans {

    private static final int MAX_OPERATOR = 64;
    private static final int MAX_REASON = 256;

    private OverridePlans() {}

    static Plan override(TablesView tables, Command.OverrideInSync c) {
        checkText("operator", c.operator(), MAX_OPERATOR);
        checkText("reason", c.reason(), MAX_REASON);
        ExtentRow row =
                tables.extents()
                        .get(c.extent())
                        .orElseThrow(() ->
                                new Refusal(
                                        ErrorCode.NOT_FOUND, "no extent with id " + c.extent()));
        if (row.overrides().stream().anyMatch(made -> repeats(c, made))) {
            return new Answered(new Answer.Done());
        }
        if (row.setVersion() != c.setVersion()) {
            throw new Refusal(
                    ErrorCode.CONFLICT,
                    "the in-sync set of extent %s has changed to %s meanwhile: look at the volume again"
                            .formatted(row.id(), row.inSync()));
        }
        List<MirrorId> kept = kept(tables, row, c.mirror());
        List<MirrorId> abandoned = new ArrayList<>(row.inSync());
        abandoned.removeAll(kept);
        Lease lease = tables.volumes().get(row.volume()).orElseThrow().lease();
        return new Proposed(
                new Event.Overridden(
                        row.volume(),
                        row.id(),
                        lease,
                        new OverrideRecord(
                                lease.epoch() + 1,
                                c.setVersion(),
                                kept,
                                abandoned,
                                c.operator(),
                                c.reason(),
                                c.atMillis())));
    }

    private static boolean repeats(Command.OverrideInSync c, OverrideRecord made) {
        return made.setVersion() == c.setVersion()
                && made.kept().contains(c.mirror())
                && made.operator().equals(c.operator())
                && made.reason().equals(c.reason())
                && made.atMillis() == c.atMillis();
    }

    private static void checkText(String what, String text, int most) {
        if (text.isBlank()
                || text.length() > most
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new Refusal(
                    ErrorCode.INVALID,
                    "the %s must be 1 to %d characters on one line".formatted(what, most));
        }
    }

    /**
     * Who is to be in sync: a mirror that is not, alone; or those of the set that are within reach,
     * if the chosen one is of them (their power was lost, and they wait for one that is gone).
     */
    private static List<MirrorId> kept(TablesView tables, ExtentRow row, MirrorId chosen) {
        if (!row.mirrors().contains(chosen)) {
            throw new Refusal(
                    ErrorCode.NOT_FOUND,
                    "mirror %s is none of extent %s, whose mirrors are %s"
                            .formatted(chosen, row.id(), row.mirrors()));
        }
        if (row.inSync().equals(List.of(chosen))) {
            throw new Refusal(
                    ErrorCode.CONFLICT,
                    "mirror %s is the only one in sync already: its server has to come back"
                            .formatted(chosen));
        }
        if (!Overrides.withinReach(tables, chosen)) {
            throw new Refusal(
                    ErrorCode.UNAVAILABLE,
                    "mirror %s is not within reach: server '%s' is not alive or its device failed; start it first"
                            .formatted(chosen, server(tables, chosen)));
        }
        List<MirrorId> well =
                row.inSync().stream().filter(m -> Overrides.withinReach(tables, m)).toList();
        boolean member = row.inSync().contains(chosen);
        if (well.size() == row.inSync().size() || (!member && !well.isEmpty())) {
            throw new Refusal(
                    ErrorCode.CONFLICT,
                    "extent %s needs no override: mirror %s is in sync, server '%s' is alive and its device well"
                            .formatted(row.id(), well.getFirst(), server(tables, well.getFirst())));
        }
        return member ? well : List.of(chosen);
    }

    private static String server(TablesView tables, MirrorId mirror) {
        return tables.locations().get(mirror).orElseThrow().server().name();
    }
}

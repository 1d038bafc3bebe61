package io.ashlar.ops.report;

import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.ServerState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What an operator's override loses, and whether it was done.
 *
 * @param volume its name
 * @param extent its id
 * @param index its place in the volume
 * @param mirror who is to go on
 * @param done whether it was accepted; else nothing was changed
 * @param mirrors all of the extent's
 */
public record OverrideReport(
        String volume, long extent, int index, long mirror, boolean done, List<Mirror> mirrors)
        implements Report {

    /**
     * A mirror of the extent before the override.
     *
     * @param device its path on the server
     * @param goesOn whether it is in sync after the override
     */
    public record Mirror(
            long id,
            String server,
            ServerState serverState,
            String device,
            DeviceState deviceState,
            boolean inSync,
            boolean goesOn) {

        boolean abandoned() {
            return inSync && !goesOn;
        }

        private String then() {
            return goesOn ? "goes on" : inSync ? "abandoned" : "copied to";
        }
    }

    @Override
    public String text() {
        TextTable table =
                new TextTable("MIRROR", "SERVER", "STATE", "DEVICE", "STATE", "IN SYNC", "THEN");
        for (Mirror m : mirrors) {
            table.row(
                    m.id,
                    m.server,
                    m.serverState.name().toLowerCase(Locale.ROOT),
                    m.device,
                    m.deviceState.name().toLowerCase(Locale.ROOT),
                    m.inSync ? "yes" : "no",
                    m.then());
        }
        return """
        volume %s, extent %d (index %d)
        %s

        %s\
        """
                .formatted(volume, extent, index, table, done ? whatWasDone() : whatIsLost());
    }

    private String abandoned() {
        return mirrors.stream()
                .filter(Mirror::abandoned)
                .map(m -> "mirror %d on %s".formatted(m.id, m.server))
                .collect(Collectors.joining(", "));
    }

    private String whatIsLost() {
        return """
        Only %s may hold the last acknowledged writes, flushed ones too.
        Whatever mirror %d lacks of them is lost. If it was being brought back when it was cut off,
        its blocks are of different times; 'ashlar device inspect' on its device, with its server
        stopped, shows how many are stale.
        Every client is told by an error on its next flush; file systems have to be checked.
        Make sure that who is abandoned is off and reaches no client.
        Nothing was changed. Add --accept-loss to go on.\
        """
                .formatted(abandoned(), mirror);
    }

    private String whatWasDone() {
        return """
        Extent %d goes on with mirror %d; abandoned: %s.
        Wait until 'ashlar volume show %s' names a coordinator and no override waits before you
        start an abandoned server again: its copy is then overwritten.\
        """
                .formatted(extent, mirror, abandoned(), volume);
    }
}

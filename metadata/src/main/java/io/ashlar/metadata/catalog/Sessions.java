package io.ashlar.metadata.catalog;

import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ServerRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The leader's view of who is alive: when each process was last heard, in its memory only. What is
 * replicated is the change, by the commands that {@link #due} returns. For one thread; time is
 * passed in, as nanoseconds of any monotonic clock.
 */
public final class Sessions {

    private final long termNanos;
    private final Map<ServerId, Heard> heard = new HashMap<>();

    /**
     * Begins with a full term for everybody.
     *
     * @param term how long a session lasts without a heartbeat
     */
    public Sessions(Duration term) {
        this.termNanos = term.toNanos();
    }

    /** A new leadership begins: whom the last leader heard is not known here. */
    public void restart() {
        heard.clear();
    }

    /** Counts a heartbeat. */
    public void touch(ServerId server, long nonce, long now) {
        heard.put(server, new Heard(nonce, now));
    }

    /** What has to be said of the servers in the tables now. */
    public List<Command> due(TablesView tables, long now) {
        List<Command> due = new ArrayList<>();
        for (ServerRow row : tables.servers().rows()) {
            switch (row.state()) {
                case ALIVE -> {
                    // A process seen for the first time has its full term from now.
                    if (now - lastHeard(row).orElseGet(() -> begin(row, now)) > termNanos) {
                        due.add(new Command.ExpireServer(row.id(), row.nonce()));
                    }
                }
                case EXPIRED -> {
                    if (lastHeard(row).filter(at -> now - at <= termNanos).isPresent()) {
                        due.add(new Command.ReturnServer(row.id(), row.nonce()));
                    }
                }
            }
        }
        return due;
    }

    private Optional<Long> lastHeard(ServerRow row) {
        return Optional.ofNullable(heard.get(row.id()))
                .filter(last -> last.nonce == row.nonce())
                .map(Heard::at);
    }

    private long begin(ServerRow row, long now) {
        touch(row.id(), row.nonce(), now);
        return now;
    }

    private record Heard(long nonce, long at) {}
}

package io.ashlar.dataplane.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which server hears which, how long messages take, and the links there are. */
final class Network {

    private record Way(Server from, Server to) {}

    private final Agenda agenda;
    private final Chance chance;
    private final Set<Way> cut = new HashSet<>();
    private final Map<Long, Link> byId = new HashMap<>();
    private final Set<Cable> live = new LinkedHashSet<>();
    private long slowest = Nanos.millis(2);
    private long nextLink = 1;

    Network(Agenda agenda, Chance chance) {
        this.agenda = agenda;
        this.chance = chance;
    }

    /** The longest that a message takes from now on. */
    void slowest(long nanos) {
        slowest = nanos;
    }

    long delay(Server from, Server to) {
        return from == to
                ? Nanos.micros(1)
                : chance.skewed(Nanos.micros(50), Math.max(slowest, Nanos.micros(50)));
    }

    boolean isCut(Server from, Server to) {
        return cut.contains(new Way(from, to));
    }

    /** Messages one way wait; a link that is cut for long breaks. */
    void cut(Server from, Server to) {
        if (from == to || !cut.add(new Way(from, to))) {
            return;
        }
        for (Cable cable : live) {
            if (cable.touches(from, to)) {
                agenda.after(
                        chance.between(Nanos.millis(200), Nanos.seconds(3)), cable::breakIfCut);
            }
        }
    }

    void mend(Server from, Server to) {
        if (cut.remove(new Way(from, to))) {
            List.copyOf(live).forEach(Cable::release);
        }
    }

    void mendAll() {
        cut.clear();
        List.copyOf(live).forEach(Cable::release);
    }

    /** Connects two processes. */
    Cable cable(Life near, Cable.End nearEnd, Life far, Cable.End farEnd) {
        Cable cable = new Cable(near, nearEnd, far, farEnd, this, agenda, chance);
        live.add(cable);
        return cable;
    }

    Link link(Tenure owner, Life mirrors) {
        Link link = new Link(nextLink++, owner, mirrors, this);
        byId.put(link.id(), link);
        return link;
    }

    Optional<Link> link(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Whether a process can connect to a server now. */
    boolean reaches(Life from, Server to) {
        return to.life().filter(life -> !life.frozen()).isPresent()
                && !isCut(from.server(), to)
                && !isCut(to, from.server());
    }

    void gone(Cable cable) {
        live.remove(cable);
    }

    void gone(Link link) {
        byId.remove(link.id());
    }

    /** A process died, or its machine: what was connected to it hears of that, sooner or later. */
    void died(Life life, boolean silently) {
        for (Cable cable : List.copyOf(live)) {
            if (cable.far() == life) {
                cable.farDied(silently);
            }
        }
    }

    List<Cable> live() {
        return new ArrayList<>(live);
    }
}

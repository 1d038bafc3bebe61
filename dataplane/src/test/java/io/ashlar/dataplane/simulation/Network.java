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
    private final Set<Link> live = new LinkedHashSet<>();
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
        for (Link link : live) {
            if (link.touches(from, to)) {
                agenda.after(chance.between(Nanos.millis(200), Nanos.seconds(3)), link::breakIfCut);
            }
        }
    }

    void mend(Server from, Server to) {
        if (cut.remove(new Way(from, to))) {
            List.copyOf(live).forEach(Link::release);
        }
    }

    void mendAll() {
        cut.clear();
        List.copyOf(live).forEach(Link::release);
    }

    Link link(Tenure owner, Life mirrors) {
        Link link = new Link(nextLink++, owner, mirrors, this, agenda, chance);
        byId.put(link.id(), link);
        live.add(link);
        return link;
    }

    Optional<Link> link(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    void gone(Link link) {
        live.remove(link);
        byId.remove(link.id());
    }

    /** A process died, or its machine: what was connected to it hears of that, sooner or later. */
    void died(Life life, boolean silently) {
        for (Link link : List.copyOf(live)) {
            if (link.mirrors() == life) {
                link.mirrorsDied(silently);
            }
        }
    }

    List<Link> live() {
        return new ArrayList<>(live);
    }
}

package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.forward.Debt;
import io.ashlar.dataplane.forward.Forwarder;
import io.ashlar.dataplane.forward.Reception;
import io.ashlar.dataplane.message.ToHolder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one process serves clients of volumes that are coordinated anywhere: the real forwarding code
 * between simulated links and the process's seats.
 */
final class FrontEnd implements Forwarder.Wire {

    private final Life life;
    private final World world;
    private final SimulatedLoop loop;
    private final Forwarder forwarder;
    private final Reception reception;
    private final Map<ServerId, Line> lines = new HashMap<>();
    private final Map<VolumeId, Debt> debts = new HashMap<>();

    FrontEnd(Life life) {
        this.life = life;
        this.world = life.server().world();
        this.loop = new SimulatedLoop(life);
        this.forwarder = new Forwarder(loop, this);
        this.reception = new Reception((volume, reply) -> life.seat(volume).attach(reply));
    }

    Life life() {
        return life;
    }

    World world() {
        return world;
    }

    SimulatedLoop loop() {
        return loop;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    Reception reception() {
        return reception;
    }

    /** What this process's clients of a volume have been acknowledged and not flushed. */
    Debt debt(VolumeId volume) {
        return debts.computeIfAbsent(volume, v -> new Debt());
    }

    /** Whether a way over this server may have ended for want of a link only. */
    boolean linkBroke(ServerId server) {
        return !server.equals(life.server().id()) && line(server).isEmpty();
    }

    private Optional<ForwardLink> line(ServerId server) {
        return Optional.ofNullable(lines.get(server)).flatMap(line -> line.link);
    }

    @Override
    public boolean want(ServerId server) {
        if (!lines.containsKey(server)) {
            Line line = new Line(server);
            lines.put(server, line);
            life.after(world.chance().between(Nanos.micros(100), Nanos.millis(5)), line::dial);
        }
        return line(server).isPresent();
    }

    @Override
    public void send(ServerId server, ToHolder message) {
        line(server).ifPresent(link -> world.plant().forward(this, link, message));
    }

    /** The process has ended. */
    void ended() {
        lines.values().forEach(line -> line.link.ifPresent(ForwardLink::letGo));
    }

    /** The link to one server, made again whenever it breaks. */
    private final class Line {

        private final ServerId server;
        private Optional<ForwardLink> link = Optional.empty();

        Line(ServerId server) {
            this.server = server;
        }

        private void dial() {
            Server other = world.server(server);
            if (world.network().reaches(life, other)) {
                FrontEnd there = other.life().orElseThrow().frontEnd();
                link =
                        Optional.of(
                                new ForwardLink(
                                        FrontEnd.this, there, world.network(), this::broke));
                forwarder.linked(server, true);
            } else {
                life.after(world.chance().between(Nanos.millis(20), Nanos.millis(150)), this::dial);
            }
        }

        private void broke() {
            link = Optional.empty();
            world.trace().add(life.server().id().name(), "lost its forwarding link to " + server);
            forwarder.linked(server, false);
            life.after(world.chance().between(Nanos.millis(1), Nanos.millis(150)), this::dial);
        }
    }
}

package io.ashlar.dataplane.simulation;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Everything there is in one run. */
final class World {

    static final ClusterId CLUSTER = new ClusterId(new UUID(7, 7));

    private final Agenda agenda = new Agenda();
    private final Trace trace;
    private final History history = new History();
    private final long seed;
    private final Chance chance;
    private final Setup setup;
    private final Plant plant;
    private final Checks checks;
    private final Network network;
    private final MetadataGroup metadata;
    private final Map<ServerId, Server> servers = new LinkedHashMap<>();
    private final List<Server> serverList = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<ExtentId> extents = new ArrayList<>();
    private final Map<MirrorId, LocationRow> locations = new HashMap<>();
    private final Map<VolumeId, Volume> volumes = new LinkedHashMap<>();
    private final Map<Volume, Workload> workloads = new HashMap<>();
    private long completed;
    private boolean calm;

    World(long seed, Plant plant, int traceLines) {
        this.seed = seed;
        this.trace = new Trace(agenda, traceLines);
        this.chance = new Chance(seed);
        this.plant = plant;
        this.setup = Setup.draw(chance.split());
        this.checks = new Checks();
        this.network = new Network(agenda, chance.split());
        this.metadata = new MetadataGroup(this);
        for (int i = 0; i < setup.servers(); i++) {
            Server server = new Server(this, i);
            servers.put(server.id(), server);
            serverList.add(server);
        }
        register();
        for (int i = 0; i < setup.volumes(); i++) {
            createVolume(i);
        }
        for (int i = 0; i < setup.clients(); i++) {
            Volume volume = volumes().get(i % setup.volumes());
            clients.add(new Client(this, i, volume, setup.lanes()));
        }
        checks.watch(this);
    }

    /** The servers have registered once and are not running yet. */
    private void register() {
        for (Server server : serverList) {
            metadata.catalog()
                    .submit(
                            new Command.RegisterServer(
                                    server.id(),
                                    new UUID(0x5, server.number()),
                                    1,
                                    "zone-" + server.number(),
                                    new HostPort("127.0.0.1", 7200 + server.number()),
                                    new HostPort("127.0.0.1", 10800 + server.number()),
                                    List.of(
                                            new Command.OfferedDevice(
                                                    server.device().device(), "/disk", 1L << 40))));
        }
        metadata.catalog()
                .submit(new Command.Configure(new ClusterSettings(0, setup.repairAfter())));
    }

    private void createVolume(int number) {
        Answer made =
                metadata.catalog()
                        .submit(
                                new Command.CreateVolume(
                                        new UUID(0xC, 1 + number),
                                        "v" + number,
                                        setup.extents() * setup.extentBytes(),
                                        setup.extentBytes(),
                                        new VolumePolicy(setup.mirrors(), setup.minInSync())));
        if (!(made instanceof Answer.Volume(VolumeView view))) {
            throw new IllegalStateException("no volume: " + made);
        }
        Volume volume =
                new Volume(
                        number,
                        view.volume().id(),
                        view.volume().name(),
                        number * setup.volumeUnits(),
                        setup.volumeUnits(),
                        view.volume().extents());
        volumes.put(volume.id(), volume);
        extents.addAll(volume.extents());
        locations.putAll(view.locations());
        workloads.put(volume, new Workload(volume, chance.split()));
    }

    Agenda agenda() {
        return agenda;
    }

    Trace trace() {
        return trace;
    }

    History history() {
        return history;
    }

    Chance chance() {
        return chance;
    }

    long seed() {
        return seed;
    }

    Setup setup() {
        return setup;
    }

    Plant plant() {
        return plant;
    }

    Watch watch() {
        return checks;
    }

    Network network() {
        return network;
    }

    MetadataGroup metadata() {
        return metadata;
    }

    Workload workload(Volume volume) {
        return Optional.ofNullable(workloads.get(volume)).orElseThrow();
    }

    List<Server> servers() {
        return serverList;
    }

    Server server(ServerId id) {
        return Optional.ofNullable(servers.get(id)).orElseThrow();
    }

    List<Client> clients() {
        return clients;
    }

    List<Volume> volumes() {
        return List.copyOf(volumes.values());
    }

    Volume volume(VolumeId id) {
        return Optional.ofNullable(volumes.get(id)).orElseThrow();
    }

    /** Of all volumes, in the order of their units. */
    List<ExtentId> extents() {
        return extents;
    }

    /** The extents' rows as the metadata group has them now. */
    List<ExtentRow> rows() {
        return extents.stream().map(this::row).toList();
    }

    ExtentRow row(ExtentId extent) {
        return metadata.tables().extents().get(extent).orElseThrow();
    }

    /** The epoch of the newest grant of a volume. */
    long leaseEpoch(VolumeId volume) {
        return metadata.tables().volumes().get(volume).orElseThrow().lease().epoch();
    }

    /** Whether a coordinator has the newest grant. */
    boolean current(Tenure tenure) {
        return tenure.epoch() == leaseEpoch(tenure.volume().id());
    }

    ExtentId extentOf(MirrorId mirror) {
        return location(mirror).extent();
    }

    int extentIndex(MirrorId mirror) {
        return extents.indexOf(extentOf(mirror));
    }

    /** An extent's mirrors were planned anew; where dropped ones were is kept for late messages. */
    void planned(ExtentId extent) {
        for (MirrorId mirror : row(extent).mirrors()) {
            metadata.tables().locations().get(mirror).ifPresent(l -> locations.put(mirror, l));
        }
    }

    LocationRow location(MirrorId mirror) {
        return Optional.ofNullable(locations.get(mirror)).orElseThrow();
    }

    /** Whether a mirror is on a server that is to be empty. */
    boolean drains(MirrorId mirror) {
        return metadata.tables()
                .servers()
                .get(location(mirror).server())
                .filter(ServerRow::draining)
                .isPresent();
    }

    /** The device that is now where the tables place a mirror. */
    ModelDevice deviceOf(MirrorId mirror) {
        return server(location(mirror).server()).device();
    }

    /** What a mirror's device holds; empty if it is not there. */
    Optional<ModelMirror> stored(MirrorId mirror) {
        LocationRow at = location(mirror);
        return Optional.of(server(at.server()).device())
                .filter(device -> device.device().equals(at.device()))
                .flatMap(device -> device.mirror(mirror));
    }

    /** The in-sync mirrors of an extent that are there and trust themselves. */
    List<ModelMirror> trustedMembers(ExtentId extent) {
        return row(extent).inSync().stream()
                .flatMap(mirror -> stored(mirror).stream())
                .filter(mirror -> !mirror.standing().suspect())
                .toList();
    }

    /** Every coordinator that has not stepped down. */
    List<Tenure> tenures() {
        return serverList.stream()
                .flatMap(server -> server.life().stream())
                .flatMap(life -> life.seats().stream())
                .flatMap(seat -> seat.tenure().stream())
                .toList();
    }

    List<Tenure> tenures(Volume volume) {
        return tenures().stream().filter(tenure -> tenure.volume().equals(volume)).toList();
    }

    /** How long a message between a client and a server takes. */
    long clientDelay() {
        return chance.skewed(Nanos.micros(30), Nanos.millis(2));
    }

    /** Whether faults are over and their consequences too. */
    boolean calm() {
        return calm;
    }

    void becameCalm() {
        calm = true;
    }

    /** A client got an answer. */
    void completed() {
        completed++;
    }

    /** How many answers clients got. */
    long completions() {
        return completed;
    }
}

package io.ashlar.dataplane.coordinator;

import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.config.ByteSize;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.resync.CopyBudget;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A volume under one granted lease: whole-block requests in, one {@link ExtentCoordinator} an
 * extent below. Byte granularity is added by {@link ByteAccess}.
 *
 * <p>All calls on the volume's one thread. An object serves one epoch, once: after {@code resigned}
 * it does nothing more, and its epoch is never used again (PROTOCOL H13).
 */
public final class VolumeCoordinator {

    /** Longest record: a page. */
    private static final int RECORD_BLOCKS = Blocks.PER_PAGE;

    /** Longest run of zeros in one record, 256 MiB. */
    private static final int ZERO_BLOCKS = 256 * Blocks.PER_PAGE;

    private final Layout layout;
    private final CoordinatorPort port;
    private final List<ExtentCoordinator> extents = new ArrayList<>();
    private final Map<MirrorId, ExtentCoordinator> byMirror = new HashMap<>();
    private final Map<ExtentId, ExtentCoordinator> byExtent = new LinkedHashMap<>();
    private final Set<ServerId> servers = new LinkedHashSet<>();
    private final Set<ServerId> linked = new LinkedHashSet<>();
    private final ServerId self;
    private final long epoch;
    private final long sizeBytes;
    private final LossReport losses;
    private boolean serving;
    private boolean resigned;

    /**
     * Begins the takeover.
     *
     * @param cluster for the labels of mirrors
     * @param epoch that was granted, never used before
     * @param view the rows that came with the grant
     * @param self this server, whose mirrors are preferred for reads
     */
    public VolumeCoordinator(
            ClusterId cluster,
            long epoch,
            VolumeView view,
            ServerId self,
            Timing timing,
            CopyBudget budget,
            CoordinatorPort port) {
        this.epoch = epoch;
        this.port = port;
        this.losses = new LossReport(port);
        VolumeRow volume = view.volume();
        sizeBytes = volume.sizeBytes();
        layout = new Layout(volume.extentBytes());
        this.self = self;
        CoordinatorPort guarded = new OnceResigned(port, this::resign);
        for (ExtentRow row : view.extents()) {
            MirrorLabel label =
                    new MirrorLabel(
                            cluster,
                            volume.id(),
                            volume.name(),
                            volume.sizeBytes(),
                            row.id(),
                            row.index(),
                            layout.blocksOf(row.index(), volume.sizeBytes()));
            List<Peer> peers = row.mirrors().stream().map(mirror -> peer(view, mirror)).toList();
            Scene scene = new Scene(label, epoch, row, peers, volume.policy(), timing, guarded);
            ExtentCoordinator extent = new ExtentCoordinator(scene, budget);
            extents.add(extent);
            byExtent.put(row.id(), extent);
            row.mirrors().forEach(mirror -> byMirror.put(mirror, extent));
        }
    }

    private Peer peer(VolumeView view, MirrorId mirror) {
        LocationRow location = Objects.requireNonNull(view.locations().get(mirror));
        servers.add(location.server());
        boolean local = location.server().equals(self);
        Peer peer = new Peer(location, local, alive(view, location), port.now());
        if (linked.contains(location.server())) {
            peer.link(true, port.now());
        }
        return peer;
    }

    private static boolean alive(VolumeView view, LocationRow location) {
        ServerRow server = view.servers().get(location.server());
        return server != null && server.state() == ServerState.ALIVE;
    }

    /** Under which lease it serves. */
    public long epoch() {
        return epoch;
    }

    /** The servers to which it needs links. */
    public Set<ServerId> servers() {
        return Collections.unmodifiableSet(servers);
    }

    // ---- requests ----

    /** Reads {@code count} blocks of the volume. */
    public void read(long first, int count, Reply<Payload> reply) {
        List<Layout.Piece> pieces = layout.cut(first, count, RECORD_BLOCKS);
        if (pieces.size() == 1) {
            extent(pieces.getFirst()).read(pieces.getFirst().range(), reply);
            return;
        }
        byte[] bytes = new byte[count << Blocks.SHIFT];
        int[] checksums = new int[count];
        Together<Payload> all = new Together<>(pieces.size(), new Payload(bytes, checksums), reply);
        for (Layout.Piece piece : pieces) {
            Reply<Done> part = all.part();
            extent(piece)
                    .read(
                            piece.range(),
                            new Reply<>() {
                                @Override
                                public void done(Payload got) {
                                    int at = (int) piece.at();
                                    System.arraycopy(
                                            got.bytes(),
                                            0,
                                            bytes,
                                            at << Blocks.SHIFT,
                                            got.bytes().length);
                                    System.arraycopy(
                                            got.checksums(), 0, checksums, at, got.blocks());
                                    part.done(Done.DONE);
                                }

                                @Override
                                public void failed(ErrorCode code, String message) {
                                    part.failed(code, message);
                                }
                            });
        }
    }

    /** Writes whole blocks of the volume. */
    public void write(long first, Payload payload, boolean fua, Reply<Done> reply) {
        List<Layout.Piece> pieces = layout.cut(first, payload.blocks(), RECORD_BLOCKS);
        Together<Done> all =
                new Together<>(pieces.size(), Done.DONE, fua ? thenFlush(pieces, reply) : reply);
        for (Layout.Piece piece : pieces) {
            Payload part = payload.slice((int) piece.at(), piece.range().count());
            extent(piece).write(new Change.Data(piece.range(), part), all.part());
        }
    }

    /** Zeros whole blocks of the volume. */
    public void zero(long first, long count, boolean trim, boolean fua, Reply<Done> reply) {
        List<Layout.Piece> pieces = layout.cut(first, count, ZERO_BLOCKS);
        Together<Done> all =
                new Together<>(pieces.size(), Done.DONE, fua ? thenFlush(pieces, reply) : reply);
        for (Layout.Piece piece : pieces) {
            extent(piece).write(new Change.Zero(piece.range(), trim), all.part());
        }
    }

    /** The kinds of {@code count} blocks of the volume, as {@code PageImage} names them. */
    public void survey(long first, int count, Reply<byte[]> reply) {
        List<Layout.Piece> pieces = layout.cut(first, count, ZERO_BLOCKS);
        byte[] kinds = new byte[count];
        Together<byte[]> all = new Together<>(pieces.size(), kinds, reply);
        for (Layout.Piece piece : pieces) {
            Reply<Done> part = all.part();
            extent(piece)
                    .survey(
                            piece.range(),
                            new Reply<>() {
                                @Override
                                public void done(byte[] got) {
                                    System.arraycopy(got, 0, kinds, (int) piece.at(), got.length);
                                    part.done(Done.DONE);
                                }

                                @Override
                                public void failed(ErrorCode code, String message) {
                                    part.failed(code, message);
                                }
                            });
        }
    }

    /** A client attaches to the served volume; its flushes name the connection. */
    public Connection connect() {
        return losses.connect();
    }

    /**
     * Waits for every extent (P4, H18). A connection's first flush after writes were lost, with the
     * power of all mirrors or by an override, fails: whoever relied on them is told (P5).
     */
    public void flush(Connection connection, Reply<Done> reply) {
        Together<Done> all =
                new Together<>(
                        extents.size(),
                        Done.DONE,
                        new Reply<>() {
                            @Override
                            public void done(Done done) {
                                if (losses.tell(connection)) {
                                    failed(
                                            ErrorCode.LOST_UNFLUSHED,
                                            "writes were lost, with the power of every mirror or by"
                                                    + " an operator's override");
                                } else {
                                    reply.done(done);
                                }
                            }

                            @Override
                            public void failed(ErrorCode code, String message) {
                                reply.failed(code, message);
                            }
                        });
        extents.forEach(extent -> extent.flush(all.part()));
    }

    private Reply<Done> thenFlush(List<Layout.Piece> pieces, Reply<Done> reply) {
        return new Reply<>() {
            @Override
            public void done(Done written) {
                Set<ExtentCoordinator> touched = new LinkedHashSet<>();
                pieces.forEach(piece -> touched.add(extent(piece)));
                Together<Done> all = new Together<>(touched.size(), Done.DONE, reply);
                touched.forEach(extent -> extent.flush(all.part()));
            }

            @Override
            public void failed(ErrorCode code, String message) {
                reply.failed(code, message);
            }
        };
    }

    private ExtentCoordinator extent(Layout.Piece piece) {
        return extents.get(piece.extent());
    }

    // ---- what arrives ----

    /** The link to a server came up or went down; the own server counts as one that is up. */
    public void link(ServerId server, boolean up) {
        if (up) {
            linked.add(server);
        } else {
            linked.remove(server);
        }
        extents.forEach(extent -> extent.link(server, up));
    }

    /** A reply of a mirror. */
    public void received(FromMirror message) {
        ExtentCoordinator extent = byMirror.get(message.mirror());
        if (extent != null) {
            extent.received(message);
            serveIfReady();
        }
    }

    /**
     * The rows as they were read now: mirrors may have been planned that have to be copied to, and
     * others that are to go. Ignored if they were read under an earlier epoch.
     */
    public void replanned(VolumeView view) {
        long leased = view.volume().lease().epoch();
        if (leased > epoch) {
            // Whoever has that lease may wait to be needed: the mirrors would never move.
            resign("the lease is under epoch " + leased);
        }
        if (leased == epoch && view.volume().sizeBytes() != sizeBytes) {
            // Mirrors take another size with the fence of an epoch, and with nothing else.
            resign("the volume has grown to " + new ByteSize(view.volume().sizeBytes()));
        }
        if (resigned || leased != epoch) {
            return;
        }
        for (ExtentRow row : view.extents()) {
            ExtentCoordinator extent = byExtent.get(row.id());
            if (extent != null && !resigned) {
                List<Peer> found = new ArrayList<>();
                for (MirrorId mirror : row.mirrors()) {
                    if (!extent.knows(mirror)) {
                        found.add(peer(view, mirror));
                        byMirror.put(mirror, extent);
                    }
                }
                extent.replanned(row, found);
            }
        }
    }

    /**
     * Whether mirrors are about to come or go, or are missing, so that {@link #replanned} should be
     * called.
     */
    public boolean unsettled() {
        return extents.stream().anyMatch(ExtentCoordinator::unsettled);
    }

    /** The metadata group answered a proposal. */
    public void changed(Command.MemberChange change, Answer.MemberResult result) {
        ExtentCoordinator extent = byExtent.get(change.extent());
        if (extent != null) {
            extent.changed(change, result);
            serveIfReady();
        }
    }

    /** Time has passed; to be called every 25 ms or so. */
    public void tick() {
        extents.forEach(ExtentCoordinator::tick);
        if (serving && !resigned) {
            losses.tick(rows(), epoch);
        }
    }

    private List<ExtentRow> rows() {
        return extents.stream().map(ExtentCoordinator::row).toList();
    }

    private void serveIfReady() {
        if (!serving && !resigned && extents.stream().allMatch(ExtentCoordinator::active)) {
            serving = true;
            losses.begin(rows());
            port.serving();
        }
    }

    /** Steps down with all its extents. Callable at any time, once effective. */
    public void resign(String why) {
        if (!resigned) {
            resigned = true;
            extents.forEach(extent -> extent.stepDown(why));
            port.resigned(why);
        }
    }

    /** An extent that steps down takes the volume with it. */
    private record OnceResigned(CoordinatorPort to, Consumer<String> resign)
            implements CoordinatorPort {

        @Override
        public long now() {
            return to.now();
        }

        @Override
        public void send(ServerId server, ToMirror message) {
            to.send(server, message);
        }

        @Override
        public void propose(Command.MemberChange change) {
            to.propose(change);
        }

        @Override
        public void serving() {
            to.serving();
        }

        @Override
        public void resigned(String why) {
            resign.accept(why);
        }

        @Override
        public void noted(Note note) {
            to.noted(note);
        }
    }

    /** Whether no request is under way. */
    public boolean quiet() {
        return extents.stream().allMatch(ExtentCoordinator::quiet);
    }

    /** Whether a mirror is being brought back. */
    public boolean resyncing() {
        return extents.stream().anyMatch(ExtentCoordinator::resyncing);
    }

    /**
     * How one extent stands, for status displays and checkers.
     *
     * @param row as last known
     * @param active whether it serves
     * @param required those without whom nothing is acknowledged
     * @param promised whether every one of them holds its promise now
     * @param committed every change up to this seq is on all of them
     */
    public record ExtentStatus(
            ExtentRow row,
            boolean active,
            List<MirrorId> required,
            boolean promised,
            long committed) {}

    /** How every extent stands. */
    public List<ExtentStatus> status() {
        return extents.stream().map(ExtentCoordinator::status).toList();
    }
}

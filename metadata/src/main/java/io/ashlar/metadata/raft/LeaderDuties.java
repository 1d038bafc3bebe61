package io.ashlar.metadata.raft;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.StorageException;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.catalog.GroupState;
import io.ashlar.metadata.catalog.Handovers;
import io.ashlar.metadata.catalog.Repairs;
import io.ashlar.metadata.catalog.Sessions;
import io.ashlar.metadata.catalog.TablesView;
import io.ashlar.metadata.codec.CommandCodec;
import io.ashlar.metadata.store.LiveTables;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a leader does of its own: forms the cluster once, says through the log whose session ended
 * or began again, and plans where mirrors are to be. A thread of its own looks four times a session
 * term; on a peer that does not lead it only watches that Ratis is alive, who is gone, and for
 * peers that return while nobody leads.
 */
final class LeaderDuties implements Leadership, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderDuties.class);

    private static final long REUNION_MILLIS = 250;

    private final PeerConfig config;
    private final Halt halt;
    private final Sessions sessions;
    private final Handovers handovers = new Handovers();
    private final Repairs repairs = new Repairs();
    private final ClientId self = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();
    private final ScheduledExecutorService ticker;
    private final Reunion reunion;
    private volatile Optional<RaftServer> server = Optional.empty();
    private Optional<LiveTables> tables = Optional.empty();
    private long ledTerm = -1;

    LeaderDuties(PeerConfig config, Halt halt) {
        this.config = config;
        this.halt = halt;
        this.sessions = new Sessions(config.sessionTerm());
        this.ticker =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name(config.id() + "-duties").daemon().factory());
        this.reunion =
                new Reunion(
                        config.peers().stream()
                                .map(PeerAddress::address)
                                .filter(address -> !address.equals(config.self().address()))
                                .toList(),
                        this::led,
                        Reunion::listens,
                        this::reconnect);
    }

    /** Begins to look; the server is running. */
    void start(RaftServer running, LiveTables live) {
        synchronized (this) {
            tables = Optional.of(live);
        }
        server = Optional.of(running);
        long every = config.sessionTerm().toNanos() / 4;
        var _ = ticker.scheduleWithFixedDelay(this::tick, 0, every, TimeUnit.NANOSECONDS);
        var _ =
                ticker.scheduleWithFixedDelay(
                        this::reunite, 0, REUNION_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void reunite() {
        try {
            reunion.look();
        } catch (RuntimeException e) {
            LOG.error("{}: looking for the other peers failed", config.id(), e);
        }
    }

    private boolean led() {
        return division().filter(d -> d.getLeaderId() != null).isPresent();
    }

    private void reconnect(HostPort other) {
        server.orElseThrow()
                .getServerRpc()
                .handleException(Group.peerId(other), new IOException("was away"), true);
    }

    /** Empty before the start, and when Ratis has given the group up. */
    private Optional<DivisionInfo> division() {
        return server.flatMap(s -> {
            try {
                return Optional.of(s.getDivision(Group.ID).getInfo());
            } catch (IOException e) {
                LOG.debug("{}: no group", config.id(), e);
                return Optional.empty();
            }
        });
    }

    @Override
    public boolean leads() {
        return division().filter(DivisionInfo::isLeaderReady).isPresent();
    }

    @Override
    public void begin() {
        try {
            ticker.execute(this::tick);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing, so leading no more", e);
        }
    }

    @Override
    public synchronized void heard(ServerId from, long nonce) {
        sessions.touch(from, nonce, System.nanoTime());
    }

    @Override
    public void wanted(Answer.Handover handover) {
        synchronized (handovers) { // the caller may have the tables' lock, which comes after ours
            handovers.want(handover, System.nanoTime());
        }
    }

    @Override
    public List<Answer.Handover> handovers(TablesView view, ServerId holder) {
        synchronized (handovers) {
            return handovers.of(view, holder, System.nanoTime());
        }
    }

    @Override
    public GroupState group(long appliedIndex) {
        String leader =
                division()
                        .flatMap(d -> Optional.ofNullable(d.getLeaderId()))
                        .map(raftId ->
                                config.peers().stream()
                                        .filter(p -> Group.peerId(p.address()).equals(raftId))
                                        .findFirst()
                                        .map(PeerAddress::id)
                                        .orElse(raftId.toString()))
                        .orElse("");
        return new GroupState(
                config.peers().stream().map(PeerAddress::toString).toList(),
                leader,
                appliedIndex,
                config.sessionTerm());
    }

    private void tick() {
        try {
            checkAlive();
            for (Command command : due()) {
                propose(command);
            }
        } catch (StorageException e) {
            LOG.warn("{}: {}", config.id(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{}: a look at the sessions failed", config.id(), e);
        }
    }

    /** After a pause of a minute Ratis closes the server for good and lets the process live on. */
    private void checkAlive() {
        RaftServer running = server.orElseThrow();
        boolean alive =
                !running.getLifeCycleState().isClosingOrClosed()
                        && division().filter(DivisionInfo::isAlive).isPresent();
        if (!alive && !ticker.isShutdown()) {
            halt.now(
                    "metadata peer " + config.id() + " was closed by Ratis",
                    new IllegalStateException("state " + running.getLifeCycleState()));
        }
    }

    private synchronized List<Command> due() {
        if (!leads()) {
            return tables.orElseThrow().read(this::watch);
        }
        long term = division().orElseThrow().getCurrentTerm();
        if (term != ledTerm) {
            ledTerm = term;
            sessions.restart();
            repairs.restart();
        }
        return tables.orElseThrow().read(this::due);
    }

    private List<Command> watch(TablesView view) {
        repairs.watch(view, System.nanoTime());
        return List.of();
    }

    private List<Command> due(TablesView view) {
        if (view.cluster().id().isEmpty()) {
            return List.of(new Command.FormCluster(new ClusterId(UUID.randomUUID())));
        }
        long now = System.nanoTime();
        List<Command> due = new ArrayList<>(sessions.due(view, now));
        due.addAll(repairs.due(view, now));
        return due;
    }

    private void propose(Command command) {
        RaftServer running = server.orElseThrow();
        RaftClientRequest request =
                RaftClientRequest.newBuilder()
                        .setClientId(self)
                        .setServerId(running.getId())
                        .setGroupId(Group.ID)
                        .setCallId(calls.incrementAndGet())
                        .setMessage(
                                Message.valueOf(
                                        UnsafeByteOperations.unsafeWrap(
                                                CommandCodec.toBytes(command))))
                        .setType(RaftClientRequest.writeRequestType())
                        .build();
        try {
            // What becomes of it shows in the tables: the next look repeats what is still due.
            var _ =
                    running.submitClientRequestAsync(request)
                            .whenComplete((reply, e) -> LOG.debug("{}: {} {}", command, reply, e));
        } catch (IOException e) {
            LOG.debug("{} was not proposed", command, e);
        }
    }

    @Override
    public void close() {
        ticker.shutdownNow();
    }
}

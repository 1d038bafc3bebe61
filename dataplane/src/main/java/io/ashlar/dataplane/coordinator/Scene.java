package io.ashlar.dataplane.coordinator;

import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.Timing;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.VolumePolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of one extent's coordinator share: the extent's row as last known, the mirrors,
 * and who is required. Holds no rule of its own.
 */
final class Scene {

    final MirrorLabel label;
    final long epoch;
    final Timing timing;
    final CoordinatorPort port;
    final VolumePolicy policy;

    private final Map<MirrorId, Peer> peers = new LinkedHashMap<>();
    private final Set<MirrorId> joining = new LinkedHashSet<>();
    private ExtentRow row;
    private List<Peer> required = List.of();
    private long nextRequest = 1;

    Scene(
            MirrorLabel label,
            long epoch,
            ExtentRow row,
            List<Peer> peers,
            VolumePolicy policy,
            Timing timing,
            CoordinatorPort port) {
        this.label = label;
        this.epoch = epoch;
        this.row = row;
        this.policy = policy;
        this.timing = timing;
        this.port = port;
        peers.forEach(peer -> this.peers.put(peer.mirror(), peer));
        updateRequired();
    }

    ExtentId extent() {
        return row.id();
    }

    ExtentRow row() {
        return row;
    }

    void row(ExtentRow next) {
        row = next;
        updateRequired();
    }

    long now() {
        return port.now();
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    /** The mirror's peer; null for a mirror that this extent does not have. */
    @Nullable Peer peer(MirrorId mirror) {
        return peers.get(mirror);
    }

    /** A mirror that was planned since. */
    void add(Peer peer) {
        peers.put(peer.mirror(), peer);
        updateRequired();
    }

    /** A mirror that the extent no longer has, and that nobody is waiting for. */
    void forget(Peer peer) {
        peers.remove(peer.mirror());
        updateRequired();
    }

    boolean has(Peer peer) {
        return row.mirrors().contains(peer.mirror());
    }

    /** Whether there are as many in-sync mirrors as there should be without those that retire. */
    boolean enoughStay() {
        return row.staying() >= policy.mirrors();
    }

    boolean retiring(Peer peer) {
        return row.retiring().contains(peer.mirror());
    }

    /** Whether the mirror is, or should become, a member: one that is to go only in need. */
    boolean wanted(Peer peer) {
        return member(peer) || (has(peer) && (!retiring(peer) || !enoughStay()));
    }

    boolean member(Peer peer) {
        return row.inSync().contains(peer.mirror());
    }

    /**
     * Those without whom nothing is acknowledged, flushed or read: the in-sync set as last known
     * and whoever is about to be added to it (H1).
     */
    List<Peer> required() {
        return required;
    }

    boolean required(Peer peer) {
        return required.contains(peer);
    }

    boolean joining(Peer peer) {
        return joining.contains(peer.mirror());
    }

    void joins(Peer peer) {
        joining.add(peer.mirror());
        updateRequired();
    }

    void joinsNot(Peer peer) {
        joining.remove(peer.mirror());
        updateRequired();
    }

    private void updateRequired() {
        List<Peer> next = new ArrayList<>();
        for (Peer peer : peers.values()) {
            if (member(peer) || joining(peer)) {
                next.add(peer);
            }
        }
        required = next;
    }

    /** Sends within the peer's session. */
    void send(Peer peer, MirrorRequest request) {
        port.send(peer.server(), new ToMirror(peer.mirror(), epoch, peer.conn(), request));
    }

    /** Begins a new session with a peer whose link is up. */
    void fence(Peer peer) {
        // A mirror that is not there may be made only where it cannot have held acknowledged data:
        // before the extent was first active, or outside the set.
        boolean mayCreate = row.history().isEmpty() || !member(peer);
        peer.fencing(now());
        send(peer, new MirrorRequest.Fence(peer.device(), label, mayCreate));
    }

    /** A number that is unique among this coordinator's requests. */
    long nextRequest() {
        return nextRequest++;
    }

    Roster roster() {
        return new Roster(row.setVersion(), row.inSync(), row.history());
    }
}

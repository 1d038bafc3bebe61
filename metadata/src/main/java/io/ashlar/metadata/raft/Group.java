package io.ashlar.metadata.raft;

import io.ashlar.common.config.HostPort;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * What Raft calls the group and its peers. Both follow from addresses alone, because addresses are
 * all that a client is given: the group has one id in every cluster (the cluster's own id keeps
 * clusters apart) and a peer's Raft id is its address.
 */
final class Group {

    static final RaftGroupId ID =
            RaftGroupId.valueOf(UUID.fromString("6173686c-6172-4d65-9461-646174610001"));

    private Group() {}

    /** No character in it has a meaning in metric and JMX names. */
    static RaftPeerId peerId(HostPort address) {
        return RaftPeerId.valueOf(address.toString().replaceAll("[^A-Za-z0-9]", "_"));
    }

    static RaftGroup of(List<HostPort> addresses) {
        return RaftGroup.valueOf(
                ID,
                addresses.stream()
                        .map(a ->
                                RaftPeer.newBuilder()
                                        .setId(peerId(a))
                                        .setAddress(a.toString())
                                        .build())
                        .toList());
    }
}

package io.ashlar.dataplane.server;

import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.shard.Placements;
import io.ashlar.dataplane.shard.Shard;
import io.ashlar.dataplane.store.log.LogStore;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeRow;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chores of a storage server. */
final class Upkeep {

    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final ServerId self;
    private final MetadataClient client;
    private final List<Shard> shards;
    private final Placements placements;
    private final AddressBook addresses;
    private final List<LogStore> devices;
    private final Set<DeviceId> reported = new HashSet<>();

    Upkeep(
            ServerId self,
            MetadataClient client,
            List<Shard> shards,
            Placements placements,
            AddressBook addresses,
            List<LogStore> devices) {
        this.self = self;
        this.client = client;
        this.shards = shards;
        this.placements = placements;
        this.addresses = addresses;
        this.devices = devices;
    }

    /**
     * Says of a device that failed that it has, so that it is shown and nothing is placed on it.
     */
    void reportFailedDevices() {
        for (LogStore store : devices) {
            if (store.failure().isPresent() && !reported.contains(store.device())) {
                Answer answer = client.submit(new Command.ReportDevice(self, store.device(), true));
                if (answer instanceof Answer.Done) {
                    LOG.error("{}; its mirrors are copied elsewhere", store.failure().get());
                    reported.add(store.device());
                }
            }
        }
    }

    /** Learns where the other servers are. */
    void readAddresses() {
        if (client.ask(new Query.ListServers()) instanceof Answer.Servers found) {
            addresses.update(found.servers());
        }
    }

    /** Takes over volumes that nobody coordinates, so that their mirrors come back. */
    void careForNeglected() {
        if (client.ask(new Query.ListNeglected(self)) instanceof Answer.Volumes found) {
            for (VolumeRow volume : found.volumes()) {
                if (client.ask(new Query.ReadVolume(volume.id())) instanceof Answer.Volume shown) {
                    Shard shard = placements.of(volume.id());
                    shard.execute(() -> shard.volume(shown.view()).care());
                }
            }
        }
    }

    /** Tells coordinators of what was planned, or decided by an operator, since they began. */
    void followPlans() {
        Set<VolumeId> unsettled = new LinkedHashSet<>();
        for (Shard shard : shards) {
            unsettled.addAll(shard.loop().submit(shard::unsettled).syncUninterruptibly().getNow());
        }
        if (client.ask(new Query.ListReplanned(self)) instanceof Answer.Volumes found) {
            found.volumes().forEach(volume -> unsettled.add(volume.id()));
        }
        for (VolumeId id : unsettled) {
            if (client.ask(new Query.ReadVolume(id)) instanceof Answer.Volume shown) {
                Shard shard = placements.of(id);
                shard.execute(() -> shard.volume(shown.view()).replanned(shown.view()));
            }
        }
    }

    /**
     * Drops the mirrors of volumes that are no more, and those that were made anew elsewhere: what
     * the tables have placed here before and place no longer. What is newer than the tables is left
     * alone: they may be an old copy.
     */
    void dropUnplaced() {
        if (!(client.ask(new Query.ListMirrors(self)) instanceof Answer.MirrorsOn placed)) {
            return;
        }
        Set<MirrorId> keep = new HashSet<>(placed.mirrors());
        for (Shard shard : shards) {
            shard.execute(() -> {
                for (MirrorId mirror : shard.mirrors().existing()) {
                    if (!keep.contains(mirror) && mirror.value() < placed.nextMirrorId()) {
                        LOG.info("dropping mirror {}: it is not placed here any more", mirror);
                        shard.mirrors().drop(mirror);
                        placements.forget(mirror);
                    }
                }
            });
        }
    }
}

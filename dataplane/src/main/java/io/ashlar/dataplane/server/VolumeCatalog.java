package io.ashlar.dataplane.server;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.error.StorageException;
import io.ashlar.dataplane.shard.Placements;
import io.ashlar.dataplane.shard.Shard;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.ashlar.dataplane.volume.VolumeDirectory;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.MetadataClient;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The cluster's volumes as the front end sees them. A volume that is served or reached from here
 * already is attached without asking the metadata group (P9). Thread-safe.
 */
final class VolumeCatalog implements VolumeDirectory {

    private final MetadataClient client;
    private final Placements placements;
    private final Map<String, VolumeView> attachedBefore = new ConcurrentHashMap<>();

    VolumeCatalog(MetadataClient client, Placements placements) {
        this.client = client;
        this.placements = placements;
    }

    @Override
    public void list(Reply<List<ExportInfo>> reply) {
        ask(
                new Query.ListVolumes(),
                reply,
                answer -> {
                    if (answer instanceof Answer.Volumes found) {
                        reply.done(found.volumes().stream().map(VolumeCatalog::export).toList());
                    } else {
                        refuse(reply, answer);
                    }
                });
    }

    @Override
    public void find(String name, Reply<ExportInfo> reply) {
        withView(name, reply, view -> reply.done(export(view.volume())));
    }

    private static ExportInfo export(VolumeRow volume) {
        return new ExportInfo(volume.name(), volume.sizeBytes(), Optional.of(volume.id()));
    }

    @Override
    public void attach(String name, Reply<AttachedVolume> reply) {
        VolumeView before = attachedBefore.get(name);
        if (before == null) {
            attachAnew(name, reply);
            return;
        }
        Shard shard = placements.of(before.volume().id());
        shard.execute(() -> {
            if (shard.reaches(before.volume().id())) {
                shard.attach(before, reply);
            } else {
                attachAnew(name, reply);
            }
        });
    }

    private void attachAnew(String name, Reply<AttachedVolume> reply) {
        withView(
                name,
                reply,
                view -> {
                    attachedBefore.put(name, view);
                    Shard shard = placements.of(view.volume().id());
                    shard.execute(() -> shard.attach(view, reply));
                });
    }

    private void withView(String name, Reply<?> reply, Consumer<VolumeView> use) {
        ask(
                new Query.ShowVolume(name),
                reply,
                answer -> {
                    if (answer instanceof Answer.Volume found) {
                        use.accept(found.view());
                    } else {
                        attachedBefore.remove(name);
                        refuse(reply, answer);
                    }
                });
    }

    private void ask(Query query, Reply<?> reply, Consumer<Answer> use) {
        Thread.startVirtualThread(() -> {
            Answer answer;
            try {
                answer = client.ask(query);
            } catch (StorageException e) {
                reply.failed(e.code(), String.valueOf(e.getMessage()));
                return;
            }
            use.accept(answer);
        });
    }

    private static void refuse(Reply<?> reply, Answer answer) {
        if (answer instanceof Answer.Rejected rejected) {
            reply.failed(rejected.code(), rejected.message());
        } else {
            reply.failed(ErrorCode.UNAVAILABLE, "the metadata group answered " + answer);
        }
    }
}

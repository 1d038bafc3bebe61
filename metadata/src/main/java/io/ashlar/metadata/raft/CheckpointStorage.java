package io.ashlar.metadata.raft;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Where snapshots are: {@code checkpoints/TERM_INDEX/}, each a RocksDB checkpoint. Ratis sends a
 * snapshot to a peer file by file and then replaces that peer's whole directory {@code checkpoints}
 * by what it received, so the live tables are elsewhere. Which snapshot is the newest is asked for
 * with every append: it is remembered, not looked up.
 */
final class CheckpointStorage implements StateMachineStorage {

    /** More than one: a leader may still be sending an old one, and nobody counts references. */
    static final int RETAINED = 3;

    private static final Pattern NAME = Pattern.compile("(\\d+)_(\\d+)");

    private Path root = Path.of("");
    private volatile Optional<Checkpoint> newest = Optional.empty();

    /** A checkpoint that is complete. */
    record Checkpoint(TermIndex entry, Path directory, SnapshotInfo info) {}

    @Override
    public void init(RaftStorage storage) throws IOException {
        root = storage.getStorageDir().getRoot().toPath();
        Files.createDirectories(checkpoints());
        for (Path left : list(checkpoints())) {
            if (!NAME.matcher(left.getFileName().toString()).matches()) {
                delete(left);
            }
        }
        reload();
    }

    private Path checkpoints() {
        return root.resolve("checkpoints");
    }

    /** Looks up the newest snapshot after the directory was replaced. */
    void reload() throws IOException {
        List<Checkpoint> all = all();
        newest = all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    Optional<Checkpoint> newest() {
        return newest;
    }

    /** Where to make a checkpoint that {@link #complete} then publishes. */
    Path begin(TermIndex entry) throws IOException {
        Path next = checkpoints().resolve(name(entry) + ".next");
        delete(next);
        return next;
    }

    /** Publishes a checkpoint: from here on it is the newest snapshot. */
    void complete(TermIndex entry, Path next) throws IOException {
        Path target = checkpoints().resolve(name(entry));
        if (Files.exists(target)) {
            delete(next);
        } else {
            Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
        }
        newest = Optional.of(checkpoint(entry, target));
    }

    private static String name(TermIndex entry) {
        return entry.getTerm() + "_" + entry.getIndex();
    }

    private List<Checkpoint> all() throws IOException {
        List<Checkpoint> all = new ArrayList<>();
        for (Path directory : list(checkpoints())) {
            Matcher m = NAME.matcher(directory.getFileName().toString());
            if (m.matches()) {
                TermIndex entry =
                        TermIndex.valueOf(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)));
                all.add(checkpoint(entry, directory));
            }
        }
        all.sort(Comparator.comparing(Checkpoint::entry));
        return all;
    }

    private static Checkpoint checkpoint(TermIndex entry, Path directory) throws IOException {
        List<FileInfo> files = new ArrayList<>();
        for (Path file : list(directory)) {
            if (!file.getFileName().toString().endsWith(".md5")) {
                files.add(fileInfo(file));
            }
        }
        return new Checkpoint(entry, directory, new FileListSnapshotInfo(files, entry));
    }

    // Ratis computes the digest where it is null.
    @NullUnmarked
    private static FileInfo fileInfo(Path file) {
        return new FileInfo(file, null);
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return newest.map(Checkpoint::info).orElse(null);
    }

    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) throws IOException {
        List<Checkpoint> all = all();
        for (Checkpoint old : all.subList(0, Math.max(0, all.size() - RETAINED))) {
            delete(old.directory());
        }
    }

    @Override
    public void format() {}

    @Override
    public File getSnapshotDir() {
        return checkpoints().toFile();
    }

    @Override
    public File getTmpDir() {
        return root.resolve("tmp").toFile();
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

package io.ashlar.dataplane.store.log;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.config.ByteSize;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Measures one device in DIRECTORY, driven by {@code ops/bench/store}. In mode {@code workloads}
 * each line of its input is a workload and its seconds, each line of its output what came of it, as
 * JSON.
 */
final class StoreBench {

    private static final int BLOCKS = 1 << 19; // 2 GiB
    private static final ByteSize CAPACITY = ByteSize.parse("4GiB");
    private static final int POOL = 64;
    private static final int LARGE = 256;
    private static final int INTERVAL = 5;
    private static final long NO_LIMIT = Long.MAX_VALUE;
    private static final int MAX_SAMPLES = 1 << 20;

    private final LogStore store;
    private final Payload[] small = new Payload[POOL];
    private final Payload large = Samples.payload(1, LARGE);
    private final Random random = new Random(1);
    private final int[] micros = new int[MAX_SAMPLES];
    private int blocks = BLOCKS;
    private long operations;
    private long seq;
    private long next;

    private StoreBench(LogStore store) {
        this.store = store;
        for (int i = 0; i < POOL; i++) {
            small[i] = Samples.payload(i, 1);
        }
    }

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        DeviceFormat.format(directory, Samples.DEVICE, Samples.CLUSTER, CAPACITY);
        switch (args[1]) {
            case "workloads" -> workloads(directory);
            case "steady" ->
                    steady(directory, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            case "recovery" -> recovery(directory);
            case "scrub" -> scrub(directory);
            default -> throw new IllegalArgumentException("no mode " + args[1]);
        }
    }

    /** Uniform random overwrites of a device so full: a line an interval. */
    private static void steady(Path directory, int percentFull, int seconds) {
        try (LogStore store = LogStore.open(directory, Samples.CLUSTER)) {
            StoreBench bench = new StoreBench(store);
            bench.done(new StoreRequest.Create(Samples.label(5, 1L << 20)));
            bench.blocks = (int) ((store.roomBytes() >> Blocks.SHIFT) / 100 * percentFull);
            bench.measure(NO_LIMIT, Math.ceilDiv(bench.blocks, LARGE), 8, false, bench::write);
            for (int at = 0; at < seconds; at += INTERVAL) {
                long before = store.logBytes();
                String line = bench.measure(INTERVAL, NO_LIMIT, 32, false, bench::overwrite);
                double amplification =
                        (double) (store.logBytes() - before) / bench.operations / Blocks.SIZE;
                System.out.printf(
                        Locale.ROOT,
                        "{\"percentFull\": %d, \"second\": %d, \"writeAmplification\": %.2f, %s%n",
                        percentFull,
                        at + INTERVAL,
                        amplification,
                        line.substring(1));
            }
        }
    }

    /** 100 GiB mapped (allocated zeros), then changes all over it, and the time to open that. */
    private static void recovery(Path directory) {
        int blocks = 100 << 18;
        try (LogStore store = LogStore.open(directory, Samples.CLUSTER)) {
            StoreBench bench = new StoreBench(store);
            bench.done(new StoreRequest.Create(Samples.label(5, blocks)));
            bench.blocks = blocks;
            bench.measure(NO_LIMIT, blocks / LARGE, 64, false, bench::zero);
            bench.measure(NO_LIMIT, 100_000, 64, false, bench::overwrite);
        }
        long cpu = cpuNanos();
        long start = System.nanoTime();
        LogStore store = LogStore.open(directory, Samples.CLUSTER);
        long opened = System.nanoTime();
        long opening = cpuNanos() - cpu;
        store.close();
        System.out.printf(
                Locale.ROOT,
                "{\"mappedGiB\": 100, \"openMillis\": %d, \"openCpuMillis\": %d,"
                        + " \"mapMemoryMiB\": %d, \"heapMiB\": %d}%n",
                (opened - start) / 1_000_000,
                opening / 1_000_000,
                LogOptions.DEFAULT.mapPages() >> 8,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    /** Verifies 512 MiB page by page, first as written in order, then as written at random. */
    private static void scrub(Path directory) {
        try (LogStore store = LogStore.open(directory, Samples.CLUSTER)) {
            StoreBench bench = new StoreBench(store);
            bench.done(new StoreRequest.Create(Samples.label(5, BLOCKS)));
            bench.blocks = BLOCKS / 4;
            int pages = bench.blocks / Blocks.PER_PAGE;
            bench.measure(NO_LIMIT, pages, 8, false, bench::write);
            bench.scrubbed("in order", pages);
            bench.measure(NO_LIMIT, 4L * bench.blocks, 32, false, bench::overwrite);
            bench.scrubbed("at random", pages);
        }
    }

    private void scrubbed(String written, int pages) {
        done(new StoreRequest.Sync());
        next = 0;
        System.out.printf(
                "{\"written\": \"%s\", \"operation\": \"verify 1 MiB\", %s%n",
                written, measure(NO_LIMIT, pages, 1, false, this::verify).substring(1));
    }

    private StoreRequest verify() {
        return new StoreRequest.Verify((int) next++);
    }

    private void done(StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(Samples.M1, request, answer::complete);
        if (!(answer.join() instanceof StoreAnswer.Done)) {
            throw new IllegalStateException(answer.join().toString());
        }
    }

    private static void workloads(Path directory) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (LogStore store = LogStore.open(directory, Samples.CLUSTER)) {
            StoreBench bench = new StoreBench(store);
            bench.done(new StoreRequest.Create(Samples.label(5, BLOCKS)));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ", -1);
                System.out.println(bench.run(words[0], Double.parseDouble(words[1])));
            }
        }
    }

    private String run(String workload, double seconds) {
        return switch (workload) {
            // Every segment is written once: from then on the log runs in recycled ones.
            case "fill" -> measure(seconds, (2 * CAPACITY.bytes()) >> 20, 8, false, this::write);
            case "append-1" -> measure(seconds, NO_LIMIT, 1, true, this::overwrite);
            case "append-32" -> measure(seconds, NO_LIMIT, 32, true, this::overwrite);
            case "write-1m" -> measure(seconds, NO_LIMIT, 8, false, this::write);
            case "read-1" -> measure(seconds, NO_LIMIT, 1, false, this::read);
            case "read-32" -> measure(seconds, NO_LIMIT, 32, false, this::read);
            default -> throw new IllegalArgumentException("no workload " + workload);
        };
    }

    private interface Requests {
        StoreRequest next();
    }

    private StoreRequest overwrite() {
        return change(random.nextInt(blocks), small[random.nextInt(POOL)]);
    }

    private StoreRequest write() {
        next = (next + LARGE) % ((long) LARGE * (blocks / LARGE));
        return change(next, large);
    }

    private StoreRequest zero() {
        next = (next + LARGE) % blocks;
        return change(new Change.Zero(Samples.range(next, LARGE), false));
    }

    private StoreRequest change(long first, Payload payload) {
        return change(new Change.Data(Samples.range(first, payload.blocks()), payload));
    }

    private StoreRequest change(Change change) {
        seq++;
        return Samples.write(1, seq, change, Math.max(0, seq - 64));
    }

    private StoreRequest read() {
        return new StoreRequest.Read(new BlockRange(random.nextInt(blocks), 1));
    }

    /** Runs for so long or so often, and says how fast and at what cost of the whole process. */
    private String measure(
            double seconds, long most, int depth, boolean durable, Requests requests) {
        Semaphore permits = new Semaphore(depth);
        AtomicInteger done = new AtomicInteger();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        long asked = 0;
        while (System.nanoTime() - start < seconds * 1e9 && asked < most) {
            permits.acquireUninterruptibly();
            asked++;
            long began = System.nanoTime();
            store.submit(
                    Samples.M1,
                    requests.next(),
                    durable ? StoreBench::check : answer -> end(answer, began, done, permits));
            if (durable) {
                store.submit(
                        Samples.M1,
                        new StoreRequest.Sync(),
                        answer -> end(answer, began, done, permits));
            }
        }
        permits.acquireUninterruptibly(depth);
        operations = done.get();
        double elapsed = (System.nanoTime() - start) / 1e9;
        int[] sorted = Arrays.copyOf(micros, Math.min(done.get(), MAX_SAMPLES));
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "{\"perSecond\": %.0f, \"cpuMicros\": %.1f, \"p50us\": %d, \"p99us\": %d}",
                done.get() / elapsed,
                (cpuNanos() - cpu) / 1e3 / done.get(),
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100]);
    }

    private void end(StoreAnswer answer, long began, AtomicInteger done, Semaphore permits) {
        check(answer);
        int index = done.getAndIncrement();
        micros[index % MAX_SAMPLES] = (int) ((System.nanoTime() - began) / 1000);
        permits.release();
    }

    private static void check(StoreAnswer answer) {
        if (answer instanceof StoreAnswer.Failed || answer instanceof StoreAnswer.Corrupt) {
            throw new IllegalStateException(answer.toString());
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}

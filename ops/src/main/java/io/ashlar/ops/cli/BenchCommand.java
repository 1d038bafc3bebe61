package io.ashlar.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeView;
import io.ashlar.ops.report.BenchReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ashlar bench}: a short standard load, made by fio over NBD. */
@Command(
        name = "bench",
        description = "Puts a short load on a volume; reads only, unless told to write.")
final class BenchCommand implements Runnable {

    private static final ImageTool FIO = new ImageTool("fio", "fio");

    /** What fio is asked for. */
    private record Asked(String name, String pattern, String size, int depth, boolean writes) {}

    private static final List<Asked> LOADS =
            List.of(
                    new Asked("4 KiB random read, depth 1", "randread", "4k", 1, false),
                    new Asked("4 KiB random read, depth 32", "randread", "4k", 32, false),
                    new Asked("1 MiB read, depth 8", "read", "1M", 8, false),
                    new Asked("4 KiB random write, depth 1", "randwrite", "4k", 1, true),
                    new Asked("4 KiB random write, depth 32", "randwrite", "4k", 32, true),
                    new Asked("1 MiB write, depth 8", "write", "1M", 8, true));

    private final Session session;
    private final PrintWriter progress;

    @Parameters(paramLabel = "VOLUME")
    private String volume = "";

    @Option(names = "--write", description = "Also writes: what the volume holds is LOST.")
    private boolean write;

    @Option(
            names = "--seconds",
            defaultValue = "3",
            paramLabel = "N",
            description = "How long each load runs (${DEFAULT-VALUE}).")
    private int seconds;

    BenchCommand(Session session, PrintWriter progress) {
        this.session = session;
        this.progress = progress;
    }

    @Override
    public void run() {
        VolumeView view = session.ask(new Query.ShowVolume(volume), Answer.Volume.class).view();
        List<ServerRow> servers =
                session.ask(new Query.ListServers(), Answer.Servers.class).servers();
        String uri = Transfer.uri(view, servers);
        List<BenchReport.Load> loads = new ArrayList<>();
        for (Asked asked : LOADS) {
            if (write || !asked.writes()) {
                progress.println(asked.name() + " for " + seconds + " s");
                progress.flush();
                loads.add(measure(uri, asked));
            }
        }
        session.print(new BenchReport(volume, uri, loads));
    }

    private BenchReport.Load measure(String uri, Asked asked) {
        JsonNode job =
                FIO.json(
                                "--name=bench",
                                "--ioengine=nbd",
                                "--thread",
                                "--uri=" + uri,
                                "--rw=" + asked.pattern(),
                                "--bs=" + asked.size(),
                                "--iodepth=" + asked.depth(),
                                "--time_based",
                                "--runtime=" + seconds,
                                "--randrepeat=0",
                                "--norandommap",
                                "--output-format=json")
                        .get("jobs")
                        .get(0);
        JsonNode side = job.get(asked.writes() ? "write" : "read");
        SortedMap<Double, Double> microseconds = new TreeMap<>();
        for (double percentile : new double[] {1, 50, 90, 99, 99.9, 99.99}) {
            JsonNode nanos =
                    side.get("clat_ns").get("percentile").get("%.6f".formatted(percentile));
            if (nanos != null) {
                microseconds.put(percentile, nanos.asDouble() / 1000);
            }
        }
        return new BenchReport.Load(
                asked.name(),
                side.get("iops").asDouble(),
                side.get("bw").asDouble() / 1024,
                microseconds);
    }
}

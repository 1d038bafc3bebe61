package io.ashlar.ops.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ashlar.common.config.HostPort;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command.AcquireLease;
import io.ashlar.metadata.api.Command.ChangeMembers;
import io.ashlar.metadata.api.Command.ExpireServer;
import io.ashlar.metadata.api.Command.OfferedDevice;
import io.ashlar.metadata.api.Command.RegisterServer;
import io.ashlar.metadata.api.Command.RemoveMember;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.catalog.Catalog;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.VolumeView;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command line over a metadata group of one in memory. */
class CliTest {

    private static final long GIB = 1L << 30;

    private final Catalog catalog = new Catalog(new ClusterId(new UUID(1, 2)));
    private final List<List<HostPort>> connections = new ArrayList<>();
    private String out = "";
    private String err = "";

    @BeforeEach
    void threeServers() {
        for (int i = 1; i <= 3; i++) {
            Answer answer =
                    catalog.submit(
                            new RegisterServer(
                                    new ServerId("server-" + i),
                                    new UUID(3, i),
                                    i,
                                    "zone-" + i,
                                    new HostPort("127.0.0.1", 7000 + i),
                                    new HostPort("127.0.0.1", 8000 + i),
                                    List.of(
                                            new OfferedDevice(
                                                    new DeviceId(new UUID(4, i)),
                                                    "/disk" + i,
                                                    100 * GIB))));
            assertTrue(answer instanceof Answer.Registered, answer.toString());
        }
    }

    private int run(Map<String, String> environment, String... args) {
        StringWriter printed = new StringWriter();
        StringWriter complained = new StringWriter();
        int code =
                Ashlar.commandLine(
                                (group, tls) -> {
                                    connections.add(group);
                                    return catalog;
                                },
                                environment,
                                new PrintWriter(printed, true),
                                new PrintWriter(complained, true))
                        .execute(args);
        out = printed.toString();
        err = complained.toString();
        return code;
    }

    private int run(String... args) {
        return run(Map.of(Ashlar.GROUP_VARIABLE, "127.0.0.1:6001"), args);
    }

    private JsonNode json(String... args) throws Exception {
        assertEquals(0, run(args), () -> err);
        return new ObjectMapper().readTree(out);
    }

    @Test
    void createsAVolumeAndShowsItsTablesAsJson() throws Exception {
        run("volume", "create", "demo", "--size", "2GiB", "--mirrors", "3");

        JsonNode shown = json("volume", "show", "demo", "-o", "json");

        assertEquals("demo", shown.get("name").asText());
        assertEquals(2 * GIB, shown.get("size").asLong());
        assertTrue(shown.get("coordinator").isNull());
        assertEquals(0, shown.get("epoch").asLong());
        assertEquals(
                List.of("server-1", "server-2", "server-3"),
                shown.findValuesAsText("server").stream().sorted().toList());
        for (JsonNode mirror : shown.get("mirrors")) {
            assertTrue(mirror.get("inSync").asBoolean());
            assertFalse(mirror.get("device").asText().isEmpty());
        }
        assertEquals(3, shown.get("extents").get(0).get("inSync").size());
        assertEquals("nbd://127.0.0.1:8001/demo", shown.get("uris").get(0).asText());
    }

    @Test
    void showsTheThreeTablesAsText() {
        run("volume", "create", "demo", "--size", "20GiB", "--mirrors", "2");

        assertEquals(0, run("volume", "show", "demo"), () -> err);

        List<String> lines = out.lines().toList();
        assertTrue(
                lines.contains("demo  1   20GiB  2        16GiB  1            -            0"),
                out);
        assertTrue(lines.contains("2       1      3,4      3,4      1        -"), out);
        assertEquals(4, lines.stream().filter(line -> line.endsWith("  yes")).count(), out);
        assertTrue(lines.contains("nbd://127.0.0.1:8002/demo"), out);
    }

    @Test
    void listsAndDeletesVolumes() throws Exception {
        run("volume", "create", "b", "--size", "1G");
        run("volume", "create", "a", "--size", "1G");

        assertEquals(
                List.of("a", "b"), json("volume", "list", "-o", "json").findValuesAsText("name"));
        assertEquals(0, run("volume", "delete", "a"), () -> err);
        assertEquals("deleted a\n", out);
        assertEquals(List.of("b"), json("volume", "list", "-o", "json").findValuesAsText("name"));
    }

    @Test
    void listsServersWithTheirDevices() throws Exception {
        JsonNode servers = json("-o", "json", "server", "list").get("servers");

        assertEquals(3, servers.size());
        assertEquals("alive", servers.get(0).get("state").asText());
        assertEquals("/disk1", servers.get(0).get("devices").get(0).get("path").asText());
    }

    @Test
    void showsTheStatusOfTheCluster() throws Exception {
        JsonNode status = json("status", "-o", "json");

        assertEquals(3, status.get("serversAlive").asInt());
        assertEquals("catalog", status.get("leader").asText());
    }

    @Test
    void takesTheGroupFromTheOptionBeforeTheEnvironment() {
        run("--metadata", "10.0.0.1:1,10.0.0.2:2", "volume", "list");
        run("volume", "list");

        assertEquals(
                List.of(
                        List.of(new HostPort("10.0.0.1", 1), new HostPort("10.0.0.2", 2)),
                        List.of(new HostPort("127.0.0.1", 6001))),
                connections);
    }

    @Test
    void saysHowToNameTheGroupWhenNoneIsNamed() {
        assertEquals(1, run(Map.of(), "volume", "list"));
        assertEquals(
                "ashlar: no metadata group is named: add --metadata HOST:PORT,... or set"
                        + " ASHLAR_METADATA\n",
                err);
    }

    @Test
    void refusesADuplicateNameInOneLine() {
        run("volume", "create", "demo", "--size", "1GiB");

        assertEquals(1, run("volume", "create", "demo", "--size", "1GiB"));

        assertEquals(1, err.lines().count(), err);
        assertTrue(err.startsWith("ashlar: ") && err.contains("demo"), err);
        assertEquals("", out);
    }

    @Test
    void givesErrorsAsJsonWhereJsonIsAskedFor() throws Exception {
        assertEquals(1, run("volume", "show", "none", "-o", "json"));

        JsonNode error = new ObjectMapper().readTree(err).get("error");
        assertEquals("NOT_FOUND", error.get("code").asText());
        assertEquals(2, error.get("number").asInt());
        assertTrue(error.get("message").asText().contains("none"));
    }

    @Test
    void refusesSizesAndMirrorsThatCannotBe() {
        String[][] requests = {
            {"--size", "0"},
            {"--size", "1000"},
            {"--size", "8000PiB"},
            {"--size", "1GiB", "--mirrors", "4"},
            {"--size", "1GiB", "--mirrors", "0"},
            {"--size", "1GiB", "--mirrors", "9"},
            {"--size", "1GiB", "--mirrors", "2", "--min-in-sync", "3"},
        };
        for (String[] request : requests) {
            List<String> args = new ArrayList<>(List.of("volume", "create", "odd"));
            args.addAll(List.of(request));
            assertEquals(1, run(args.toArray(String[]::new)), () -> args + out);
            assertEquals(1, err.lines().count(), err);
        }
    }

    @Test
    void namesTheWrongOptionInOneLine() {
        assertEquals(2, run("volume", "create", "demo", "--size", "two"));
        assertEquals(1, err.lines().count(), err);
        assertTrue(err.contains("--size") && err.contains("'two' is not a size"), err);
        assertFalse(err.contains("io.ashlar"), err);

        assertEquals(2, run("--metadata", "nowhere", "status"));
        assertTrue(err.contains("'nowhere' is not host:port"), err);

        assertEquals(2, run("volume"));
        assertEquals(2, run("volume", "create", "demo"));
        assertEquals(2, run("volumes"));
        assertEquals(2, run());
    }

    @Test
    void overridesOnlyWithTheLossAccepted() throws Exception {
        run("volume", "create", "demo", "--size", "1GiB", "--mirrors", "2");
        VolumeView made = ((Answer.Volume) catalog.ask(new Query.ShowVolume("demo"))).view();
        ExtentRow row = made.extents().getFirst();
        ServerRow one = serverOf(made, row.mirrors().get(0));
        ServerRow other = serverOf(made, row.mirrors().get(1));
        catalog.submit(
                new AcquireLease(row.volume(), new Holder(other.id(), other.nonce()), false));
        catalog.submit(
                new ChangeMembers(List.of(new RemoveMember(row.id(), 1, 1, row.mirrors().get(1)))));
        List<String> override =
                List.of(
                        ("volume override demo --reason burnt --operator ann --mirror "
                                        + row.mirrors().get(1))
                                .split(" "));

        assertEquals(1, run(override.toArray(String[]::new)), () -> err);
        assertTrue(out.contains("Nothing was changed"), out);
        String lost = "mirror " + row.mirrors().get(0) + " on " + one.id();
        assertTrue(out.contains("Only " + lost), out);

        List<String> accepted = new ArrayList<>(override);
        accepted.add("--accept-loss");
        assertEquals(1, run(accepted.toArray(String[]::new)));
        assertTrue(err.contains("needs no override"), err);

        catalog.submit(new ExpireServer(one.id(), one.nonce()));
        assertEquals(0, run(accepted.toArray(String[]::new)), () -> err);
        assertTrue(out.contains("abandoned: " + lost), out);
        JsonNode kept =
                json("volume", "show", "demo", "-o", "json")
                        .get("extents")
                        .get(0)
                        .get("overrides")
                        .get(0);
        assertEquals("burnt", kept.get("reason").asText());
        assertEquals("ann", kept.get("operator").asText());
        assertTrue(kept.get("waits").asBoolean());
        run("volume", "show", "demo");
        assertTrue(out.contains("overrides by operators"), out);
    }

    private static ServerRow serverOf(VolumeView view, MirrorId mirror) {
        LocationRow at = Objects.requireNonNull(view.locations().get(mirror));
        return Objects.requireNonNull(view.servers().get(at.server()));
    }
}

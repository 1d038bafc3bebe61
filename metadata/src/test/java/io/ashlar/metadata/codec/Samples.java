package io.ashlar.metadata.codec;

import io.ashlar.common.config.HostPort;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import io.ashlar.metadata.api.Query;
import io.ashlar.metadata.event.Event;
import io.ashlar.metadata.event.LeaseBasis;
import io.ashlar.metadata.event.MemberEvent;
import io.ashlar.metadata.model.ClusterSettings;
import io.ashlar.metadata.model.Counters;
import io.ashlar.metadata.model.DeviceRow;
import io.ashlar.metadata.model.DeviceState;
import io.ashlar.metadata.model.EpochStart;
import io.ashlar.metadata.model.ExtentRow;
import io.ashlar.metadata.model.Holder;
import io.ashlar.metadata.model.Lease;
import io.ashlar.metadata.model.LocationRow;
import io.ashlar.metadata.model.OverrideRecord;
import io.ashlar.metadata.model.ServerRow;
import io.ashlar.metadata.model.ServerState;
import io.ashlar.metadata.model.Usage;
import io.ashlar.metadata.model.VolumePolicy;
import io.ashlar.metadata.model.VolumeRow;
import io.ashlar.metadata.model.VolumeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** At least one of everything that is encoded, with every field set to something of its own. */
final class Samples {

    private static final UUID UUID_1 = new UUID(0x0102030405060708L, 0x8910111213141516L);
    private static final ClusterId CLUSTER = new ClusterId(UUID_1);
    private static final ServerId SERVER = new ServerId("server-1");
    private static final DeviceId DEVICE = new DeviceId(new UUID(3, 4));
    private static final VolumeId VOLUME = new VolumeId(300);
    private static final ExtentId EXTENT = new ExtentId(301);
    private static final MirrorId MIRROR = new MirrorId(302);
    private static final MirrorId OTHER = new MirrorId(303);
    private static final Holder HOLDER = new Holder(SERVER, -7);
    private static final HostPort PEER = new HostPort("10.0.0.1", 7201);
    private static final HostPort NBD = new HostPort("::1", 10809);
    private static final VolumePolicy POLICY = new VolumePolicy(3, 2);

    private static final ClusterSettings SETTINGS =
            new ClusterSettings(1L << 28, Duration.ofMinutes(5));

    static final VolumeRow VOLUME_ROW =
            new VolumeRow(
                    VOLUME,
                    "db",
                    1L << 40,
                    16L << 30,
                    List.of(EXTENT),
                    POLICY,
                    new Lease(9, Optional.of(HOLDER)));
    static final ExtentRow EXTENT_ROW =
            new ExtentRow(
                    EXTENT,
                    VOLUME,
                    5,
                    List.of(MIRROR, OTHER),
                    List.of(OTHER),
                    8,
                    List.of(new EpochStart(1, 1), new EpochStart(9, 1L << 33)),
                    2,
                    0,
                    List.of(),
                    0,
                    List.of());
    private static final OverrideRecord OVERRIDE =
            new OverrideRecord(
                    10,
                    8,
                    List.of(MIRROR),
                    List.of(OTHER),
                    "ann",
                    "server-2 burnt",
                    1_795_000_000_000L);
    static final LocationRow LOCATION_ROW = new LocationRow(MIRROR, EXTENT, SERVER, DEVICE);
    static final ServerRow SERVER_ROW =
            new ServerRow(SERVER, UUID_1, "zone-a", PEER, NBD, ServerState.EXPIRED, -9, false);
    static final DeviceRow DEVICE_ROW =
            new DeviceRow(DEVICE, SERVER, "/disk/1", 1L << 41, DeviceState.FAILED);
    private static final VolumeView VIEW =
            new VolumeView(
                    VOLUME_ROW,
                    List.of(EXTENT_ROW),
                    Map.of(MIRROR, LOCATION_ROW),
                    Map.of(SERVER, SERVER_ROW));

    private static final Answer.Handover HANDOVER =
            new Answer.Handover(VOLUME, 9, SERVER, new ServerId("server-2"));

    private Samples() {}

    static List<Event> events() {
        return List.of(
                new Event.ClusterFormed(CLUSTER),
                new Event.ServerRegistered(OptionalLong.of(-8), SERVER_ROW, List.of(DEVICE_ROW)),
                new Event.ServerRegistered(OptionalLong.empty(), SERVER_ROW, List.of()),
                new Event.DeviceReported(SERVER, DEVICE, DeviceState.ONLINE),
                new Event.ServerExpired(SERVER, 12),
                new Event.ServerReturned(SERVER, 12),
                new Event.VolumeCreated(
                        UUID_1,
                        new Counters(300, 301, 302),
                        VOLUME_ROW,
                        List.of(EXTENT_ROW),
                        List.of(LOCATION_ROW)),
                new Event.VolumeDeleted(VOLUME, new Lease(9, Optional.empty())),
                new Event.LeaseGranted(VOLUME, 8, HOLDER, LeaseBasis.FREE),
                new Event.LeaseGranted(VOLUME, 8, HOLDER, LeaseBasis.EXPIRED),
                new Event.LeaseGranted(VOLUME, 8, HOLDER, LeaseBasis.REPLACED),
                new Event.LeaseGranted(VOLUME, 8, HOLDER, LeaseBasis.FORCED),
                new Event.LeaseReleased(VOLUME, HOLDER, 9),
                new Event.MembersChanged(
                        List.of(
                                new MemberEvent.Activated(
                                        EXTENT, 9, 8, List.of(MIRROR, OTHER), 77, true),
                                new MemberEvent.MemberRemoved(EXTENT, 9, 9, MIRROR),
                                new MemberEvent.MemberAdded(EXTENT, 9, 10, MIRROR))),
                new Event.MembersChanged(List.of(new MemberEvent.LossTold(EXTENT, 9, 10, 2))),
                new Event.MirrorsPlanned(
                        EXTENT,
                        6,
                        List.of(MIRROR, OTHER),
                        List.of(MIRROR),
                        new Counters(300, 301, 303),
                        List.of(LOCATION_ROW)),
                new Event.ServerDraining(SERVER, true),
                new Event.SettingsChanged(SETTINGS),
                new Event.Overridden(VOLUME, EXTENT, new Lease(9, Optional.of(HOLDER)), OVERRIDE),
                new Event.VolumeGrown(
                        VOLUME,
                        1L << 40,
                        1L << 41,
                        new Counters(300, 301, 302),
                        List.of(EXTENT_ROW),
                        List.of(LOCATION_ROW)));
    }

    static List<Command> commands() {
        return List.of(
                new Command.CreateVolume(UUID_1, "db", -1, 1L << 30, POLICY),
                new Command.DeleteVolume("db", true),
                new Command.RegisterServer(
                        SERVER,
                        UUID_1,
                        -9,
                        "zone-a",
                        PEER,
                        NBD,
                        List.of(new Command.OfferedDevice(DEVICE, "/disk/1", 1L << 41))),
                new Command.ReportDevice(SERVER, DEVICE, true),
                new Command.AcquireLease(VOLUME, HOLDER, true),
                new Command.ReleaseLease(VOLUME, HOLDER, 9),
                new Command.ChangeMembers(
                        List.of(
                                new Command.Activate(EXTENT, 9, 8, List.of(MIRROR), 77, true),
                                new Command.RemoveMember(EXTENT, 9, 9, MIRROR),
                                new Command.AddMember(EXTENT, 9, 10, MIRROR))),
                new Command.ExpireServer(SERVER, 12),
                new Command.ReturnServer(SERVER, 12),
                new Command.FormCluster(CLUSTER),
                new Command.ChangeMembers(List.of(new Command.RecordLossTold(EXTENT, 9, 10, 2))),
                new Command.DrainServer(SERVER, true),
                new Command.PlanMirrors(
                        EXTENT, 6, List.of(MIRROR, OTHER), List.of(MIRROR), Optional.of(DEVICE)),
                new Command.Configure(SETTINGS),
                new Command.OverrideInSync(
                        EXTENT, 8, MIRROR, "ann", "server-2 burnt", 1_795_000_000_000L),
                new Command.GrowVolume(VOLUME, 1L << 41));
    }

    static List<Ask> asks() {
        return List.of(
                new Ask.Of(new Query.ListVolumes()),
                new Ask.Of(new Query.ShowVolume("db")),
                new Ask.Of(new Query.ReadVolume(VOLUME)),
                new Ask.Of(new Query.ListServers()),
                new Ask.Of(new Query.ListMirrors(SERVER)),
                new Ask.Of(new Query.ShowStatus()),
                new Ask.Of(new Query.Heartbeat(SERVER, -9)),
                new Ask.Decide(new Command.DeleteVolume("db", false)),
                new Ask.Locate(),
                new Ask.Of(new Query.ListNeglected(SERVER)),
                new Ask.Of(new Query.WantHandover("db", Optional.of(SERVER))),
                new Ask.Of(new Query.WantHandover("db", Optional.empty())),
                new Ask.Of(new Query.ListReplanned(SERVER)));
    }

    static List<Reply> replies() {
        return List.of(
                new Reply.Stale(),
                new Reply.Elsewhere(),
                new Reply.Unchanged(),
                new Reply.Answered(new Answer.Done()),
                new Reply.Answered(new Answer.Rejected(ErrorCode.HELD, "held")),
                new Reply.Answered(new Answer.Registered(CLUSTER)),
                new Reply.Answered(new Answer.Volume(VIEW)),
                new Reply.Answered(new Answer.LeaseGranted(9, VIEW)),
                new Reply.Answered(
                        new Answer.MembersChanged(
                                List.of(
                                        new Answer.MemberResult(true, 9, List.of(EXTENT_ROW)),
                                        new Answer.MemberResult(false, 0, List.of())))),
                new Reply.Answered(new Answer.Volumes(List.of(VOLUME_ROW))),
                new Reply.Answered(new Answer.Volumes(List.of())),
                new Reply.Answered(
                        new Answer.Servers(List.of(SERVER_ROW), List.of(DEVICE_ROW), List.of())),
                new Reply.Answered(new Answer.Heard(true, Duration.ofMillis(2500), List.of(), 0)),
                new Reply.Answered(new Answer.MirrorsOn(List.of(MIRROR, OTHER), 304)),
                new Reply.Answered(
                        new Answer.Status(
                                CLUSTER,
                                List.of("m1@10.0.0.1:7101"),
                                "m1",
                                99,
                                1,
                                2,
                                3,
                                4,
                                0,
                                ClusterSettings.DEFAULT)),
                new Reply.Answered(HANDOVER),
                new Reply.Answered(
                        new Answer.Heard(true, Duration.ofMillis(2500), List.of(HANDOVER), 0)),
                new Reply.Answered(
                        new Answer.MembersChanged(
                                List.of(
                                        new Answer.MemberResult(
                                                true, 9, List.of(EXTENT_ROW.withLossesTold(1)))))),
                new Reply.Answered(
                        new Answer.MembersChanged(
                                List.of(
                                        new Answer.MemberResult(
                                                true,
                                                9,
                                                List.of(
                                                        EXTENT_ROW.withPlan(
                                                                List.of(MIRROR, OTHER),
                                                                List.of(OTHER),
                                                                7)))))),
                new Reply.Answered(
                        new Answer.Servers(
                                List.of(SERVER_ROW.withDraining(true)),
                                List.of(DEVICE_ROW),
                                List.of(new Usage(3, 1L << 40)))),
                new Reply.Answered(
                        new Answer.Heard(true, Duration.ofMillis(2500), List.of(), 1L << 26)),
                new Reply.Answered(
                        new Answer.Status(
                                CLUSTER,
                                List.of("m1@10.0.0.1:7101"),
                                "m1",
                                99,
                                1,
                                2,
                                3,
                                4,
                                5,
                                SETTINGS)),
                new Reply.Answered(
                        new Answer.MembersChanged(
                                List.of(
                                        new Answer.MemberResult(
                                                false,
                                                10,
                                                List.of(EXTENT_ROW.withOverride(OVERRIDE)))))),
                new Reply.Answered(
                        new Answer.Volumes(List.of(VOLUME_ROW.grown(1L << 41, List.of())))));
    }
}

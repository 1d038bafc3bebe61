package io.ashlar.dataplane.net;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.BlockSet;
import io.ashlar.common.block.Blocks;
import io.ashlar.common.block.Payload;
import io.ashlar.common.error.ErrorCode;
import io.ashlar.common.id.ClusterId;
import io.ashlar.common.id.DeviceId;
import io.ashlar.common.id.ExtentId;
import io.ashlar.common.id.MirrorId;
import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.metadata.model.EpochStart;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The values that the golden frames hold. Never changed; new kinds are added. */
final class GoldenMessages {

    private static final ClusterId CLUSTER =
            ClusterId.parse("00112233-4455-6677-8899-aabbccddeeff");

    private static final DeviceId DEVICE = DeviceId.parse("01234567-89ab-cdef-0123-456789abcdef");

    private static final VolumeId VOLUME = new VolumeId(0x0304);

    private GoldenMessages() {}

    /** A frame's content, with the version that first had it. */
    record Golden(int version, String name, Object content) {

        /** Where its bytes are. */
        String file() {
            return "v" + version + "/" + name + ".hex";
        }
    }

    /** What this version has brought. */
    static List<Golden> of(int version) {
        return switch (version) {
            case 1 ->
                    first().entrySet().stream()
                            .map(e -> new Golden(1, e.getKey(), e.getValue()))
                            .toList();
            case 2 ->
                    List.of(
                            new Golden(2, "ping", FrameType.PING),
                            new Golden(2, "pong", FrameType.PONG));
            default -> throw new IllegalArgumentException("no version " + version);
        };
    }

    private static Map<String, Object> first() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("hello", hello("s1", "s2", 0x1122334455667788L));
        all.put("welcome", hello("s2", "s1", 0x8877665544332211L));
        all.put("refusal", new Refusal(ErrorCode.WRONG_CLUSTER, "not this cluster"));
        requests().forEach(r -> all.put(name(r), new ToMirror(new MirrorId(0x0102), 3, 4, r)));
        all.put("write-trim", new ToMirror(new MirrorId(0x0102), 3, 4, trim()));
        replies().forEach(r -> all.put(name(r), new FromMirror(new MirrorId(0x0102), 3, 4, r)));
        all.put("corrupt-unasked", new FromMirror(new MirrorId(0x0102), 3, 4, unasked()));
        forwardRequests()
                .forEach(r -> all.put("forward-" + name(r), new ToHolder(VOLUME, 3, 4, r)));
        all.put("forward-write-head", new ToHolder(VOLUME, 3, 4, headOnly()));
        forwardReplies()
                .forEach(r -> all.put("forward-" + name(r), new FromHolder(VOLUME, 3, 4, r)));
        return all;
    }

    private static String name(Object message) {
        return message.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    private static Hello hello(String from, String to, long nonce) {
        Identity self = new Identity(CLUSTER, new ServerId(from), nonce);
        return new Hello(self, new ServerId(to), 1, 1, Hello.ROLE_PEER, 5);
    }

    private static Stream<MirrorRequest> requests() {
        return Stream.of(
                new MirrorRequest.Fence(DEVICE, label(), true),
                new MirrorRequest.Ask(10, 11),
                new MirrorRequest.Release(),
                new MirrorRequest.Write(record(12)),
                new MirrorRequest.Flush(13, 14),
                new MirrorRequest.Member(roster()),
                new MirrorRequest.Read(15, new BlockRange(16, 17)),
                new MirrorRequest.Survey(18, new BlockRange(19, 0x123456)),
                new MirrorRequest.ListChanged(20, 21),
                new MirrorRequest.ReadTail(22, 23, 24),
                new MirrorRequest.ReadImage(25, 26, new long[] {27, 28, 29, 30}),
                new MirrorRequest.StartResync(31, new Position(32, 33), set()),
                new MirrorRequest.CopyPage(34, image()),
                new MirrorRequest.JoinReady(35, 36),
                new MirrorRequest.Repair(37, 38, payload()));
    }

    private static MirrorRequest trim() {
        Change change = new Change.Zero(new BlockRange(0x0A0B0C0D0EL, 0x01020304), true);
        return new MirrorRequest.Write(new JournalRecord.Write(new Position(2, 39), change, 40));
    }

    private static Stream<MirrorReply> replies() {
        return Stream.of(
                new MirrorReply.Fenced(new Position(41, 42), true, set(), 43, 44),
                new MirrorReply.Refused(45),
                new MirrorReply.Promised(46, 47),
                new MirrorReply.Written(48, -1),
                new MirrorReply.Flushed(49),
                new MirrorReply.Blocks(50, payload()),
                new MirrorReply.Corrupt(51, new long[] {52, 53}, new long[] {54, 55}),
                new MirrorReply.Kinds(56, new byte[] {0, 1, 2, 2, 1}),
                new MirrorReply.Changed(57, set()),
                new MirrorReply.Tail(58, List.of(record(59), record(60))),
                new MirrorReply.Image(61, image()),
                new MirrorReply.Copied(62),
                new MirrorReply.Ready(63),
                new MirrorReply.Failed(ErrorCode.NO_SPACE, "voll: Gerät 64"));
    }

    /** What a scrub found. */
    private static MirrorReply unasked() {
        return new MirrorReply.Corrupt(
                MirrorReply.Corrupt.UNASKED, new long[] {0x0A0B0C0D0EL}, new long[] {97});
    }

    private static Stream<ForwardRequest> forwardRequests() {
        return Stream.of(
                new ForwardRequest.Open(),
                new ForwardRequest.Leave(),
                new ForwardRequest.Read(76, 77, 0x0FFFFF),
                new ForwardRequest.Write(78, ragged(), true),
                new ForwardRequest.Zero(79, 80, 0x0102030405L, true, false),
                new ForwardRequest.Trim(81, 82, 0x0504030201L, true),
                new ForwardRequest.Flush(83),
                new ForwardRequest.Survey(84, 85, 86));
    }

    private static ForwardRequest headOnly() {
        return new ForwardRequest.Write(87, RaggedBytes.of(4097, new byte[] {1, 2, 3}), false);
    }

    private static Stream<ForwardReply> forwardReplies() {
        return Stream.of(
                new ForwardReply.Opened(0x4_0000_0000L, 88, true),
                new ForwardReply.Refused(ErrorCode.HELD, "nicht hier"),
                new ForwardReply.Data(89, ragged()),
                new ForwardReply.Done(90),
                new ForwardReply.Allocations(
                        91,
                        List.of(
                                new Allocation(92, Allocation.Kind.DATA),
                                new Allocation(93, Allocation.Kind.ZERO),
                                new Allocation(0x0102030405L, Allocation.Kind.HOLE))),
                new ForwardReply.Failed(94, ErrorCode.NO_SPACE, "voll: Gerät 95"),
                new ForwardReply.Lost("Epoche 96 ist vorbei"));
    }

    /** Three bytes, a block, two bytes. */
    private static RaggedBytes ragged() {
        byte[] bytes = new byte[3 + Blocks.SIZE + 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 37 ^ i >> 8);
        }
        return RaggedBytes.of(2 * Blocks.SIZE - 3, bytes);
    }

    private static JournalRecord.Write record(long seq) {
        Change change = new Change.Data(new BlockRange(0x010203, 1), payload());
        return new JournalRecord.Write(new Position(2, seq), change, 7);
    }

    private static PageImage image() {
        return new PageImage(
                65, new int[] {0, 7, 255}, new long[] {0, 66, 67}, new byte[] {0, 1, 2}, payload());
    }

    /** One mixed page, a run of three whole ones, one whole one apart. */
    private static BlockSet set() {
        BlockSet set = new BlockSet();
        set.add(new BlockRange(3, 70));
        set.add(new BlockRange(256L * 10, 256 * 3));
        set.add(new BlockRange(256L * 20, 256));
        return set;
    }

    private static Payload payload() {
        byte[] bytes = new byte[Blocks.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31 ^ i >> 8);
        }
        return Payload.of(bytes);
    }

    private static MirrorLabel label() {
        return new MirrorLabel(
                CLUSTER, new VolumeId(68), "größe", 0x4_0000_0000L, new ExtentId(69), 70, 71);
    }

    private static Roster roster() {
        return new Roster(
                72,
                List.of(new MirrorId(73), new MirrorId(74)),
                List.of(new EpochStart(1, 1), new EpochStart(3, 75)));
    }
}

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
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.PageImage;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import io.ashlar.dataplane.store.MirrorLabel;
import io.ashlar.dataplane.store.Roster;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.metadata.model.EpochStart;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/** Messages with arbitrary values, one of every kind a call. */
final class RandomMessages {

    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    List<ToPeer> requests() {
        return List.of(
                to(new MirrorRequest.Fence(device(), label(), random.nextBoolean())),
                to(new MirrorRequest.Ask(number(), number())),
                to(new MirrorRequest.Release()),
                to(new MirrorRequest.Write(record(1 + random.nextInt(8)))),
                to(new MirrorRequest.Flush(number(), number())),
                to(new MirrorRequest.Member(roster())),
                to(new MirrorRequest.Read(number(), range(1 + random.nextInt(256)))),
                to(new MirrorRequest.Survey(number(), range(1 + random.nextInt(1 << 22)))),
                to(new MirrorRequest.ListChanged(number(), number())),
                to(new MirrorRequest.ReadTail(number(), number(), number())),
                to(new MirrorRequest.ReadImage(number(), random.nextInt(16384), mask())),
                to(new MirrorRequest.StartResync(number(), position(), set())),
                to(new MirrorRequest.CopyPage(number(), image())),
                to(new MirrorRequest.JoinReady(number(), number())),
                to(new MirrorRequest.Repair(number(), number(), payload(1))),
                to(new ForwardRequest.Open()),
                to(new ForwardRequest.Leave()),
                to(new ForwardRequest.Read(number(), place(), 1 + random.nextInt(1 << 20))),
                to(new ForwardRequest.Write(number(), ragged(), random.nextBoolean())),
                to(
                        new ForwardRequest.Zero(
                                number(),
                                place(),
                                positive(),
                                random.nextBoolean(),
                                random.nextBoolean())),
                to(new ForwardRequest.Trim(number(), place(), positive(), random.nextBoolean())),
                to(new ForwardRequest.Flush(number())),
                to(new ForwardRequest.Survey(number(), place(), positive())));
    }

    List<FromPeer> replies() {
        return List.of(
                from(
                        new MirrorReply.Fenced(
                                position(), random.nextBoolean(), set(), number(), number())),
                from(new MirrorReply.Refused(number())),
                from(new MirrorReply.Promised(number(), number())),
                from(new MirrorReply.Written(number(), number())),
                from(new MirrorReply.Flushed(number())),
                from(new MirrorReply.Blocks(number(), payload(1 + random.nextInt(4)))),
                from(corrupt(random.nextInt(5))),
                from(new MirrorReply.Kinds(number(), kinds(random.nextInt(2000)))),
                from(new MirrorReply.Changed(number(), set())),
                from(new MirrorReply.Tail(number(), tail())),
                from(new MirrorReply.Image(number(), image())),
                from(new MirrorReply.Copied(number())),
                from(new MirrorReply.Ready(number())),
                from(new MirrorReply.Failed(code(), "Gerät " + number() + " voll")),
                from(new ForwardReply.Opened(number(), number(), random.nextBoolean())),
                from(new ForwardReply.Refused(code(), "kein Halter " + number())),
                from(new ForwardReply.Data(number(), ragged())),
                from(new ForwardReply.Done(number())),
                from(new ForwardReply.Allocations(number(), runs(random.nextInt(300)))),
                from(new ForwardReply.Failed(number(), code(), "Gerät " + number() + " voll")),
                from(new ForwardReply.Lost("vorbei " + number())));
    }

    ToMirror to(MirrorRequest request) {
        return new ToMirror(mirror(), number(), number(), request);
    }

    FromMirror from(MirrorReply reply) {
        return new FromMirror(mirror(), number(), number(), reply);
    }

    ToHolder to(ForwardRequest request) {
        return new ToHolder(new VolumeId(positive()), number(), number(), request);
    }

    FromHolder from(ForwardReply reply) {
        return new FromHolder(new VolumeId(positive()), number(), number(), reply);
    }

    /** Up to five blocks and two ends, anywhere. */
    private RaggedBytes ragged() {
        byte[] bytes = new byte[1 + random.nextInt(5 * Blocks.SIZE)];
        random.nextBytes(bytes);
        return RaggedBytes.of(place(), bytes);
    }

    private long place() {
        return random.nextLong(1L << 40);
    }

    private List<Allocation> runs(int count) {
        Allocation.Kind[] kinds = Allocation.Kind.values();
        return IntStream.range(0, count)
                .mapToObj(_ -> new Allocation(positive(), kinds[random.nextInt(kinds.length)]))
                .toList();
    }

    Payload payload(int blocks) {
        byte[] bytes = new byte[blocks * Blocks.SIZE];
        random.nextBytes(bytes);
        return Payload.of(bytes);
    }

    /** A change with at most this many blocks of data. */
    JournalRecord.Write record(int blocks) {
        Change change =
                random.nextInt(3) > 0
                        ? new Change.Data(range(blocks), payload(blocks))
                        : new Change.Zero(
                                range(1 + random.nextInt(Integer.MAX_VALUE)), random.nextBoolean());
        return new JournalRecord.Write(position(), change, number());
    }

    private List<JournalRecord.Write> tail() {
        List<JournalRecord.Write> records = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            records.add(record(1 + random.nextInt(3)));
        }
        return records;
    }

    PageImage image() {
        int[] indexes = IntStream.range(0, 256).filter(_ -> random.nextInt(16) == 0).toArray();
        byte[] kinds = kinds(indexes.length);
        int data = 0;
        for (byte kind : kinds) {
            data += kind == PageImage.DATA ? 1 : 0;
        }
        long[] seqs = random.longs(indexes.length).toArray();
        return new PageImage(random.nextInt(16384), indexes, seqs, kinds, payload(data));
    }

    BlockSet set() {
        BlockSet set = new BlockSet();
        for (int i = random.nextInt(20); i > 0; i--) {
            set.add(new BlockRange(random.nextInt(1 << 22), 1 + random.nextInt(2000)));
        }
        return set;
    }

    private DeviceId device() {
        return new DeviceId(new UUID(number(), number()));
    }

    private MirrorLabel label() {
        return new MirrorLabel(
                new ClusterId(new UUID(number(), number())),
                new VolumeId(positive()),
                "volume-ä-" + random.nextInt(),
                number(),
                new ExtentId(positive()),
                random.nextInt(),
                number());
    }

    private Roster roster() {
        List<MirrorId> inSync = new ArrayList<>();
        List<EpochStart> history = new ArrayList<>();
        for (int i = random.nextInt(9); i > 0; i--) {
            inSync.add(mirror());
            history.add(new EpochStart(number(), number()));
        }
        return new Roster(number(), inSync, history);
    }

    private MirrorReply corrupt(int blocks) {
        return new MirrorReply.Corrupt(
                number(), random.longs(blocks).toArray(), random.longs(blocks).toArray());
    }

    private byte[] kinds(int count) {
        byte[] kinds = new byte[count];
        for (int i = 0; i < count; i++) {
            kinds[i] = (byte) random.nextInt(3);
        }
        return kinds;
    }

    private long[] mask() {
        return random.longs(4).toArray();
    }

    private Position position() {
        return new Position(number(), number());
    }

    private BlockRange range(int count) {
        return new BlockRange(random.nextInt(Integer.MAX_VALUE), count);
    }

    private ErrorCode code() {
        return ErrorCode.ofNumber(1 + random.nextInt(16));
    }

    private MirrorId mirror() {
        return new MirrorId(positive());
    }

    private long positive() {
        return (number() & Long.MAX_VALUE) | 1;
    }

    /** Small, large and negative alike. */
    private long number() {
        return random.nextLong() >> random.nextInt(64);
    }
}

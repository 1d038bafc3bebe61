package io.ashlar.dataplane.net;

import com.sun.management.OperatingSystemMXBean;
import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.journal.Change;
import io.ashlar.dataplane.journal.JournalRecord;
import io.ashlar.dataplane.journal.Position;
import io.ashlar.dataplane.message.FromMirror;
import io.ashlar.dataplane.message.FromPeer;
import io.ashlar.dataplane.message.MirrorReply;
import io.ashlar.dataplane.message.MirrorRequest;
import io.ashlar.dataplane.message.ToMirror;
import io.ashlar.dataplane.message.ToPeer;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures a link by hand: {@code Write} of some blocks against {@code Written}, both ends in this
 * process on loopback, a loop each. Arguments: blocks, depth, seconds.
 */
final class LinkThroughput {

    private static final int WINDOWS_PER_SECOND = 5;
    private static final MirrorId MIRROR = new MirrorId(1);

    private final AtomicLong answered = new AtomicLong();
    private final Payload payload;
    private final int depth;

    private LinkThroughput(int blocks, int depth) {
        payload = new RandomMessages(1).payload(blocks);
        this.depth = depth;
    }

    public static void main(String[] args) {
        int blocks = Integer.parseInt(args[0]);
        int depth = Integer.parseInt(args[1]);
        new LinkThroughput(blocks, depth).run(Integer.parseInt(args[2]));
    }

    private void run(int seconds) {
        try (Rig rig = new Rig()) {
            PeerListener listener = rig.listen(0, new Mirror());
            PeerConnector connector =
                    new PeerConnector(
                            rig.loops.next(),
                            rig.endpoint(Rig.CLUSTER, Rig.NEAR),
                            new PeerTarget(Rig.FAR, listener.address(), 0),
                            new Coordinator());
            connector.start();
            // On a shared machine only the best of many short windows says what the code costs.
            Window best = Window.NONE;
            Window sum = Window.NONE;
            for (int i = 0; i < seconds * WINDOWS_PER_SECOND; i++) {
                Window window = window();
                best = window.cpuMicros() < best.cpuMicros() ? window : best;
                sum = new Window(sum.pairs() + window.pairs(), sum.cpu() + window.cpu());
            }
            System.out.printf(
                    "%d blocks, depth %d: best window %.0f writes/s at %.2f us CPU each, mean %.0f"
                            + " at %.2f (both ends)%n",
                    payload.blocks(),
                    depth,
                    best.pairs() * (double) WINDOWS_PER_SECOND,
                    best.cpuMicros(),
                    sum.pairs() / (double) seconds,
                    sum.cpuMicros());
            connector.close();
        }
    }

    /** Pairs of request and reply, and nanoseconds of CPU that the process spent. */
    private record Window(long pairs, long cpu) {

        static final Window NONE = new Window(0, 0);

        double cpuMicros() {
            return pairs == 0 ? Double.MAX_VALUE : cpu / 1e3 / pairs;
        }
    }

    private Window window() {
        OperatingSystemMXBean process =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long pairs = answered.get();
        long cpu = process.getProcessCpuTime();
        LockSupport.parkNanos(1_000_000_000 / WINDOWS_PER_SECOND);
        return new Window(answered.get() - pairs, process.getProcessCpuTime() - cpu);
    }

    private final class Coordinator implements LinkHandler<ToPeer, FromPeer> {

        private long seq;

        @Override
        public void up(PeerLink<ToPeer> link) {
            for (int i = 0; i < depth; i++) {
                write(link);
            }
        }

        private void write(PeerLink<ToPeer> link) {
            BlockRange range = new BlockRange(seq & 0xFFFF, payload.blocks());
            JournalRecord.Write record =
                    new JournalRecord.Write(
                            new Position(1, ++seq), new Change.Data(range, payload), seq);
            link.send(new ToMirror(MIRROR, 1, 1, new MirrorRequest.Write(record)));
        }

        @Override
        public void received(PeerLink<ToPeer> link, FromPeer message) {
            answered.lazySet(answered.get() + 1);
            write(link);
        }

        @Override
        public void down(PeerLink<ToPeer> link, String reason) {}
    }

    private static final class Mirror implements LinkHandler<FromPeer, ToPeer> {

        @Override
        public void up(PeerLink<FromPeer> link) {}

        @Override
        public void received(PeerLink<FromPeer> link, ToPeer message) {
            if (message instanceof ToMirror to
                    && to.request() instanceof MirrorRequest.Write write) {
                long seq = write.record().position().seq();
                link.send(new FromMirror(MIRROR, 1, 1, new MirrorReply.Written(seq, 1L << 40)));
            }
        }

        @Override
        public void down(PeerLink<FromPeer> link, String reason) {}
    }
}

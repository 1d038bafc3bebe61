package io.ashlar.dataplane.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BlockLocksTest {

    private final BlockLocks locks = new BlockLocks();
    private final List<String> order = new ArrayList<>();

    @Test
    void whatDoesNotTouchAHeldBlockPasses() {
        locks.hold(4, 6);
        locks.pass(6, 8, () -> order.add("beside"));
        assertEquals(List.of("beside"), order);
    }

    @Test
    void whatTouchesAHeldBlockWaitsForItsRelease() {
        BlockLocks.Held held = locks.hold(5, 8);
        locks.pass(7, 9, () -> order.add("over"));
        assertEquals(List.of(), order);
        locks.release(held);
        assertEquals(List.of("over"), order);
    }

    @Test
    void aLaterChangeDoesNotOvertakeAWaitingOneThatItOverlaps() {
        BlockLocks.Held held = locks.hold(5, 6);
        locks.pass(4, 6, () -> order.add("first"));
        locks.pass(4, 5, () -> order.add("second"));
        locks.pass(9, 10, () -> order.add("elsewhere"));
        locks.release(held);
        assertEquals(List.of("elsewhere", "first", "second"), order);
    }

    @Test
    void aWaitingChangeMayHoldAgain() {
        BlockLocks.Held held = locks.hold(5, 6);
        List<BlockLocks.Held> again = new ArrayList<>();
        locks.pass(
                5,
                6,
                () -> {
                    order.add("first");
                    again.add(locks.hold(5, 6));
                });
        locks.pass(5, 6, () -> order.add("second"));
        locks.release(held);
        assertEquals(List.of("first"), order);
        locks.release(again.getFirst());
        assertEquals(List.of("first", "second"), order);
    }
}

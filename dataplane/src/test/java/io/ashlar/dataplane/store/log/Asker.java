package io.ashlar.dataplane.store.log;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.ashlar.common.block.BlockRange;
import io.ashlar.common.block.Payload;
import io.ashlar.common.id.MirrorId;
import io.ashlar.dataplane.store.DeviceStore;
import io.ashlar.dataplane.store.StoreAnswer;
import io.ashlar.dataplane.store.StoreRequest;
import java.util.concurrent.CompletableFuture;

/** Asks a device and waits for the answer. */
record Asker(DeviceStore store) {

    StoreAnswer ask(MirrorId mirror, StoreRequest request) {
        CompletableFuture<StoreAnswer> answer = new CompletableFuture<>();
        store.submit(mirror, request, answer::complete);
        return answer.join();
    }

    StoreAnswer.Done done(MirrorId mirror, StoreRequest request) {
        return assertInstanceOf(StoreAnswer.Done.class, ask(mirror, request));
    }

    StoreAnswer.Failed failed(MirrorId mirror, StoreRequest request) {
        return assertInstanceOf(StoreAnswer.Failed.class, ask(mirror, request));
    }

    Payload read(MirrorId mirror, BlockRange range) {
        return assertInstanceOf(StoreAnswer.Blocks.class, ask(mirror, new StoreRequest.Read(range)))
                .payload();
    }
}

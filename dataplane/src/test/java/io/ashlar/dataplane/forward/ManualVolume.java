package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;

/** A volume in memory that executes requests when they come and answers when it is told to. */
final class ManualVolume implements AttachedVolume {

    final byte[] content;
    final List<String> executed = new ArrayList<>();
    private final Queue<Runnable> answers = new ArrayDeque<>();
    private final EventLoop loop;
    private Runnable onLost = () -> {};
    boolean detached;
    boolean flushes;

    ManualVolume(EventLoop loop, byte[] content) {
        this.loop = loop;
        this.content = content;
    }

    /** Answers everything that waits. */
    void answerAll() {
        while (!answers.isEmpty()) {
            answers.remove().run();
        }
    }

    void lose() {
        onLost.run();
    }

    private void executed(String what, Runnable answer) {
        executed.add(what);
        answers.add(answer);
    }

    @Override
    public ExportInfo info() {
        return new ExportInfo("manual", content.length);
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        byte[] got = Arrays.copyOfRange(content, (int) offset, (int) offset + length);
        executed("read", () -> reply.done(got));
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        System.arraycopy(data, 0, content, (int) offset, data.length);
        executed(fua ? "write fua" : "write", () -> reply.done(Done.DONE));
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        executed("zero " + mayTrim + " " + fua, () -> reply.done(Done.DONE));
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        executed("trim " + fua, () -> reply.done(Done.DONE));
    }

    @Override
    public void flush(Reply<Done> reply) {
        executed(
                "flush",
                () -> {
                    if (flushes) {
                        reply.done(Done.DONE);
                    } else {
                        reply.failed(ErrorCode.LOST_UNFLUSHED, "gone");
                    }
                });
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        executed("survey", () -> reply.done(List.of(new Allocation(length, Allocation.Kind.ZERO))));
    }

    @Override
    public void onLost(Runnable action) {
        onLost = action;
    }

    @Override
    public void detach() {
        detached = true;
    }
}

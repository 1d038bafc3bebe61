package io.ashlar.dataplane.server;

import io.ashlar.metadata.api.Answer;
import io.ashlar.metadata.api.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends in-sync set changes of many extents as one command: whatever has gathered while the last
 * one was under way. The loss of a server with ten thousand mirrors is a handful of log entries.
 */
final class Proposals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Proposals.class);
    private static final int BATCH = 1000;

    private record Proposal(
            Command.MemberChange change,
            BiConsumer<Command.MemberChange, Answer.MemberResult> answer) {}

    private final BlockingQueue<Proposal> queue = new LinkedBlockingQueue<>();
    private final Function<Command, Answer> submit;
    private final Thread sender;

    Proposals(Function<Command, Answer> submit) {
        this.submit = submit;
        this.sender = Thread.ofVirtual().name("proposals").start(this::send);
    }

    void add(
            Command.MemberChange change,
            BiConsumer<Command.MemberChange, Answer.MemberResult> answer) {
        queue.add(new Proposal(change, answer));
    }

    private void send() {
        List<Proposal> batch = new ArrayList<>();
        try {
            while (true) {
                batch.clear();
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                deliver(batch);
            }
        } catch (InterruptedException e) {
            // closed: whoever proposed steps down or is gone
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(List<Proposal> batch) {
        Answer answer =
                submit.apply(
                        new Command.ChangeMembers(batch.stream().map(Proposal::change).toList()));
        if (answer instanceof Answer.MembersChanged changed) {
            for (int i = 0; i < batch.size(); i++) {
                Proposal proposal = batch.get(i);
                proposal.answer().accept(proposal.change(), changed.results().get(i));
            }
        } else {
            LOG.error("in-sync set changes were answered with {}", answer);
        }
    }

    @Override
    public void close() {
        sender.interrupt();
    }
}

package io.ashlar.dataplane.simulation;

import io.ashlar.common.id.ServerId;
import io.ashlar.common.id.VolumeId;
import io.ashlar.dataplane.forward.Way;
import io.ashlar.dataplane.message.ForwardReply;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.FromHolder;
import io.ashlar.dataplane.message.ToHolder;
import io.ashlar.dataplane.net.Identity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Bugs between a process that forwards and the one that holds the lease. */
final class PlantsInForwarding {

    private PlantsInForwarding() {}

    /** Sessions on different links have nothing to do with each other. */
    static final class OlderSession implements Plant {

        private final Map<ForwardLink, Long> nonces = new HashMap<>();

        @Override
        public Identity identity(ForwardLink link, Identity said) {
            long nonce = nonces.computeIfAbsent(link, l -> 1_000_000L + nonces.size());
            return new Identity(said.cluster(), said.server(), nonce);
        }
    }

    private record Call(FrontEnd from, VolumeId volume, long session, long id) {}

    private static long id(ForwardRequest request) {
        return switch (request) {
            case ForwardRequest.Open _, ForwardRequest.Leave _ -> 0;
            case ForwardRequest.Read read -> read.id();
            case ForwardRequest.Write write -> write.id();
            case ForwardRequest.Zero zero -> zero.id();
            case ForwardRequest.Trim trim -> trim.id();
            case ForwardRequest.Flush flush -> flush.id();
            case ForwardRequest.Survey survey -> survey.id();
        };
    }

    /** A write without an answer is sent again in the session that it belongs to. */
    static final class Resent implements Plant {

        private static final long WAIT = Nanos.millis(20);

        private final Set<Call> done = new HashSet<>();

        @Override
        public void forward(FrontEnd from, ForwardLink link, ToHolder message) {
            link.ask(message);
            Call call = new Call(from, message.volume(), message.session(), id(message.request()));
            if (message.request() instanceof ForwardRequest.Write) {
                from.life()
                        .after(
                                WAIT,
                                () -> {
                                    if (!done.contains(call)) {
                                        link.ask(message);
                                    }
                                });
            }
        }

        @Override
        public void returned(FrontEnd at, ServerId holder, FromHolder message) {
            if (message.reply() instanceof ForwardReply.Done(long id)) {
                done.add(new Call(at, message.volume(), message.session(), id));
            }
            at.forwarder().received(holder, message);
        }
    }

    /** The client is answered when its write is on the way. */
    static final class AnsweredWhenSent implements Plant {
        @Override
        public void forward(FrontEnd from, ForwardLink link, ToHolder message) {
            link.ask(message);
            if (message.request() instanceof ForwardRequest.Write write) {
                FromHolder early =
                        new FromHolder(
                                message.volume(),
                                message.epoch(),
                                message.session(),
                                new ForwardReply.Done(write.id()));
                from.life().after(0, () -> from.forwarder().received(link.holder(), early));
            }
        }
    }

    /** What the holder says of losses does not get through. */
    static final class NoLosses implements Plant {
        @Override
        public void returned(FrontEnd at, ServerId holder, FromHolder message) {
            ForwardReply reply =
                    message.reply() instanceof ForwardReply.Opened opened
                            ? new ForwardReply.Opened(opened.sizeBytes(), 0, false)
                            : message.reply();
            at.forwarder()
                    .received(
                            holder,
                            new FromHolder(
                                    message.volume(), message.epoch(), message.session(), reply));
        }
    }

    /** Of the clients of one process only the first that comes back is told. */
    static final class FirstClientTold implements Plant {

        private record Loss(FrontEnd at, Volume volume, long losses) {}

        private final Set<Loss> told = new HashSet<>();

        @Override
        public Way way(Visit to, Way found) {
            boolean untold =
                    found.untold()
                            && told.add(new Loss(to.frontEnd(), to.volume(), found.losses()));
            return new Way(found.volume(), found.server(), found.epoch(), found.losses(), untold);
        }
    }
}

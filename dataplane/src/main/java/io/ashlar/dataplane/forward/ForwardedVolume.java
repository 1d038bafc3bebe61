package io.ashlar.dataplane.forward;

import io.ashlar.common.error.ErrorCode;
import io.ashlar.dataplane.message.ForwardRequest;
import io.ashlar.dataplane.message.RaggedBytes;
import io.ashlar.dataplane.volume.Allocation;
import io.ashlar.dataplane.volume.AttachedVolume;
import io.ashlar.dataplane.volume.Done;
import io.ashlar.dataplane.volume.ExportInfo;
import io.ashlar.dataplane.volume.Reply;
import io.netty.channel.EventLoop;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A client's open volume, served by the coordinator on another server. On the volume's loop.
 *
 * <p>A long request goes in pieces, each a request of its own at the holder, as NBD allows. An FUA
 * write is FUA in every piece.
 */
final class ForwardedVolume implements AttachedVolume {

    private final ExportInfo info;
    private final EventLoop loop;
    private final HolderSession session;
    private boolean lost;
    private Runnable onLost = () -> {};

    ForwardedVolume(ExportInfo info, EventLoop loop, HolderSession session) {
        this.info = info;
        this.loop = loop;
        this.session = session;
    }

    @Override
    public ExportInfo info() {
        return info;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void read(long offset, int length, Reply<byte[]> reply) {
        List<Pieces.Piece> pieces = Pieces.of(offset, length);
        if (pieces.size() == 1) {
            readPiece(offset, length, then(RaggedBytes::joined, reply));
            return;
        }
        byte[] all = new byte[length];
        Pieces<byte[]> whole = new Pieces<>(pieces.size(), all, reply);
        for (Pieces.Piece piece : pieces) {
            readPiece(
                    offset + piece.at(),
                    piece.length(),
                    new Reply<>() {
                        @Override
                        public void done(RaggedBytes got) {
                            got.copyTo(all, piece.at());
                            whole.answered();
                        }

                        @Override
                        public void failed(ErrorCode code, String message) {
                            whole.failed(code, message);
                        }
                    });
        }
    }

    private void readPiece(long offset, int length, Reply<RaggedBytes> reply) {
        session.submit(
                this,
                id -> new ForwardRequest.Read(id, offset, length),
                length,
                Answering.data(offset, length, reply));
    }

    private static Reply<RaggedBytes> then(
            Function<RaggedBytes, byte[]> step, Reply<byte[]> reply) {
        return new Reply<>() {
            @Override
            public void done(RaggedBytes got) {
                reply.done(step.apply(got));
            }

            @Override
            public void failed(ErrorCode code, String message) {
                reply.failed(code, message);
            }
        };
    }

    @Override
    public void write(long offset, byte[] data, boolean fua, Reply<Done> reply) {
        List<Pieces.Piece> pieces = Pieces.of(offset, data.length);
        Pieces<Done> whole = new Pieces<>(pieces.size(), Done.DONE, reply);
        for (Pieces.Piece piece : pieces) {
            byte[] bytes =
                    pieces.size() == 1
                            ? data
                            : Arrays.copyOfRange(data, piece.at(), piece.at() + piece.length());
            // Here the bytes have entered the cluster: this is where their checksums are made.
            RaggedBytes cut = RaggedBytes.of(offset + piece.at(), bytes);
            session.submit(
                    this,
                    id -> new ForwardRequest.Write(id, cut, fua),
                    piece.length(),
                    Answering.done(whole.written()));
        }
    }

    @Override
    public void zero(long offset, long length, boolean mayTrim, boolean fua, Reply<Done> reply) {
        session.submit(
                this,
                id -> new ForwardRequest.Zero(id, offset, length, mayTrim, fua),
                0,
                Answering.done(reply));
    }

    @Override
    public void trim(long offset, long length, boolean fua, Reply<Done> reply) {
        session.submit(
                this,
                id -> new ForwardRequest.Trim(id, offset, length, fua),
                0,
                Answering.done(reply));
    }

    @Override
    public void flush(Reply<Done> reply) {
        session.submit(this, ForwardRequest.Flush::new, 0, Answering.done(reply));
    }

    @Override
    public void allocation(long offset, long length, Reply<List<Allocation>> reply) {
        session.submit(
                this,
                id -> new ForwardRequest.Survey(id, offset, length),
                0,
                Answering.allocations(reply));
    }

    @Override
    public void onLost(Runnable action) {
        onLost = action;
        if (lost) {
            action.run();
        }
    }

    void lost() {
        if (!lost) {
            lost = true;
            onLost.run();
        }
    }

    @Override
    public void detach() {
        session.detached(this);
    }
}

package io.ashlar.dataplane.nbd;

import java.io.IOException;
import java.net.BindException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Removes the file of a unix socket on which nobody listens any more. */
final class StaleSocket {

    private StaleSocket() {}

    /**
     * Makes way for a socket at this path. Netty's own sockets would replace whatever is there.
     *
     * @throws BindException if there is something else than a dead socket
     */
    static void makeWay(UnixDomainSocketAddress address) throws BindException {
        remove(address);
        if (Files.exists(address.getPath(), LinkOption.NOFOLLOW_LINKS)) {
            throw new BindException("Address already in use");
        }
    }

    /** Leaves everything that is not a dead socket where it is. */
    static void remove(UnixDomainSocketAddress address) {
        Path path = address.getPath();
        try {
            BasicFileAttributes file =
                    Files.readAttributes(
                            path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (file.isOther() && !answers(address)) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            return; // there is no such file, or it is not ours to touch
        }
    }

    private static boolean answers(UnixDomainSocketAddress address) {
        try (SocketChannel probe = SocketChannel.open(address)) {
            return probe.isOpen();
        } catch (IOException e) {
            return false;
        }
    }
}

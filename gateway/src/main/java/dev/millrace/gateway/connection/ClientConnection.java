package dev.millrace.gateway.connection;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ServerConnectionException;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a client, between its socket and Helidon's reader of requests.
 *
 * <p>While a request is watched, a virtual thread reads ahead once. The end of the stream or a
 * failure means that the client has disconnected. Bytes of a next request are kept for Helidon, and
 * the client is no longer watched. Nothing is polled, and a connection without a watched request
 * has no extra thread.
 */
public final class ClientConnection {
    /** Longest wait for the first byte. Clients connect when they have a request to send. */
    private static final Duration FIRST_BYTE = Duration.ofSeconds(5);

    static final ScopedValue<ClientConnection> CURRENT = ScopedValue.newInstance();

    private final DataReader source;
    private final Duration patience;
    private final ConnectionLimit.Place place;

    /** The result of Helidon's next read; null to read from the source. Guarded by this object. */
    private @Nullable CompletableFuture<Optional<byte[]>> ahead;

    private final AtomicInteger watches = new AtomicInteger();

    /** True once the client has sent an HTTP/1.0 request. Written by the connection's thread. */
    private volatile boolean isOld;

    /** True while the connection's thread handles an accepted request, such as an upload. */
    private boolean isAccepted;

    /** True when no more bytes belong to the request of an old client. */
    private boolean isAtEnd;

    /**
     * Reads from a source.
     *
     * @param patience longest wait for the client's next bytes
     * @param place the place of this connection in the limit
     */
    ClientConnection(DataReader source, Duration patience, ConnectionLimit.Place place) {
        this.source = source;
        this.patience = patience;
        this.place = place;
    }

    /** A watch over a client, until it is closed. Must be closed once. */
    public interface Watch extends AutoCloseable {
        /** Ends the watch. A last run of the action may still be in progress. */
        @Override
        void close();
    }

    /**
     * Watches the client of the request that this thread handles. Its body must have been read.
     *
     * @param onGone called once, on a virtual thread, if the client closes its connection
     */
    public static Watch watch(Runnable onGone) {
        return CURRENT.isBound() ? CURRENT.get().start(onGone) : () -> {};
    }

    /** An accepted request, until it is answered. Its connection is not silent. */
    public interface Accepted extends AutoCloseable {
        @Override
        void close();
    }

    /** Accepts the request of this thread for a tenant, to which its connection then belongs. */
    public static Accepted accept(String tenant) {
        if (!CURRENT.isBound()) {
            return () -> {};
        }
        ClientConnection connection = CURRENT.get();
        connection.place.belongTo(tenant);
        connection.isAccepted = true;
        return () -> connection.isAccepted = false;
    }

    /** Returns true if this thread handles an HTTP/1.0 request, whose client knows no chunks. */
    public static boolean isOfOldClient() {
        return CURRENT.isBound() && CURRENT.get().isOld;
    }

    private Watch start(Runnable onGone) {
        var watching = new CompletableFuture<Void>();
        var _ = watching.thenRun(onGone);
        var _ =
                readAhead()
                        .whenComplete(
                                (bytes, failure) -> {
                                    if (failure != null || bytes.isEmpty()) {
                                        watching.complete(null);
                                    }
                                });
        watches.incrementAndGet();
        return () -> {
            watches.decrementAndGet();
            watching.cancel(false);
        };
    }

    /** Returns true while a request is watched. */
    boolean isWatched() {
        return watches.get() > 0;
    }

    private synchronized CompletableFuture<Optional<byte[]>> readAhead() {
        var reading = ahead;
        if (reading == null) {
            var started = new CompletableFuture<Optional<byte[]>>();
            var _ = Thread.ofVirtual().name("millrace-gateway-watch").start(() -> read(started));
            ahead = started;
            reading = started;
        }
        return reading;
    }

    private void read(CompletableFuture<Optional<byte[]>> result) {
        try {
            result.complete(readNow());
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    private Optional<byte[]> readNow() {
        try {
            source.ensureAvailable();
            return Optional.of(source.readBytes(source.available()));
        } catch (DataReader.InsufficientDataAvailableException e) {
            return Optional.empty();
        }
    }

    /**
     * Returns the first bytes, as {@link #next} does, but the whole head of an HTTP/1.0 request.
     * The head becomes HTTP/1.1, and the request is the last of its connection.
     */
    byte @Nullable [] first() {
        byte[] bytes = next(firstByteTime(patience));
        if (bytes == null || !OldRequest.isIncomplete(bytes)) {
            return bytes == null ? null : converted(bytes);
        }
        var head = new ByteArrayOutputStream();
        head.writeBytes(bytes);
        var deadline = ClientDeadline.begin(patience);
        try {
            while (bytes != null && OldRequest.isIncomplete(head.toByteArray())) {
                bytes = next();
                head.writeBytes(bytes == null ? new byte[0] : bytes);
            }
        } finally {
            var _ = deadline.end();
        }
        return converted(head.toByteArray());
    }

    /** Returns the longest wait for the first byte of a connection. */
    static Duration firstByteTime(Duration patience) {
        return patience.compareTo(FIRST_BYTE) < 0 ? patience : FIRST_BYTE;
    }

    private byte[] converted(byte[] first) {
        if (!OldRequest.isAnswered(first)) {
            return first;
        }
        isOld = true;
        isAtEnd = !OldRequest.hasBody(first);
        return OldRequest.converted(first);
    }

    /**
     * Returns the next bytes; null at the end of the stream. Called by the connection's thread. A
     * client that sends nothing for too long is disconnected.
     */
    byte @Nullable [] next() {
        return next(patience);
    }

    private byte @Nullable [] next(Duration time) {
        if (isAtEnd) {
            return null;
        }
        CompletableFuture<Optional<byte[]>> reading;
        synchronized (this) {
            reading = ahead;
            ahead = null;
        }
        var deadline = ClientDeadline.begin(time);
        if (!isAccepted) {
            place.beginSilence();
        }
        boolean isOpen;
        byte[] bytes;
        try {
            bytes = (reading == null ? readNow() : join(reading)).orElse(null);
        } finally {
            isOpen = place.endSilence();
            var _ = deadline.end();
        }
        // The client of a closed connection repeats its request; it must not run here, too.
        return isOpen ? bytes : null;
    }

    private static Optional<byte[]> join(CompletableFuture<Optional<byte[]>> reading) {
        try {
            return reading.get();
        } catch (InterruptedException e) {
            // The server stops. The read ends when Helidon has closed the socket.
            Thread.currentThread().interrupt();
            throw new ServerConnectionException("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new ServerConnectionException("cannot read", e);
        }
    }
}

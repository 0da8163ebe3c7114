package dev.millrace.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.tenant.TenantSlots;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends a batch as a server-sent event whenever it has changed, until it has ended or the receiver
 * has disconnected. Used by request threads.
 */
public final class BatchEvents implements AutoCloseable {
    /** Shortest time between two events of a stream, each of which queries the sink. */
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /**
     * Interval for each stream of a tenant: 50 streams or more together query 50 times a second.
     */
    private static final Duration INTERVAL_PER_STREAM = Duration.ofMillis(20);

    /** Maximum number of streams. */
    private static final int MAX = 1_000;

    private static final int TENANTS = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Begins a comment, which shows whether the receiver is still connected. */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    private final Batches batches;
    private final TenantSlots slots;
    private final CountDownLatch stopped = new CountDownLatch(1);

    public BatchEvents(Batches batches) {
        this(batches, MAX);
    }

    /**
     * @param max maximum number of streams; a tenant may have half of them
     */
    public BatchEvents(Batches batches, int max) {
        this.batches = batches;
        slots = new TenantSlots(max, max / TENANTS);
    }

    /** Opens the answer. */
    @FunctionalInterface
    interface Opening {
        OutputStream open() throws IOException;
    }

    /**
     * Sends events until the end of the batch. Returns early when the gateway stops.
     *
     * @param isAllowed returns false once the receiver's key is revoked, which ends the stream
     * @throws ApiError if the gateway or the tenant has too many streams; nothing is opened then
     */
    void send(BatchState first, BooleanSupplier isAllowed, Opening opening)
            throws IOException, InterruptedException {
        String tenant = first.facts().submission().tenant();
        if (!slots.tryAcquire(tenant)) {
            throw ApiError.overloaded(
                    RETRY_AFTER,
                    "there are too many streams of batch events of this tenant, or of all; try"
                            + " again shortly, or ask for the batch itself");
        }
        try {
            // Not closed on failure: a complete end would pass for the end of the batch.
            OutputStream out = opening.open();
            follow(first, isAllowed, out);
            out.close();
        } finally {
            slots.release(tenant);
        }
    }

    private void follow(BatchState first, BooleanSupplier isAllowed, OutputStream out)
            throws IOException, InterruptedException {
        String tenant = first.facts().submission().tenant();
        String sent = "";
        Optional<BatchState> state = Optional.of(first);
        while (state.isPresent()) {
            String json = BatchJson.of(state.get()).toString();
            out.write(
                    json.equals(sent)
                            ? HEARTBEAT
                            : ("event: batch\ndata: " + json + "\n\n").getBytes(UTF_8));
            out.flush();
            sent = json;
            if (state.get().status().isEnd()
                    || stopped.await(
                            interval(slots.taken(tenant)).toMillis(), TimeUnit.MILLISECONDS)
                    || !isAllowed.getAsBoolean()) {
                return;
            }
            state = batches.find(tenant, first.facts().submission().id());
        }
    }

    /**
     * Returns the time between two events of a stream. The time grows with the number of the
     * tenant's streams, so that a tenant with many streams leaves the sink to others.
     */
    static Duration interval(int streams) {
        Duration shared = INTERVAL_PER_STREAM.multipliedBy(streams);
        return shared.compareTo(INTERVAL) > 0 ? shared : INTERVAL;
    }

    /** Ends the streams. */
    @Override
    public void close() {
        stopped.countDown();
    }
}

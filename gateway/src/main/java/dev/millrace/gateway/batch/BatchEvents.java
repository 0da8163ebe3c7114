package dev.millrace.gateway.batch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends a batch as a server-sent event whenever it has changed, until it has ended or the receiver
 * is gone. Used by the threads of the requests.
 */
public final class BatchEvents implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** Begins a comment, which shows whether the receiver still listens. */
    private static final byte[] HEARTBEAT = ":\n\n".getBytes(UTF_8);

    private final Batches batches;
    private final CountDownLatch stopped = new CountDownLatch(1);

    public BatchEvents(Batches batches) {
        this.batches = batches;
    }

    /** Sends events until the end of the batch. Returns early when the gateway stops. */
    void send(BatchState first, OutputStream out) throws IOException, InterruptedException {
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
                    || stopped.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            state =
                    batches.find(
                            first.facts().submission().tenant(), first.facts().submission().id());
        }
    }

    /** Ends the streams. */
    @Override
    public void close() {
        stopped.countDown();
    }
}

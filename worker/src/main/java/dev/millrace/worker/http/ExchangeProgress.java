package dev.millrace.worker.http;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.hc.core5.util.Timeout;

/** Tracks the stage of an exchange. Belongs to the thread of the exchange. */
final class ExchangeProgress {
    private final LongSupplier nanos;
    private final long sendByNanos;
    private final Deadline connecting;
    private Stage stage = Stage.CONNECTING;
    private Optional<ResponseHead> head = Optional.empty();
    private Timeout betweenChunks = Timeout.DISABLED;
    private Consumer<Timeout> socketTimeout = _ -> {};

    enum Stage {
        CONNECTING("a connection"),
        /** The request is being written, or the provider is processing it. */
        WAITING("the first byte of the answer"),
        READING("the next part of the answer");

        private final String awaited;

        Stage(String awaited) {
            this.awaited = awaited;
        }
    }

    /**
     * Creates the progress of an exchange that waits for a connection.
     *
     * @param nanos a ticker
     * @param sendByNanos end of the send window; after it nothing is sent
     * @param connecting deadline for the connection, which {@link #onConnected} ends
     */
    ExchangeProgress(LongSupplier nanos, long sendByNanos, Deadline connecting) {
        this.nanos = nanos;
        this.sendByNanos = sendByNanos;
        this.connecting = connecting;
    }

    /** Records that the connection is open. Returns true if the request may still be sent. */
    boolean onConnected() {
        connecting.end();
        boolean inTime = !isLate();
        if (inTime) {
            stage = Stage.WAITING;
        }
        return inTime;
    }

    /** Records that the request did not arrive, so that it needs another connection. */
    void onUnsent() {
        stage = Stage.CONNECTING;
    }

    /** Returns true if the request was not sent because its send window had passed. */
    boolean isLate() {
        return stage == Stage.CONNECTING
                && (connecting.isMissed() || nanos.getAsLong() - sendByNanos >= 0);
    }

    /**
     * Records that the head of the response has arrived. Many providers send it at once and compute
     * the answer afterwards, so the exchange still waits for the first byte of the body.
     *
     * @param betweenChunks timeout from the first byte of the body on
     * @param socketTimeout sets the timeout of reads from the connection
     */
    void onHead(ResponseHead arrived, Timeout betweenChunks, Consumer<Timeout> socketTimeout) {
        this.head = Optional.of(arrived);
        this.betweenChunks = betweenChunks;
        this.socketTimeout = socketTimeout;
    }

    /** Records that a part of the body has arrived. */
    void onBytes() {
        if (stage == Stage.WAITING) {
            stage = Stage.READING;
            socketTimeout.accept(betweenChunks);
        }
    }

    /** Records that the answer is complete, although its body may not have ended. */
    void onAnswered(Timeout untilEndOfBody) {
        socketTimeout.accept(untilEndOfBody);
    }

    /** Returns the head of the response; empty before it has arrived. */
    Optional<ResponseHead> head() {
        return head;
    }

    /** Returns true if the provider has possibly received any part of the request. */
    boolean mayBeSent() {
        return stage != Stage.CONNECTING;
    }

    /** Describes the current wait of the exchange, for messages. */
    String awaited() {
        return stage.awaited;
    }
}

package dev.millrace.worker.call;

import java.util.function.LongSupplier;

/** How far an exchange has come. Belongs to the thread of the exchange. */
final class ExchangeProgress {
    private final LongSupplier nanos;
    private final long sendByNanos;
    private final Deadline connecting;
    private Stage stage = Stage.CONNECTING;

    enum Stage {
        CONNECTING("a connection"),
        /** The request is being written, or the provider works on it. */
        WAITING("the first byte of the answer"),
        READING("the next part of the answer");

        private final String awaited;

        Stage(String awaited) {
            this.awaited = awaited;
        }
    }

    /**
     * @param nanos a ticker
     * @param sendByNanos from then on nothing is sent
     * @param connecting ends when the connection stands; missed when it took until then
     */
    ExchangeProgress(LongSupplier nanos, long sendByNanos, Deadline connecting) {
        this.nanos = nanos;
        this.sendByNanos = sendByNanos;
        this.connecting = connecting;
    }

    /** The connection stands. Returns whether the request may be sent now. */
    boolean onConnected() {
        connecting.end();
        boolean inTime = !isLate();
        if (inTime) {
            stage = Stage.WAITING;
        }
        return inTime;
    }

    /** Returns true when the request was not sent since the time for it has passed. */
    boolean isLate() {
        return stage == Stage.CONNECTING
                && (connecting.isMissed() || nanos.getAsLong() - sendByNanos >= 0);
    }

    void onHead() {
        stage = Stage.READING;
    }

    /** Whether the provider may have received anything. */
    boolean mayBeSent() {
        return stage != Stage.CONNECTING;
    }

    /** What it waits for, in words. */
    String awaited() {
        return stage.awaited;
    }
}

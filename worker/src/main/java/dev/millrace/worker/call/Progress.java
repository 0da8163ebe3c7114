package dev.millrace.worker.call;

import java.util.function.LongSupplier;

/** How far an exchange has come. Belongs to the thread of the exchange. */
final class Progress {
    private final LongSupplier nanos;
    private final long sendByNanos;
    private Stage stage = Stage.CONNECTING;
    private boolean isLate;

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
     */
    Progress(LongSupplier nanos, long sendByNanos) {
        this.nanos = nanos;
        this.sendByNanos = sendByNanos;
    }

    /** The connection stands. Returns whether the request may be sent now. */
    boolean onConnected() {
        isLate = nanos.getAsLong() - sendByNanos >= 0;
        if (!isLate) {
            stage = Stage.WAITING;
        }
        return !isLate;
    }

    /** Whether it was not sent since its time had passed. */
    boolean isLate() {
        return isLate;
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

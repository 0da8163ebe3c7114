package dev.millrace.worker.call;

/** How far an exchange has come. Belongs to the thread of the exchange. */
final class Progress {
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

    void onSending() {
        stage = Stage.WAITING;
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

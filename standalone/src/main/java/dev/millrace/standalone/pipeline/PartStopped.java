package dev.millrace.standalone.pipeline;

/** A part that was running has stopped by a fault; the message says which and why. */
public final class PartStopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PartStopped(String message) {
        super(message);
    }
}

package dev.millrace.standalone.pipeline;

/** Reports that a running part has failed; the message names the part and the reason. */
public final class PartStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PartStoppedException(String message) {
        super(message);
    }
}

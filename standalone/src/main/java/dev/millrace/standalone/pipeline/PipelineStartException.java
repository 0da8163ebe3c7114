package dev.millrace.standalone.pipeline;

/** Reports that a part cannot start; the message names the part, the reason and what to do. */
public final class PipelineStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PipelineStartException(String message) {
        super(message);
    }

    PipelineStartException(String message, Throwable cause) {
        super(message, cause);
    }
}

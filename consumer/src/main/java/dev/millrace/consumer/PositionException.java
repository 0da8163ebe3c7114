package dev.millrace.consumer;

/**
 * Reports a partition that cannot be read from its position, or that has no position. The consumer
 * has read nothing from the partition. Someone must decide where to continue, because records may
 * have been lost; the message names the partition and the choices.
 */
public final class PositionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PositionException(String message) {
        super(message);
    }
}

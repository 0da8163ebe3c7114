package dev.millrace.consumer;

/**
 * Reports a partition without a position, or one that cannot be read from its position. The
 * consumer has read nothing from the partition. An operator must decide where to continue, because
 * records were possibly lost; the message names the partition and the choices.
 */
public final class PositionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PositionException(String message) {
        super(message);
    }
}

package dev.millrace.gateway.usage;

/** Reads the current state of the pipeline: policies, guards, limits, breakers and budgets. */
@FunctionalInterface
public interface StateSource {
    /**
     * Returns the state as one JSON object.
     *
     * @throws StateUnavailableException when the pipeline does not answer
     */
    String json() throws StateUnavailableException;

    /** Reports why the state cannot be read; the message is one line for callers. */
    final class StateUnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        public StateUnavailableException(String message) {
            super(message);
        }
    }
}

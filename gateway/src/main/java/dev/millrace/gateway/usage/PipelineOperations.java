package dev.millrace.gateway.usage;

/** The changes that an operator can make to a running pipeline, as the commands make them. */
public interface PipelineOperations {
    /** Refuses every change, for an API without a pipeline. */
    PipelineOperations NONE =
            (_, _) -> {
                throw new RefusedException("this server has no pipeline to change");
            };

    /**
     * Makes a change.
     *
     * @param by name of the caller, which is stored with the change
     * @return one human-readable line about the change
     * @throws RefusedException if the change is not possible; nothing was changed
     */
    String apply(Operation operation, String by) throws RefusedException;

    /** A change. */
    sealed interface Operation {
        /** Cancels the jobs of a batch submitted until now; running calls end normally. */
        record CancelBatch(String tenant, String batch) implements Operation {}

        /** Stops new calls of a model. */
        record PauseModel(String model) implements Operation {}

        /** Ends the pause of a model. */
        record ResumeModel(String model) implements Operation {}

        /**
         * Puts the rules before the present version of a policy in force.
         *
         * @param version the version that the caller assumes to be in force, such as {@code v7};
         *     the change is refused if another version is in force
         */
        record RollBackPolicy(String policy, String version) implements Operation {}
    }

    /** Reports why a change is not possible; the message is one line for callers. */
    final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        public RefusedException(String message) {
            super(message);
        }
    }
}

package dev.millrace.worker.translate;

import dev.millrace.contracts.job.Endpoint;
import java.util.List;
import java.util.Optional;

/** The body to send for a job, or why none can be sent. */
public sealed interface OutgoingBody {
    /**
     * A body that can be sent.
     *
     * @param endpoint the endpoint to call
     * @param translator translates the answer; empty if the endpoint is the job's own
     * @param addedFields names of the fields that were added for the cache of the provider
     */
    record Sendable(
            Endpoint endpoint,
            byte[] bytes,
            Optional<AnswerTranslator> translator,
            List<String> addedFields)
            implements OutgoingBody {}

    /** The send window passed before the body was created. */
    record TooLate() implements OutgoingBody {}

    /**
     * The job cannot be sent to the provider.
     *
     * @param message one human-readable sentence
     */
    record Refused(String message) implements OutgoingBody {}
}

package dev.millrace.standalone.option;

import dev.millrace.contracts.catalog.SimilarNames;
import dev.millrace.results.BatchKey;
import dev.millrace.results.batch.BatchReader;
import dev.millrace.standalone.console.UserError;
import dev.millrace.store.database.DatabaseException;

/** Explains that nothing is stored for a batch, which is named by its whole file name. */
public final class UnknownBatch {
    /** Number of batches among which similar names are searched. */
    private static final int MAX_BATCHES = 1_000;

    private UnknownBatch() {}

    /** Returns the error of a command that needs the batch. */
    public static UserError error(BatchReader batches, BatchKey key) throws DatabaseException {
        return UserError.usage(
                "Nothing is stored for batch \"%s\" of tenant \"%s\"%s"
                        .formatted(key.batch(), key.tenant(), hint(batches, key)));
    }

    /**
     * Describes where the batch may be: in the simulated answers, or under a similar name of the
     * tenant; empty if there is neither.
     */
    public static String hint(BatchReader batches, BatchKey key) throws DatabaseException {
        String simulated = SimulatedAnswers.batchHint(key);
        return simulated.isEmpty()
                ? SimilarNames.text(key.batch(), batches.names(key.tenant(), MAX_BATCHES))
                : simulated;
    }
}

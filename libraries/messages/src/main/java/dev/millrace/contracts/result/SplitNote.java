package dev.millrace.contracts.result;

import dev.millrace.contracts.job.JobId;
import java.util.List;

/**
 * How the document of a job was split, for its result.
 *
 * @param parts ids of the parts' jobs, in the order of the document
 * @param omitted failed parts that were left out
 * @param levels number of levels of joins
 * @param joins number of calls that joined answers, the key {@code reducers}
 */
public record SplitNote(List<JobId> parts, List<OmittedPart> omitted, int levels, int joins) {
    public SplitNote {
        parts = List.copyOf(parts);
        omitted = List.copyOf(omitted);
    }

    /**
     * A part that failed.
     *
     * @param number position in the document, from 1
     * @param errorCode why it failed
     */
    public record OmittedPart(int number, String errorCode) {}
}

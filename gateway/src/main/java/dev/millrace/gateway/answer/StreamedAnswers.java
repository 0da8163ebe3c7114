package dev.millrace.gateway.answer;

import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.job.JobCall;
import java.io.IOException;

/** Answers requests that ask for a stream. */
@FunctionalInterface
public interface StreamedAnswers {
    /** Refuses every stream. */
    StreamedAnswers NONE =
            (_, _, _) -> {
                throw ApiError.invalid("stream", "stream is not supported; leave it out");
            };

    /**
     * Submits a job and answers with its stream.
     *
     * @param request asks for chunks
     * @param admission must be passed on when the job is submitted, and be settled with the answer
     */
    void answer(Exchange exchange, JobCall request, CallerAdmission admission)
            throws IOException, InterruptedException;
}

package dev.millrace.gateway.job;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import java.util.Optional;

/** Plans calls by the rules of the router, without its state. Thread-safe. */
@FunctionalInterface
public interface CallPlanner {
    /** Leaves all calls to the router. */
    CallPlanner NONE = (_, _, _, _) -> Optional.empty();

    /**
     * A planned call, which counts as running until it ends.
     *
     * @param headers headers of its job
     * @param onEnd to run once, when the job has ended or its end is no longer awaited
     */
    record PlannedCall(JobHeaders headers, Runnable onEnd) {}

    /**
     * Plans a call.
     *
     * @param line the valid request
     * @param job id of its job, which no other request has
     * @param submission with tenant, batch and time
     * @param control the present state of control
     * @return empty if the router has to plan the call
     */
    Optional<PlannedCall> plan(
            RequestLine line, JobId job, SubmissionHeaders submission, ControlState control);
}

package dev.millrace.router.waiting;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.router.message.RoutingMessage.Rejection;
import java.time.Instant;
import java.util.Optional;

/** Decides whether a job, possibly after a wait, must end before it is called. */
public final class CallRefusal {
    private CallRefusal() {}

    /** Returns why a job must end: it was cancelled, or its deadline has passed; else empty. */
    public static Optional<Rejection> of(JobHeaders job, ControlState control, Instant now) {
        if (control.isCancelled(job.tenant(), job.batch(), job.requestedJob(), job.submittedAt())) {
            return Optional.of(
                    new Rejection(ErrorCode.CANCELLED, "the job or its batch was cancelled", null));
        }
        Instant deadline = job.deadline();
        return deadline == null || now.isBefore(deadline)
                ? Optional.empty()
                : Optional.of(
                        new Rejection(
                                ErrorCode.DEADLINE_EXCEEDED,
                                "the deadline " + deadline + " has passed",
                                "millrace.deadline"));
    }
}

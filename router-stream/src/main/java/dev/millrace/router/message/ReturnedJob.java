package dev.millrace.router.message;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.Calls;
import dev.millrace.contracts.result.EndReceivers;
import dev.millrace.contracts.result.JobFacts;
import dev.millrace.contracts.result.Route;
import dev.millrace.contracts.result.UnreadableRecord;
import dev.millrace.router.message.RoutingMessage.DeadLetterRecord;
import dev.millrace.router.message.RoutingMessage.EndedJob;
import dev.millrace.router.message.RoutingMessage.Origin;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads the headers of a job that returns to the router before it has ended. */
public final class ReturnedJob {
    private static final Pattern JOB_ID = Pattern.compile("[0-9a-f]{32}");

    private ReturnedJob() {}

    /** Returns true for a job that returned from a worker, for money for another attempt. */
    public static boolean needsMoney(Headers headers) {
        return headers.lastHeader(MillraceHeaders.RESERVED_USD) != null;
    }

    /** Returns the id of the job; empty for a record of another program. */
    public static Optional<JobId> id(Headers headers) {
        return MillraceHeaders.text(headers, MillraceHeaders.JOB_ID)
                .filter(it -> JOB_ID.matcher(it).matches())
                .map(JobId::new);
    }

    /** Returns a dead letter that names the job as it was when it left the router. */
    public static DeadLetterRecord unreadable(
            Origin origin,
            Headers headers,
            byte @Nullable [] value,
            ErrorCode reason,
            String message) {
        SubmissionHeaders submission = SubmissionHeaders.read(headers);
        JobId job = id(headers).orElse(null);
        return new DeadLetterRecord(
                reason,
                message,
                origin,
                value,
                submission.tenant(),
                submission.batch(),
                submission.line(),
                job,
                ended(job, submission, headers, origin));
    }

    /** Returns the job, which must end; null if the headers do not name it. */
    private static @Nullable EndedJob ended(
            @Nullable JobId job, SubmissionHeaders submission, Headers headers, Origin origin) {
        if (needsMoney(headers)) {
            return UnreadableRecord.read(headers, null).map(EndedJob::of).orElse(null);
        }
        return job == null || submission.tenant() == null || submission.batch() == null
                ? null
                : new EndedJob(
                        JobFacts.of(
                                new BatchJob(job, submission.tenant(), submission.batch()),
                                submission.line(),
                                Route.NONE,
                                EndReceivers.ofPartition(origin.partition()),
                                null),
                        Calls.NONE);
    }
}

package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.waiting.CallRefusal;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Sends jobs to their job topics, or ends jobs that must not be called. */
final class JobForwarder {
    private final CacheServices services;
    private final CacheOutputs outputs;
    private final JobEnds ends;

    JobForwarder(CacheServices services, CacheOutputs outputs, JobEnds ends) {
        this.services = services;
        this.outputs = outputs;
        this.ends = ends;
    }

    /** Returns why a job must end whatever the cache contains; empty for most jobs. */
    Optional<Rejection> refusal(CachedJob job) {
        return CallRefusal.of(job.headers(), services.control().get(), services.now());
    }

    /** Sends a job to its job topic, or ends it with an error, and returns true if it was sent. */
    boolean release(CachedJob job, @Nullable Origin origin) {
        Headers headers = headers(job);
        Optional<Rejection> refusal = callRefusal(job, bytes(job, headers));
        if (refusal.isPresent()) {
            ends.fail(job, refusal.get().error(), refusal.get().message(), origin);
            return false;
        }
        outputs.release(
                fits(bytes(job, headers), job.topic()) ? job.topic() : normalTopic(job),
                job.headers().model(),
                job.headers().jobId(),
                job.record(),
                headers);
        return true;
    }

    /** Returns true if a job would be sent to its job topic. */
    boolean mayCall(CachedJob job) {
        return callRefusal(job, bytes(job, headers(job))).isEmpty();
    }

    private Optional<Rejection> callRefusal(CachedJob job, int bytes) {
        return refusal(job)
                .or(() -> unpaid(job))
                .or(() -> services.modelCheck().apply(job.headers()))
                .or(() -> tooLarge(job, bytes));
    }

    private Optional<Rejection> tooLarge(CachedJob job, int bytes) {
        String normal = normalTopic(job);
        return fits(bytes, job.topic()) || fits(bytes, normal)
                ? Optional.empty()
                : Optional.of(Rejection.tooLarge(normal, bytes, maxBytes(normal)));
    }

    private String normalTopic(CachedJob job) {
        return services.topics().jobs(job.headers().model(), Lane.NORMAL);
    }

    private boolean fits(int bytes, String topic) {
        return bytes <= maxBytes(topic);
    }

    private static Optional<Rejection> unpaid(CachedJob job) {
        return Optional.ofNullable(job.budgetRefusal())
                .map(message -> new Rejection(ErrorCode.BUDGET_EXCEEDED, message, null));
    }

    private static int bytes(CachedJob job, Headers headers) {
        int keyBytes = job.headers().jobId().value().length();
        return OutgoingRecords.maxBytes(new byte[keyBytes], job.record().value(), headers);
    }

    private int maxBytes(String topic) {
        return services.topicLimits().maxRecordBytes(topic);
    }

    /** Returns the job's headers without the one that only the lookup needs. */
    private static Headers headers(CachedJob job) {
        var headers = new RecordHeaders();
        for (Header header : job.record().headers()) {
            if (!header.key().equals(MillraceHeaders.JOB_TOPIC)) {
                headers.add(header);
            }
        }
        return headers;
    }
}

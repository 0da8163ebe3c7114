package dev.millrace.router.cache;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.records.OutgoingRecords;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** Sends jobs to their job topics, or ends jobs that must not be called. */
final class JobReleaser {
    private final CacheServices services;
    private final CacheOutputs outputs;
    private final JobEnds ends;

    /** The reason why a job is not called. */
    record Refusal(ErrorCode error, String message) {}

    JobReleaser(CacheServices services, CacheOutputs outputs, JobEnds ends) {
        this.services = services;
        this.outputs = outputs;
        this.ends = ends;
    }

    /** Returns why a job must end whatever the cache holds; empty for most jobs. */
    Optional<Refusal> refusal(CachedJob job) {
        JobHeaders headers = job.headers();
        if (services.control()
                .get()
                .isCancelled(
                        headers.tenant(),
                        headers.batch(),
                        headers.jobId(),
                        headers.submittedAt())) {
            return Optional.of(
                    new Refusal(ErrorCode.CANCELLED, "the job or its batch was cancelled"));
        }
        Instant deadline = headers.deadline();
        return deadline == null || services.now().isBefore(deadline)
                ? Optional.empty()
                : Optional.of(
                        new Refusal(
                                ErrorCode.DEADLINE_EXCEEDED,
                                "the deadline " + deadline + " has passed"));
    }

    /** Sends a job to its job topic, or ends it with an error, and returns true if it was sent. */
    boolean release(CachedJob job, @Nullable Origin origin) {
        Headers headers = headers(job);
        String normal = services.topics().jobs(job.headers().model(), Lane.NORMAL);
        Predicate<String> accepts = topic -> accepts(topic, job, headers);
        Optional<Refusal> refusal = refusal(job);
        if (refusal.isEmpty() && !accepts.test(job.topic()) && !accepts.test(normal)) {
            refusal = Optional.of(notAccepted(normal));
        }
        if (refusal.isPresent()) {
            ends.fail(job, refusal.get().error(), refusal.get().message(), origin);
            return false;
        }
        outputs.release(
                accepts.test(job.topic()) ? job.topic() : normal,
                job.headers().model(),
                job.headers().jobId(),
                job.record(),
                headers);
        return true;
    }

    private boolean accepts(String topic, CachedJob job, Headers headers) {
        byte[] value = job.record().value();
        int keyBytes = job.headers().jobId().value().length();
        return OutgoingRecords.maxBytes(new byte[keyBytes], value, headers)
                <= services.topicLimits().maxRecordBytes(topic);
    }

    private static Refusal notAccepted(String topic) {
        return new Refusal(
                ErrorCode.VALIDATION_ERROR,
                String.format(
                        Locale.ROOT,
                        "%s does not accept the job: it is missing, rejects records, or its"
                                + " max.message.bytes are too low; \"millrace topics apply\" sets"
                                + " the configured limit",
                        topic));
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

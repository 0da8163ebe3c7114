package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.records.TopicLimits;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Fourth step: writes the routing decisions into the headers of a job.
 *
 * <p>Rejects jobs that may be too large for their topic: a record that a broker rejects would abort
 * its transaction with all other records, again and again.
 */
final class RouteStep implements Processor<byte[], PlannedJob, byte[], Object> {
    private final TopicLimits limits;
    private final RouterMetrics metrics;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();

    RouteStep(TopicLimits limits, RouterMetrics metrics, InternalErrors errors) {
        this.limits = limits;
        this.metrics = metrics;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
    }

    @Override
    public void process(Record<byte[], PlannedJob> entry) {
        PlannedJob job = entry.value();
        Record<byte[], ? extends RoutingMessage> next =
                errors.decide(
                        StepNames.ROUTE,
                        job.origin(),
                        () -> route(entry),
                        message -> rejected(entry, Rejection.internal(message)));
        if (next.value() instanceof PlannedJob) {
            metrics.onRouted(job.headers().model());
            step.forwardTo(StepNames.LANE, next);
        } else {
            step.forwardTo(StepNames.REFUSE, next);
        }
    }

    private Record<byte[], ? extends RoutingMessage> route(Record<byte[], PlannedJob> entry) {
        PlannedJob job = entry.value();
        Headers headers = OutgoingRecords.userHeaders(entry.headers());
        long userBytes = OutgoingRecords.headerBytes(headers);
        if (userBytes > OutgoingRecords.MAX_USER_BYTES) {
            return rejected(entry, tooManyHeaders(userBytes));
        }
        job.headers().writeTo(headers);
        byte[] key = job.identity().jobId().value().getBytes(UTF_8);
        int bytes = OutgoingRecords.maxBytes(key, job.bytes(), headers);
        int limit = limits.maxRecordBytes(job.topic());
        if (bytes > limit) {
            return rejected(entry, tooLarge(job.topic(), bytes, limit));
        }
        // Not entry.withKey(key).withHeaders(headers): each "with" copies all headers.
        return new Record<>(key, job, entry.timestamp(), headers);
    }

    private static Record<byte[], RoutingMessage.RejectedJob> rejected(
            Record<byte[], PlannedJob> entry, Rejection rejection) {
        return entry.withValue(entry.value().toRejected(rejection));
    }

    private static Rejection tooLarge(String topic, int bytes, int limit) {
        String message =
                String.format(
                        Locale.ROOT,
                        "the job may have %,d bytes with its headers, more than max.message.bytes ="
                                + " %,d of %s; \"millrace topics apply\" sets the configured limit",
                        bytes,
                        limit,
                        topic);
        return new Rejection(ErrorCode.VALIDATION_ERROR, message, null);
    }

    private static Rejection tooManyHeaders(long bytes) {
        String message =
                String.format(
                        Locale.ROOT,
                        "the record's own headers have %,d bytes, more than the limit of %,d",
                        bytes,
                        OutgoingRecords.MAX_USER_BYTES);
        return new Rejection(ErrorCode.VALIDATION_ERROR, message, null);
    }
}

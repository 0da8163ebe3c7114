package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.edge.Outgoing;
import dev.millrace.router.edge.TopicLimits;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Job;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes the decisions into the headers of a job for its model's topic.
 *
 * <p>A record that the broker refuses would abort the transaction of all records around it, over
 * and over. So what might be too large is refused here.
 */
final class RouteStep implements Processor<byte[], Job, byte[], Object> {
    private final TopicLimits limits;
    private final RouterMeters meters;
    private final InternalErrors errors;
    private final Forwarding<Object> forward = new Forwarding<>();

    RouteStep(TopicLimits limits, RouterMeters meters, InternalErrors errors) {
        this.limits = limits;
        this.meters = meters;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        forward.init(context);
    }

    @Override
    public void process(Record<byte[], Job> entry) {
        Job job = entry.value();
        Record<byte[], ? extends Flow> next =
                errors.decide(
                        Step.ROUTE,
                        job.origin(),
                        () -> next(entry),
                        message -> refused(entry, Fault.internal(message)));
        if (next.value() instanceof Job) {
            meters.onRouted(job.headers().model());
            forward.to(Step.LANE, next);
        } else {
            forward.to(Step.REFUSE, next);
        }
    }

    private Record<byte[], ? extends Flow> next(Record<byte[], Job> entry) {
        Job job = entry.value();
        Headers headers = Outgoing.foreign(entry.headers());
        long foreign = Outgoing.bytesOf(headers);
        if (foreign > Outgoing.MAX_FOREIGN_BYTES) {
            return refused(entry, tooManyHeaders(foreign));
        }
        job.headers().writeTo(headers);
        byte[] key = job.owner().jobId().value().getBytes(UTF_8);
        int bytes = Outgoing.bytesOf(key, job.bytes(), headers);
        int limit = limits.maxRecordBytes(job.topic());
        if (bytes > limit) {
            return refused(entry, tooLarge(job.topic(), bytes, limit));
        }
        // Each "with" of a record copies all its headers.
        return new Record<>(key, job, entry.timestamp(), headers);
    }

    private static Record<byte[], Flow.Refusal> refused(Record<byte[], Job> entry, Fault fault) {
        return entry.withValue(entry.value().refused(fault));
    }

    private static Fault tooLarge(String topic, int bytes, int limit) {
        String message =
                String.format(
                        Locale.ROOT,
                        "the job may have %,d bytes with its headers, more than max.message.bytes ="
                                + " %,d of %s; \"millrace topics apply\" sets it as configured",
                        bytes,
                        limit,
                        topic);
        return new Fault(ErrorCode.VALIDATION_ERROR, message, null);
    }

    private static Fault tooManyHeaders(long bytes) {
        String message =
                String.format(
                        Locale.ROOT,
                        "the record's own headers have %,d bytes, more than %,d",
                        bytes,
                        Outgoing.MAX_FOREIGN_BYTES);
        return new Fault(ErrorCode.VALIDATION_ERROR, message, null);
    }
}

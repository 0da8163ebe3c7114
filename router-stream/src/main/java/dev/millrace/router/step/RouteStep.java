package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.MillraceHeaders;
import dev.millrace.router.step.Flow.Fault;
import dev.millrace.router.step.Flow.Job;
import dev.millrace.router.step.Flow.Refusal;
import java.util.Locale;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Last step: writes the decisions into the headers and gives the job to its model's topic.
 *
 * <p>A record that the broker refuses would abort the transaction of all records around it, over
 * and over. So what might be too large is refused here.
 */
final class RouteStep implements Processor<byte[], Job, byte[], Object> {
    private final RouterMeters meters;
    private final Forwarding<Object> forward = new Forwarding<>();

    RouteStep(RouterMeters meters) {
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        forward.init(context);
    }

    @Override
    public void process(Record<byte[], Job> entry) {
        Job job = entry.value();
        var headers = Outgoing.copy(entry.headers());
        MillraceHeaders.removeAll(headers);
        long foreign = Outgoing.bytesOf(headers);
        if (foreign > Outgoing.MAX_FOREIGN_BYTES) {
            forward.to(
                    Step.REFUSE,
                    entry.withValue(new Refusal(job.owner(), tooManyHeaders(foreign))));
            return;
        }
        job.headers().writeTo(headers);
        meters.onRouted(job.headers().model());
        forward.to(
                Step.JOBS,
                entry.withKey(job.owner().jobId().value().getBytes(UTF_8))
                        .withHeaders(headers)
                        .withValue(job));
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

package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.dedupe.DuplicateDetector;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import java.time.InstantSource;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second step: forwards the first request of a job. Ends repeats as dead letters while the job is
 * unfinished and for a window after its end, which {@link JobCompletionStep} records.
 *
 * <p>The window counts record timestamps, so a repeat that waited in the topic while the router was
 * down is still a repeat.
 */
final class DedupeStep implements Processor<byte[], ParsedRequest, byte[], RoutingMessage> {
    private final InstantSource clock;
    private final SeenJobExpiry expiry;
    private final InternalErrors errors;
    private final StepContext<RoutingMessage> step = new StepContext<>();
    private @Nullable DuplicateDetector duplicates;

    DedupeStep(InstantSource clock, SeenJobExpiry expiry, InternalErrors errors) {
        this.clock = clock;
        this.expiry = expiry;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], RoutingMessage> context) {
        step.init(context);
        duplicates = new DuplicateDetector(context.getStateStore(StepNames.SEEN_JOBS), expiry);
    }

    @Override
    public void process(Record<byte[], ParsedRequest> entry) {
        ParsedRequest request = entry.value();
        RoutingMessage next =
                errors.decide(
                        StepNames.DEDUPE,
                        request.origin(),
                        () -> next(entry),
                        message -> request.toDeadLetter(ErrorCode.INTERNAL_ERROR, message));
        step.forwardTo(
                next instanceof ParsedRequest ? StepNames.PLAN : StepNames.BURY,
                entry.withValue(next));
    }

    private RoutingMessage next(Record<byte[], ParsedRequest> entry) {
        if (duplicates == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        ParsedRequest request = entry.value();
        ErrorCode repeat =
                duplicates.onRequest(
                        request,
                        entry.timestamp(),
                        step.context().currentStreamTimeMs(),
                        clock.millis());
        return repeat == null ? request : deadLetter(request, repeat);
    }

    private static RoutingMessage deadLetter(ParsedRequest request, ErrorCode repeat) {
        JobIdentity identity = request.identity();
        String content = repeat == ErrorCode.DUPLICATE ? "the same content" : "different content";
        return request.toDeadLetter(
                repeat,
                "custom_id \""
                        + identity.customId()
                        + "\" of batch \""
                        + identity.batch()
                        + "\" was already submitted, with "
                        + content);
    }
}

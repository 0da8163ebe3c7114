package dev.millrace.router.step;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.router.dedupe.DuplicateDetector;
import dev.millrace.router.dedupe.SeenJobExpiry;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.records.TerminalRecord;
import dev.millrace.router.retrieval.RetrievalRequests;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Second step: forwards the first request of a job. Ends repeats as dead letters while the job is
 * unfinished and for a window after its end, which {@link JobCompletionStep} records. A job that
 * gets passages of documents goes to the retrieval service before it is planned.
 *
 * <p>The window counts record timestamps, so a repeat that waited in the topic while the router was
 * down is still a repeat.
 */
final class DedupeStep implements Processor<byte[], ParsedRequest, byte[], Object> {
    private final InstantSource clock;
    private final SeenJobExpiry expiry;
    private final RetrievalRequests retrievals;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();
    private @Nullable DuplicateDetector duplicates;

    DedupeStep(
            InstantSource clock,
            SeenJobExpiry expiry,
            RetrievalRequests retrievals,
            InternalErrors errors) {
        this.clock = clock;
        this.expiry = expiry;
        this.retrievals = retrievals;
        this.errors = errors;
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
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
        if (!(next instanceof ParsedRequest)) {
            step.forwardTo(StepNames.BURY, entry.withValue(next));
        } else if (RetrievalRequests.needsPassages(request)) {
            retrieve(entry, request);
        } else {
            step.forwardTo(StepNames.PLAN, entry);
        }
    }

    /**
     * Sends a job to the retrieval service, in the partition of its request, with the router's time
     * as timestamp. The oldest timestamp of a waiting job decides which jobs are lost, and a client
     * can set any timestamp.
     */
    private void retrieve(Record<byte[], ParsedRequest> entry, ParsedRequest request) {
        Headers headers = retrievals.headers(request, entry.headers());
        byte[] key = request.identity().jobId().value().getBytes(UTF_8);
        Optional<Rejection> refusal = retrievals.refusal(key, request, headers);
        if (refusal.isPresent()) {
            step.forwardTo(StepNames.REFUSE, entry.withValue(request.toRejected(refusal.get())));
            return;
        }
        var waiting =
                new TerminalRecord(
                        retrievals.topic(), request.bytes(), request.origin().partition());
        step.forwardTo(StepNames.RETRIEVALS, new Record<>(key, waiting, clock.millis(), headers));
    }

    private RoutingMessage next(Record<byte[], ParsedRequest> entry) {
        if (duplicates == null) {
            throw new IllegalStateException("the step has not been initialized");
        }
        ParsedRequest request = entry.value();
        ErrorCode repeat = duplicates.onRequest(request, entry.timestamp(), clock.millis());
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

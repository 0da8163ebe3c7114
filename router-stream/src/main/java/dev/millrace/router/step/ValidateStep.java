package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.dedupe.RequestMover;
import dev.millrace.router.dedupe.RequestOffsets;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.feature.RouterFeature;
import dev.millrace.router.feature.RouterFeature.ReturnedJobs;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.ReturnedJob;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.AnsweredContent;
import dev.millrace.router.message.RoutingMessage.InvalidContent;
import dev.millrace.router.message.RoutingMessage.MovedRequest;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.message.ThreadBacklog;
import dev.millrace.router.records.RequestTurnExtractor;
import dev.millrace.router.waiting.PlannedRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * First step: parses a request, or a job that returns from a feature or for money, and requests the
 * commits of its task. Moves a request to the partition of its job if it is in another one.
 */
final class ValidateStep implements Processor<byte[], byte @Nullable [], byte[], Object> {
    private final Map<String, RequestReader> readers;
    private final RequestMover mover;
    private final InternalErrors errors;
    private final StepContext<Object> step = new StepContext<>();
    private final ThreadBacklog backlog;
    private final CommitTrigger commits;
    private final String returnedTopic;
    private final List<RouterFeature> features;
    private final RequestOffsets.Factory offsets;
    private List<ReturnedJobs> returned = List.of();
    private @Nullable RequestOffsets requests;

    /**
     * @param readers by request topic
     * @param offsets creates the handled offsets of a task from its store of seen jobs
     * @param returnedTopic topic of jobs that return before they have ended
     */
    ValidateStep(
            Map<String, RequestReader> readers,
            RequestMover mover,
            RequestOffsets.Factory offsets,
            String returnedTopic,
            List<RouterFeature> features,
            ThreadBacklog backlog,
            InternalErrors errors) {
        this.readers = readers;
        this.mover = mover;
        this.offsets = offsets;
        this.returnedTopic = returnedTopic;
        this.features = features;
        this.errors = errors;
        this.backlog = backlog;
        commits = new CommitTrigger(backlog, () -> step.context().commit());
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        step.init(context);
        KeyValueStore<Bytes, byte[]> seen = context.getStateStore(StepNames.SEEN_JOBS);
        returned = features.stream().map(it -> it.openReturned(seen, readers)).toList();
        requests = offsets.open(seen);
        step.every(CommitTrigger.TICK, _ -> onTick());
    }

    private void onTick() {
        Objects.requireNonNull(requests).flush();
        commits.onTick();
    }

    @Override
    public void close() {
        step.stop();
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> received) {
        Record<byte[], byte @Nullable []> request = RequestTurnExtractor.restore(received);
        Origin origin = step.origin();
        backlog.onRecord(origin);
        if (origin.topic().equals(returnedTopic)) {
            onReturned(request, origin);
            return;
        }
        Objects.requireNonNull(requests).onRequest(origin);
        SubmissionHeaders submission = SubmissionHeaders.read(request.headers());
        RoutingMessage read =
                errors.decide(
                        StepNames.VALIDATE,
                        origin,
                        () -> read(request, origin, submission),
                        message -> unreadable(request, origin, submission, message));
        if (isUrgent(read)) {
            commits.onUrgentWork();
        } else {
            commits.onWork();
        }
        step.forwardTo(next(read), request.withValue(read));
    }

    private static String next(RoutingMessage read) {
        if (read instanceof RoutingMessage.DeadLetterRecord) {
            return StepNames.BURY;
        }
        return read instanceof MovedRequest ? StepNames.MOVED : StepNames.DEDUPE;
    }

    /** Plans a job that returns from a feature; a feature decides about one that needs money. */
    private void onReturned(Record<byte[], byte @Nullable []> job, Origin origin) {
        boolean needsMoney = ReturnedJob.needsMoney(job.headers());
        errors.decide(
                        StepNames.VALIDATE,
                        origin,
                        () -> needsMoney ? forMoney(job, origin) : ofFeature(job),
                        message ->
                                Optional.of(
                                        ReturnedJob.unreadable(
                                                origin,
                                                job.headers(),
                                                job.value(),
                                                ErrorCode.INTERNAL_ERROR,
                                                message)))
                .ifPresent(it -> forward(job, it));
        commits.onWork();
    }

    private Optional<RoutingMessage> forMoney(
            Record<byte[], byte @Nullable []> job, Origin origin) {
        byte[] line = Objects.requireNonNull(job.value());
        PlannedJob planned = PlannedRecord.job(job.headers(), line, origin);
        return Optional.of(
                feature(planned).isPresent()
                        ? planned
                        : ReturnedJob.unreadable(
                                origin,
                                job.headers(),
                                line,
                                ErrorCode.VALIDATION_ERROR,
                                FeatureOption.BATCH_LIMIT.missing("a job that returns for money")));
    }

    private Optional<String> feature(PlannedJob job) {
        return features.stream().flatMap(it -> it.onPlanned(job).stream()).findFirst();
    }

    private Optional<RoutingMessage> ofFeature(Record<byte[], byte @Nullable []> job) {
        return returned.stream().flatMap(it -> it.read(job).stream()).findFirst();
    }

    private void forward(Record<byte[], byte @Nullable []> job, RoutingMessage read) {
        if (isUrgent(read)) {
            commits.onUrgentWork();
        }
        String next =
                switch (read) {
                    case RoutingMessage.DeadLetterRecord _ -> StepNames.BURY;
                    case PlannedJob planned -> feature(planned).orElseThrow();
                    default -> StepNames.PLAN;
                };
        step.forwardTo(next, job.withValue(read));
    }

    private RoutingMessage read(
            Record<byte[], byte @Nullable []> request,
            Origin origin,
            SubmissionHeaders submission) {
        RequestReader reader = readers.get(origin.topic());
        if (reader == null) {
            throw new IllegalStateException("not a request topic: " + origin.topic());
        }
        RoutingMessage read =
                reader.read(
                        origin,
                        request.value(),
                        submission,
                        Instant.ofEpochMilli(request.timestamp()));
        return read instanceof ParsedRequest parsed ? mover.move(parsed, request) : read;
    }

    private static boolean isUrgent(RoutingMessage message) {
        RoutingMessage read = message instanceof MovedRequest moved ? moved.request() : message;
        return read instanceof ParsedRequest request
                && switch (request.content()) {
                    case ValidContent(var line) -> isCritical(line);
                    case AnsweredContent(var line, _) -> isCritical(line);
                    case InvalidContent _ -> false;
                };
    }

    private static boolean isCritical(RequestLine line) {
        return line.options().priority() == Priority.CRITICAL;
    }

    /** Returns a dead letter for a record that could not be read, with its producer's headers. */
    private static RoutingMessage.DeadLetterRecord unreadable(
            Record<byte[], byte @Nullable []> request,
            Origin origin,
            SubmissionHeaders submission,
            String message) {
        return new RoutingMessage.DeadLetterRecord(
                ErrorCode.INTERNAL_ERROR,
                message,
                origin,
                request.value(),
                null,
                submission.batch(),
                submission.line(),
                null,
                null);
    }
}

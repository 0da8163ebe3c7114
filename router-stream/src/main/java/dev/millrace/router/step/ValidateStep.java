package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.Priority;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.CommitTrigger;
import dev.millrace.router.message.RequestReader;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.message.ThreadBacklog;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** First step: parses a request, and requests the commits of its task. */
final class ValidateStep implements Processor<byte[], byte @Nullable [], byte[], RoutingMessage> {
    private final Map<String, RequestReader> readers;
    private final InternalErrors errors;
    private final StepContext<RoutingMessage> step = new StepContext<>();
    private final ThreadBacklog backlog;
    private final CommitTrigger commits;

    /**
     * @param readers by request topic
     */
    ValidateStep(Map<String, RequestReader> readers, ThreadBacklog backlog, InternalErrors errors) {
        this.readers = readers;
        this.errors = errors;
        this.backlog = backlog;
        commits = new CommitTrigger(backlog);
    }

    @Override
    public void init(ProcessorContext<byte[], RoutingMessage> context) {
        step.init(context);
        step.every(RouterTopology.COMMIT_TICK, _ -> commits.onTick(context::commit));
    }

    @Override
    public void close() {
        step.stop();
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> request) {
        Origin origin = step.origin();
        backlog.onRecord(origin);
        SubmissionHeaders submission = SubmissionHeaders.read(request.headers());
        RoutingMessage read =
                errors.decide(
                        StepNames.VALIDATE,
                        origin,
                        () -> read(request, origin, submission),
                        message -> unreadable(request, origin, submission, message));
        if (isUrgent(read)) {
            commits.onUrgentWork(step.context()::commit);
        } else {
            commits.onWork();
        }
        step.forwardTo(
                read instanceof RoutingMessage.DeadLetterRecord ? StepNames.BURY : StepNames.DEDUPE,
                request.withValue(read));
    }

    private RoutingMessage read(
            Record<byte[], byte @Nullable []> request,
            Origin origin,
            SubmissionHeaders submission) {
        RequestReader reader = readers.get(origin.topic());
        if (reader == null) {
            throw new IllegalStateException("not a request topic: " + origin.topic());
        }
        return reader.read(
                origin, request.value(), submission, Instant.ofEpochMilli(request.timestamp()));
    }

    private static boolean isUrgent(RoutingMessage read) {
        return read instanceof ParsedRequest(_, _, _, _, _, ValidContent(var line))
                && line.options().priority() == Priority.CRITICAL;
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
                null);
    }
}

package dev.millrace.router.step;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.flow.Backlog;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Origin;
import dev.millrace.router.flow.Intake;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * First step: finds out whose a record is and whether it can be worked on. It also asks for the
 * commits of its task, see {@link CommitPace}.
 */
final class ValidateStep implements Processor<byte[], byte @Nullable [], byte[], Flow> {
    private final Map<String, Intake> intakes;
    private final InternalErrors errors;
    private final Forwarding<Flow> forward = new Forwarding<>();
    private final Backlog backlog;
    private final CommitPace commits;

    /**
     * @param intakes by request topic
     */
    ValidateStep(Map<String, Intake> intakes, Backlog backlog, InternalErrors errors) {
        this.intakes = intakes;
        this.errors = errors;
        this.backlog = backlog;
        commits = new CommitPace(backlog);
    }

    @Override
    public void init(ProcessorContext<byte[], Flow> context) {
        forward.init(context);
        forward.every(RouterTopology.COMMIT_TICK, _ -> commits.onTick(context::commit));
    }

    @Override
    public void close() {
        forward.stop();
    }

    @Override
    public void process(Record<byte[], byte @Nullable []> request) {
        Origin origin = forward.origin();
        backlog.onRecord(origin);
        commits.onWork();
        SubmissionHeaders said = SubmissionHeaders.read(request.headers());
        Flow read =
                errors.decide(
                        Step.VALIDATE,
                        origin,
                        () -> read(request, origin, said),
                        message -> unread(request, origin, said, message));
        forward.to(read instanceof Flow.Burial ? Step.BURY : Step.DEDUPE, request.withValue(read));
    }

    private Flow read(
            Record<byte[], byte @Nullable []> request, Origin origin, SubmissionHeaders said) {
        Intake intake = intakes.get(origin.topic());
        if (intake == null) {
            throw new IllegalStateException("not a request topic: " + origin.topic());
        }
        return intake.read(
                origin, request.value(), said, Instant.ofEpochMilli(request.timestamp()));
    }

    /** A record of which nothing is known but what its producer says of it. */
    private static Flow.Burial unread(
            Record<byte[], byte @Nullable []> request,
            Origin origin,
            SubmissionHeaders said,
            String message) {
        return new Flow.Burial(
                ErrorCode.INTERNAL_ERROR,
                message,
                origin,
                request.value(),
                null,
                said.batch(),
                said.line(),
                null);
    }
}

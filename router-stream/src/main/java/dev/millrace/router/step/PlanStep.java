package dev.millrace.router.step;

import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.OutputLimit;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.router.canary.inflight.CanaryInFlightLimit;
import dev.millrace.router.canary.inflight.CanaryInFlightStore;
import dev.millrace.router.flow.Flow;
import dev.millrace.router.flow.Flow.Claim;
import dev.millrace.router.flow.Flow.Fault;
import dev.millrace.router.flow.Flow.Job;
import dev.millrace.router.flow.Flow.Unusable;
import dev.millrace.router.flow.Flow.Workable;
import dev.millrace.router.plan.JobRequest;
import dev.millrace.router.plan.Plan;
import java.util.OptionalLong;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Third step: gives a job its model, or the reason why it gets none. */
final class PlanStep implements Processor<byte[], Claim, byte[], Flow> {
    private static final Fault CANCELLED =
            new Fault(ErrorCode.CANCELLED, "the job was cancelled before it was routed", null);

    private final Surroundings around;
    private final Topics topics;
    private final Forwarding<Flow> forward = new Forwarding<>();
    private CanaryInFlightLimit room = CanaryInFlightLimit.UNLIMITED;

    PlanStep(Surroundings around, Topics topics) {
        this.around = around;
        this.topics = topics;
    }

    @Override
    public void init(ProcessorContext<byte[], Flow> context) {
        forward.init(context);
        room =
                new CanaryInFlightStore(
                                context.getStateStore(Step.EXPOSURES),
                                around.guarded(),
                                around.lostBefore(),
                                forward.nowMillis())
                        ::hasCapacity;
    }

    @Override
    public void process(Record<byte[], Claim> entry) {
        Claim claim = entry.value();
        Flow next =
                around.errors()
                        .decide(
                                Step.PLAN,
                                claim.origin(),
                                () -> isCancelled(claim) ? claim.refused(CANCELLED) : plan(claim),
                                message -> claim.refused(Fault.internal(message)));
        forward.to(next instanceof Job ? Step.ROUTE : Step.REFUSE, entry.withValue(next));
    }

    private boolean isCancelled(Claim claim) {
        var owner = claim.owner();
        return around.control()
                .get()
                .isCancelled(owner.tenant(), owner.batch(), owner.jobId(), claim.submittedAt());
    }

    private Flow plan(Claim claim) {
        return switch (claim.content()) {
            case Unusable(var fault) -> claim.refused(fault);
            case Workable(var line) ->
                    switch (around.planner()
                            .plan(job(claim, line), around.clock().instant(), room)) {
                        case Plan.Routed routed -> job(claim, line, routed);
                        case Plan.Refused(var error, var message, var param) ->
                                claim.refused(new Fault(error, message, param));
                    };
        };
    }

    private static JobRequest job(Claim claim, RequestLine line) {
        return new JobRequest(claim.owner().jobId(), claim.owner().tenant(), line);
    }

    private Job job(Claim claim, RequestLine line, Plan.Routed routed) {
        var owner = claim.owner();
        var priority = line.options().priority();
        var headers =
                new JobHeaders(
                        owner.jobId(),
                        owner.tenant(),
                        owner.batch(),
                        owner.line(),
                        priority == null ? Priority.NORMAL : priority,
                        line.options().deadline(),
                        claim.submittedAt(),
                        routed.routedBy(),
                        routed.chain().stream().map(Model::name).toList(),
                        0,
                        0,
                        claim.origin().partition(),
                        limit(line, routed.model()));
        String topic = topics.jobs(routed.model().name(), Lane.NORMAL);
        return new Job(owner, claim.origin(), headers, topic, claim.bytes());
    }

    private static @Nullable Long limit(RequestLine line, Model model) {
        OptionalLong given = OutputLimit.defaultFor(line, model);
        return given.isPresent() ? given.getAsLong() : null;
    }
}

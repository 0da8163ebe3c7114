package dev.millrace.router.step;

import dev.millrace.router.feature.RouterContext;
import dev.millrace.router.feature.RouterFeature.JobEvents;
import dev.millrace.router.feature.StepContext;
import dev.millrace.router.feature.StepNames;
import dev.millrace.router.message.RoutingMessage;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.Rejection;
import dev.millrace.router.plan.ArmLimit;
import dev.millrace.router.plan.JobPlanner;
import java.util.List;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Third step: chooses the model of a job, or ends it without a call. */
final class PlanStep implements Processor<byte[], ParsedRequest, byte[], RoutingMessage> {
    private final RouterContext router;
    private final JobPlanner jobs;
    private final StepContext<RoutingMessage> step = new StepContext<>();
    private ArmLimit armLimit = ArmLimit.UNLIMITED;

    PlanStep(RouterContext router) {
        this.router = router;
        jobs = new JobPlanner(router.planner(), router.clock());
    }

    @Override
    public void init(ProcessorContext<byte[], RoutingMessage> context) {
        step.init(context);
        List<JobEvents> features = router.open(context);
        armLimit = routedBy -> features.stream().allMatch(it -> it.admits(routedBy));
    }

    @Override
    public void process(Record<byte[], ParsedRequest> entry) {
        ParsedRequest request = entry.value();
        RoutingMessage next =
                router.errors()
                        .decide(
                                StepNames.PLAN,
                                request.origin(),
                                () -> jobs.plan(request, router.policies().get(), armLimit),
                                message -> request.toRejected(Rejection.internal(message)));
        step.forwardTo(stepAfter(next), entry.withValue(next));
    }

    private String stepAfter(RoutingMessage next) {
        if (!(next instanceof PlannedJob job)) {
            return StepNames.REFUSE;
        }
        return router.next(job, null);
    }
}

package dev.millrace.standalone.usage;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.gateway.job.CallPlanner;
import dev.millrace.router.RouterTopology;
import dev.millrace.router.express.ExpressPlanner;
import dev.millrace.standalone.feature.Features;
import java.time.InstantSource;
import java.util.Optional;

/** Plans the express calls of a gateway by the rules of the router. Thread-safe. */
final class ExpressCalls implements CallPlanner {
    private final ExpressPlanner router;

    ExpressCalls(MillraceConfig config, InstantSource clock) {
        router =
                new ExpressPlanner(
                        config, Features.TRANSLATIONS, RouterTopology.planning(config), clock);
    }

    @Override
    public Optional<PlannedCall> plan(
            RequestLine line, JobId job, SubmissionHeaders submission, ControlState control) {
        return router.plan(line, job, submission, control)
                .map(it -> new PlannedCall(it, () -> router.onEnd(it)));
    }
}

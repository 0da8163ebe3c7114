package dev.millrace.router.express;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.header.SubmissionHeaders;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Priority;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.fair.FairLaneAssigner;
import dev.millrace.router.fair.FairnessConfig;
import dev.millrace.router.feature.FeatureOption;
import dev.millrace.router.message.RoutingMessage.JobIdentity;
import dev.millrace.router.message.RoutingMessage.Origin;
import dev.millrace.router.message.RoutingMessage.ParsedRequest;
import dev.millrace.router.message.RoutingMessage.PlannedJob;
import dev.millrace.router.message.RoutingMessage.ValidContent;
import dev.millrace.router.plan.JobPlanner;
import dev.millrace.router.plan.PlanAddition;
import dev.millrace.router.plan.ServiceableModels;
import dev.millrace.router.policy.PolicySnapshotSource;
import dev.millrace.wire.translate.Translation;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Plans the jobs of the express lane by the rules of the router: critical jobs for a named model
 * that need no state of the router, of tenants within their fair pace. Leaves everything else to
 * the router, such as jobs that it would end without a call. Thread-safe.
 */
public final class ExpressPlanner {
    /** The job has no request. */
    private static final Origin NO_REQUEST = new Origin("", 0, 0);

    private final InstantSource clock;
    private final PolicySnapshotSource policies;
    private final JobPlanner jobs;

    /** Guarded by itself. Its limit is that of one more partition of the request topics. */
    private final FairLaneAssigner pace;

    /**
     * Creates a planner for the models of a configuration.
     *
     * @param translations how jobs reach models of other urls
     * @param additions what features add to plans; a job with a cache key is for the router
     */
    public ExpressPlanner(
            MillraceConfig config,
            List<Translation> translations,
            List<PlanAddition> additions,
            InstantSource clock) {
        this.clock = clock;
        policies = new PolicySnapshotSource(() -> ControlState.EMPTY, config);
        jobs =
                JobPlanner.withoutState(
                        ServiceableModels.of(config, translations), additions, clock);
        pace =
                FairLaneAssigner.inMemory(
                        new FairnessConfig(
                                FairLaneAssigner.limitPerPartition(
                                        config.router().fairness().burst(),
                                        config.topics().partitions()),
                                tenant -> config.tenant(tenant).weight()));
    }

    /**
     * Plans a job, and counts it until {@link #onEnd}.
     *
     * @param line the valid request
     * @param job id of its job, which no other request has
     * @param submission with tenant and batch
     * @param control the present state of control
     * @return the headers of the job; empty if the router has to plan it
     */
    public Optional<JobHeaders> plan(
            RequestLine line, JobId job, SubmissionHeaders submission, ControlState control) {
        if (!needsNoState(line)
                || hasBudget(submission, control.budgets())
                || control.inEffect(clock.instant()).isPaused()) {
            return Optional.empty();
        }
        return jobs.plan(request(line, job, submission), policies.of(control))
                        instanceof PlannedJob planned
                ? admitted(planned)
                : Optional.empty();
    }

    private static boolean needsNoState(RequestLine line) {
        return line.options().priority() == Priority.CRITICAL
                && !line.model().equals(Model.AUTO)
                && line.options().maxCostUsd() == null
                && !FeatureOption.isAnyIn(line);
    }

    /**
     * Returns true if a router has reported a budget of the tenant, batch or API key. The
     * configuration of this process may lack it.
     */
    private static boolean hasBudget(SubmissionHeaders submission, ControlState.Budgets budgets) {
        String tenant = Objects.requireNonNull(submission.tenant());
        String batch = Objects.requireNonNull(submission.batch());
        String key = submission.apiKey();
        return !budgets.ofTenant(tenant).isEmpty()
                || budgets.states().containsKey(new ControlKey.BatchBudget(tenant, batch))
                || (key != null
                        && budgets.states().containsKey(new ControlKey.KeyBudget(tenant, key)));
    }

    private ParsedRequest request(RequestLine line, JobId job, SubmissionHeaders submission) {
        var identity =
                new JobIdentity(
                        job,
                        line.customId(),
                        Objects.requireNonNull(submission.tenant()),
                        Objects.requireNonNull(submission.batch()),
                        null,
                        line.options().labels(),
                        null,
                        submission.apiKey(),
                        null);
        return new ParsedRequest(
                identity,
                NO_REQUEST,
                clock.instant(),
                submission.chunks(),
                line.bytes(),
                new ValidContent(line),
                null);
    }

    private Optional<JobHeaders> admitted(PlannedJob planned) {
        JobHeaders job = planned.headers();
        if (job.costLimit() != null || job.cacheKey() != null) {
            return Optional.empty();
        }
        synchronized (pace) {
            return pace.admit(job.model(), job.tenant(), clock.millis())
                    ? Optional.of(job.withoutRequestPartition())
                    : Optional.empty();
        }
    }

    /** Takes back the count of a planned job, once it has ended or its end is not awaited. */
    public void onEnd(JobHeaders job) {
        synchronized (pace) {
            pace.onCountedEnd(job.model(), clock.millis());
        }
    }
}

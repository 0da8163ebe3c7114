package dev.millrace.worker.loop;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.worker.breaker.BreakerResets;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.SharedTrials;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.commit.OffsetRenewal;
import dev.millrace.worker.commit.PendingWrites;
import dev.millrace.worker.commit.StandingIntents;
import dev.millrace.worker.dispatch.CallAnnouncer;
import dev.millrace.worker.dispatch.CallDispatcher;
import dev.millrace.worker.dispatch.CallWatchdog;
import dev.millrace.worker.dispatch.CompletionPolicy;
import dev.millrace.worker.dispatch.JobCompletion;
import dev.millrace.worker.dispatch.Mailbox;
import dev.millrace.worker.dispatch.ReportCollector;
import dev.millrace.worker.intake.ControlChanges;
import dev.millrace.worker.intake.FinishedRecordCleanup;
import dev.millrace.worker.intake.Intake;
import dev.millrace.worker.intake.JobAdmission;
import dev.millrace.worker.intake.Recovery;
import dev.millrace.worker.intake.TopicIdCheck;
import dev.millrace.worker.intake.WaitingJobs;
import dev.millrace.worker.job.ExistingTopics;
import dev.millrace.worker.job.Prompts;
import dev.millrace.worker.job.ServedModels;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.limits.CallLimits;
import dev.millrace.worker.limits.LoopContext;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.limits.SpentBudgets;
import dev.millrace.worker.outcome.RetryPolicy;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.port.Timing;
import dev.millrace.worker.quota.Quota;
import dev.millrace.worker.schedule.Schedule;
import dev.millrace.worker.tier.Tiers;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Creates the parts of a loop and connects them to its ports. The parts belong to the loop's
 * thread.
 */
final class LoopParts {
    final LoopClock clock;
    final Providers providers;
    final LoopMetrics metrics;
    final WorkerMetrics workerMetrics;
    final Capacity capacity;
    final PauseAndCancelState pauseAndCancel;
    final SpentBudgets spentBudgets;
    final Breakers breakers;
    final Schedule schedule;
    final Quota quota;
    final Prompts prompts;
    final CallLimits limits;
    final StandingIntents standing;
    final Committer committer;
    final OffsetRenewal renewal;
    final ExistingTopics existingTopics;
    final JobCompletion completion;
    final CallAnnouncer announcer;
    final CallDispatcher dispatcher;
    final ReportCollector reports;
    final Recovery recovery;
    final Intake intake;
    final FinishedRecordCleanup cleanup;
    final TopicIdCheck topicIds;
    final ControlChanges controlChanges;
    final WaitingJobs waitingJobs;
    final LoopWaits waits;

    LoopParts(
            WorkerLoop.Ports ports,
            Mailbox mailbox,
            ServedModels served,
            WorkerConfig config,
            Timing timing,
            Breakers breakers,
            LoopFeatures features,
            MeterRegistry registry) {
        clock = timing.clock();
        providers = ports.providers();
        metrics = new LoopMetrics(registry, served.models().keySet());
        workerMetrics = new WorkerMetrics(registry);
        capacity =
                new Capacity(
                        config, served.topics().values(), Tiers.names(served.models().values()));
        pauseAndCancel = new PauseAndCancelState(ports.control(), clock, served.models().keySet());
        spentBudgets = new SpentBudgets(pauseAndCancel::budgets, clock);
        this.breakers = breakers;
        prompts = features.prompts();
        quota =
                new Quota(
                        Tiers.calledModels(served.models().values()),
                        served.limits(),
                        ports.providers()::keyCount,
                        now -> features.searches().start(config.maxInFlight(), now),
                        ports.permits(),
                        clock);
        var tiers = new Tiers(served.models().values(), quota, config, clock);
        var context =
                new LoopContext(
                        config,
                        clock,
                        capacity,
                        workerMetrics,
                        pauseAndCancel,
                        spentBudgets,
                        breakers,
                        tiers,
                        features.follower());
        schedule = new Schedule(context, served.tenantWeights(), ports.source());
        limits = new CallLimits(context, quota);
        var pending = new PendingWrites(capacity);
        standing =
                new StandingIntents(
                        pending, ports.topics(), it -> schedule.readyCount(it) > 0, context);
        committer = new Committer(ports.source(), ports.log(), pending, standing, context);
        renewal = new OffsetRenewal(pending, clock.nanos());
        var policy =
                new CompletionPolicy(
                        new RetryPolicy(config.maxAttempts(), config.backoff()), timing.random());
        existingTopics = new ExistingTopics(ports.topics(), served.lanes(), clock.nanos());
        completion = new JobCompletion(policy, schedule, pending, served, existingTopics, context);
        announcer = new CallAnnouncer(schedule, completion, limits, context);
        var watchdog = new CallWatchdog(config.timeouts().total());
        dispatcher =
                new CallDispatcher(
                        ports.providers(), mailbox, ports.topics(), watchdog, limits, context);
        reports =
                new ReportCollector(
                        mailbox, watchdog, completion, limits, context, standing::expectsCritical);
        recovery =
                new Recovery(
                        ports.source(),
                        ports.topics(),
                        pending,
                        served.acceptResend(),
                        config.maxAttempts());
        var admission = new JobAdmission(served, schedule, completion, prompts, context);
        intake = new Intake(ports.source(), schedule, admission, pending, served, context);
        cleanup = new FinishedRecordCleanup(ports.topics(), clock.nanos());
        topicIds = new TopicIdCheck(ports.topics(), pending, clock.nanos());
        controlChanges =
                new ControlChanges(
                        intake,
                        schedule,
                        completion,
                        pauseAndCancel,
                        new BreakerResets(breakers),
                        new SharedTrials(breakers, clock, config.instance().orElseThrow()));
        waitingJobs = new WaitingJobs(schedule, completion, context);
        waits = new LoopWaits(this, served.models().keySet(), tiers);
    }
}

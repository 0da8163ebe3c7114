package dev.millrace.worker.simulation;

import dev.millrace.contracts.error.BreakerEffect;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.worker.answer.Billing;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls of a process. A crash ends them for the process, but not for the provider. */
final class SimulatedProviders implements Providers {
    /** Fewest failed calls that open a breaker, unless a single failure opens it at once. */
    private static final int LEAST_FAILURES = 5;

    private final World world;
    private final WorkerProcess process;
    private final Set<SimulatedCall> calls = new LinkedHashSet<>();
    private int failures;

    SimulatedProviders(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        process.mayFail(EventType.CRASH_AT_CALL_START);
        Task task = world.jobs().task(request.record());
        world.checker().onStarted(process, task);
        var call = new SimulatedCall(task, request, receiver);
        calls.add(call);
        world.timeline().after(call.plan.sentAfter(), call::send);
        return call;
    }

    @Override
    public int keyCount(String provider) {
        Scenario.Refusal refusal = world.scenario().refusal();
        return refusal == null ? 0 : refusal.keys();
    }

    @Override
    public void close() {
        List.copyOf(calls).forEach(SimulatedCall::cancel);
    }

    /**
     * Returns true if the call need not count as an attempt: nothing is billed, and a breaker can
     * be open.
     */
    private boolean isExcusable(Verdict verdict) {
        if (!(verdict instanceof Verdict.Failed failed)) {
            return false;
        }
        BreakerEffect effect = failed.error().breakerEffect();
        failures += effect == BreakerEffect.OPENS ? LEAST_FAILURES : 1;
        return failed.billing() instanceof Billing.Nothing
                && switch (effect) {
                    case OPENS, OPENS_KEY -> true;
                    case COUNTS -> failures >= LEAST_FAILURES;
                    case LOWERS_PACE, NONE -> false;
                };
    }

    private final class SimulatedCall implements Call {
        private final Task task;
        private final CallRequest request;
        private final Consumer<CallReport> receiver;
        private final Upstream.Plan plan;
        private final long startedAt = world.timeline().now();
        private @Nullable RequestLine line;
        private @Nullable SentCall sent;
        private boolean isCancelled;

        SimulatedCall(Task task, CallRequest request, Consumer<CallReport> receiver) {
            this.task = task;
            this.request = request;
            this.receiver = receiver;
            this.plan =
                    world.upstream()
                            .plan(
                                    task,
                                    ++task.started,
                                    request.key(),
                                    request.model().serviceTier().isPresent(),
                                    startedAt);
        }

        void send() {
            if (isOver() || isCancelled || deferWhilePaused(this::send)) {
                return;
            }
            if (!(RequestParser.parse(request.record()) instanceof ParseResult.Accepted accepted)) {
                report(
                        Verdict.unsent(ErrorCode.MALFORMED_REQUEST, "not a job"),
                        "not a job",
                        false);
                return;
            }
            line = accepted.line();
            if (world.ticker() - request.window().sendByNanos() >= 0) {
                world.eventLog().add(EventType.SEND_WINDOW_MISSED, task);
                report(new Verdict.SendWindowMissed(), "", false);
                return;
            }
            if (plan.isSentAtAll()) {
                sent = world.checker().onSent(process, task, request.model().name(), plan);
            }
            world.timeline().after(plan.duration(), this::end);
            long untilDeadline = request.window().endByNanos() - world.ticker();
            long longest = request.window().longestNanos();
            long left = longest == 0 ? untilDeadline : Math.min(untilDeadline, longest);
            if (left < plan.duration().toNanos()) {
                world.timeline().after(Duration.ofNanos(Math.max(0, left)), this::abortCall);
            }
        }

        private void end() {
            if (process.isGone() && sent != null) {
                world.eventLog().add(EventType.ORPHANED_CALL, task);
            }
            if (!isOver() && !deferWhilePaused(this::end) && !isCancelled) {
                if (world.occurs(world.faults().lostReport())) {
                    loseReport();
                    return;
                }
                world.eventLog().add(Upstream.eventType(plan.outcome()), task);
                if (sent != null) {
                    sent.isRetryable = Upstream.isRetryable(plan.outcome());
                }
                if (Upstream.isRetryable(plan.outcome())) {
                    world.checker().onFailed();
                } else {
                    world.checker().onFinalReport(process, task);
                }
                report(Upstream.verdict(plan, Objects.requireNonNull(line)), "", true);
            }
        }

        private void loseReport() {
            world.eventLog().add(EventType.REPORT_LOST, task);
            if (sent != null) {
                sent.isRetryable = true;
                sent.isOver = true;
            }
            onEnded();
        }

        private void onEnded() {
            calls.remove(this);
            world.checker().onCallEnded(process, task);
        }

        private void abortCall() {
            if (!isOver() && !isCancelled && !deferWhilePaused(this::abortCall)) {
                world.eventLog().add(EventType.DEADLINE_EXCEEDED, task);
                if (sent != null) {
                    sent.isRetryable = true;
                }
                reportIncomplete(ErrorCode.TIMEOUT);
            }
        }

        private void reportIncomplete(ErrorCode error) {
            boolean isSent = sent != null;
            report(
                    isSent ? Upstream.incomplete(error) : Verdict.unsent(error, "aborted"),
                    "",
                    isSent);
        }

        @Override
        public void cancel() {
            if (isOver() || isCancelled) {
                return;
            }
            isCancelled = true;
            world.checker().onCallEnded(process, task);
            world.eventLog().add(EventType.CALL_CANCELLED, task);
            if (sent != null && process.mayAbortCalls(task.partition)) {
                world.eventLog().add(EventType.ABORTED_AFTER_DRAIN, task);
                sent.isExempt = true;
            }
            world.timeline().after(plan.cancelledAfter(), this::endCancelled);
        }

        private void endCancelled() {
            if (!isOver() && !deferWhilePaused(this::endCancelled)) {
                reportIncomplete(ErrorCode.CONNECTION_ERROR);
            }
        }

        private boolean isOver() {
            return !calls.contains(this) || process.isGone();
        }

        /** Postpones an action if the process is paused. Returns true if it was postponed. */
        private boolean deferWhilePaused(Runnable action) {
            if (process.isPaused()) {
                world.timeline().at(process.pausedUntil(), action);
                return true;
            }
            return false;
        }

        /** Returns true if the provider had no capacity for the cheaper tier. */
        private boolean isRefusedTier(Verdict verdict) {
            return plan.isCheaper()
                    && verdict instanceof Verdict.Failed failed
                    && failed.response() != null;
        }

        private void report(Verdict verdict, String unreadable, boolean called) {
            onEnded();
            boolean isExcusable = isRefusedTier(verdict) || isExcusable(verdict);
            if (sent != null) {
                sent.isExcusable = isExcusable;
                sent.isOver = true;
                sent.billedTokens =
                        verdict.billing() instanceof Billing.Billed billed
                                ? billed.usage().inputTokens() + billed.usage().outputTokens()
                                : 0;
            }
            var took = Duration.ofNanos(world.timeline().now() - startedAt);
            receiver.accept(new CallReport(line, unreadable, verdict, called, took, null));
        }
    }
}

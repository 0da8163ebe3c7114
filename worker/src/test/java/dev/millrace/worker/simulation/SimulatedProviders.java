package dev.millrace.worker.simulation;

import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.Providers;
import dev.millrace.worker.simulation.time.Happening;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The calls of a process. They end with it, but not at the provider. */
final class SimulatedProviders implements Providers {
    private final World world;
    private final WorkerProcess process;
    private final Set<Flight> flights = new LinkedHashSet<>();

    SimulatedProviders(World world, WorkerProcess process) {
        this.world = world;
        this.process = process;
    }

    @Override
    public Call start(CallRequest request, Consumer<CallReport> receiver) {
        process.step(Happening.CRASH_AT_START);
        Task task = Objects.requireNonNull(world.jobs().task(request.job()), request.job().value());
        world.checker().onStarted(process, task);
        var flight = new Flight(task, request, receiver);
        flights.add(flight);
        world.timeline().after(flight.plan.sentAfter(), flight::send);
        return flight;
    }

    @Override
    public void close() {
        List.copyOf(flights).forEach(Flight::cancel);
    }

    private final class Flight implements Call {
        private final Task task;
        private final CallRequest request;
        private final Consumer<CallReport> receiver;
        private final Upstream.Plan plan;
        private final long startedAt = world.timeline().now();
        private @Nullable RequestLine line;
        private @Nullable Sent sent;
        private boolean isCancelled;

        Flight(Task task, CallRequest request, Consumer<CallReport> receiver) {
            this.task = task;
            this.request = request;
            this.receiver = receiver;
            this.plan = world.upstream().plan(task, ++task.started);
        }

        void send() {
            if (isOver() || isCancelled || isDeferred(this::send)) {
                return;
            }
            if (!(RequestParser.parse(request.record()) instanceof ParseResult.Accepted accepted)) {
                report(Verdict.unsent(ErrorCode.MALFORMED_REQUEST, "no line"), "no line", false);
                return;
            }
            line = accepted.line();
            if (world.ticker() - request.window().sendByNanos() >= 0) {
                world.chronicle().note(Happening.LATE, task);
                report(new Verdict.SendWindowMissed(), "", false);
                return;
            }
            if (plan.isSentAtAll()) {
                sent = world.checker().onSent(process, task, plan);
            }
            world.timeline().after(plan.takes(), this::end);
            long left = request.window().endByNanos() - world.ticker();
            if (left < plan.takes().toNanos()) {
                world.timeline().after(Duration.ofNanos(Math.max(0, left)), this::abortCall);
            }
        }

        private void end() {
            if (process.isGone() && sent != null) {
                world.chronicle().note(Happening.ORPHANED_CALL, task);
            }
            if (!isOver() && !isDeferred(this::end) && !isCancelled) {
                if (world.happens(world.faults().lostReport())) {
                    loseReport();
                    return;
                }
                world.chronicle().note(Upstream.happening(plan.fate()), task);
                if (sent != null) {
                    sent.mayBeRepeated = Upstream.mayBeRepeated(plan.fate());
                }
                if (!Upstream.mayBeRepeated(plan.fate())) {
                    world.checker().onFinalReport(process, task);
                }
                report(Upstream.verdict(plan), "", true);
            }
        }

        private void loseReport() {
            world.chronicle().note(Happening.REPORT_LOST, task);
            if (sent != null) {
                sent.mayBeRepeated = true;
            }
            flights.remove(this);
        }

        private void abortCall() {
            if (!isOver() && !isCancelled && !isDeferred(this::abortCall)) {
                world.chronicle().note(Happening.OVER_DEADLINE, task);
                if (sent != null) {
                    sent.mayBeRepeated = true;
                }
                report(Upstream.broken(ErrorCode.TIMEOUT), "", true);
            }
        }

        @Override
        public void cancel() {
            if (isOver() || isCancelled) {
                return;
            }
            isCancelled = true;
            world.chronicle().note(Happening.CANCELLED, task);
            if (sent != null && process.mayBreakOff(task.partition)) {
                world.chronicle().note(Happening.BROKEN_OFF_AFTER_DRAIN, task);
                sent.isExcused = true;
            }
            world.timeline().after(plan.cancelledAfter(), this::endCancelled);
        }

        private void endCancelled() {
            if (!isOver() && !isDeferred(this::endCancelled)) {
                boolean isSent = sent != null;
                report(
                        isSent
                                ? Upstream.broken(ErrorCode.CONNECTION_ERROR)
                                : Verdict.unsent(ErrorCode.CONNECTION_ERROR, "broken off"),
                        "",
                        isSent);
            }
        }

        private boolean isOver() {
            return !flights.contains(this) || process.isGone();
        }

        /** In a paused process nothing happens before it goes on. */
        private boolean isDeferred(Runnable action) {
            if (process.isPaused()) {
                world.timeline().at(process.pausedUntil(), action);
                return true;
            }
            return false;
        }

        private void report(Verdict verdict, String unreadable, boolean called) {
            flights.remove(this);
            var took = Duration.ofNanos(world.timeline().now() - startedAt);
            receiver.accept(new CallReport(line, unreadable, verdict, called, took, null));
        }
    }
}

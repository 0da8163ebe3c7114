package dev.millrace.standalone.status;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.serving.ControlWaits;
import dev.millrace.gateway.serving.RunningServices;
import dev.millrace.standalone.client.RecordCount;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds out why the jobs of a pipeline wait. Combines the reports in control with the backlogs.
 * Only waiting jobs have a reason.
 *
 * @param queues the models that have topics
 * @param unrouted number of requests that no router has routed, by request topic
 * @param running the services that run
 * @param retrieval jobs that wait for passages; empty if there are none
 */
record PipelineWaits(
        ControlWaits control,
        List<ModelQueue> queues,
        Map<String, RecordCount> unrouted,
        RunningServices running,
        Optional<RetrievalBacklog> retrieval) {

    List<Waiting> list() {
        List<Waiting> waits = new ArrayList<>();
        unrouted.forEach(
                (topic, count) ->
                        running.noRouterFor(topic)
                                .map(it -> it.withJobs(count.records(), count.isEstimate()))
                                .ifPresent(waits::add));
        if (queues.isEmpty()) {
            waits.add(row("", WaitingReason.NO_TOPIC, "no model of the catalog has topics", 0));
        }
        queues.stream().filter(it -> it.waiting() > 0).forEach(it -> addModel(it, waits));
        control.reported().stream().filter(this::isHeld).forEach(waits::add);
        control.budgets().forEach((key, state) -> waits.add(ControlWaits.budget(key, state)));
        retrieval.ifPresent(it -> waits.add(passages(it)));
        return waits;
    }

    /** Returns true for jobs that a router holds, so that they are in no topic. */
    private boolean isHeld(Waiting waiting) {
        return waiting.reason() == WaitingReason.CHEAPER_HOUR
                || (waiting.reason() == WaitingReason.NO_TOPIC
                        && queues.stream().noneMatch(it -> it.model().equals(waiting.model())));
    }

    private void addModel(ModelQueue queue, List<Waiting> waits) {
        List<Waiting> rows = new ArrayList<>();
        noWorkerFor(queue).ifPresent(rows::add);
        control.pauses()
                .forEach(
                        (key, command) -> {
                            if (key instanceof ControlKey.PauseAll
                                    || key.equals(new ControlKey.PauseModel(queue.model()))) {
                                rows.add(ofModel(queue, ControlWaits.pause(key, command)));
                            }
                        });
        boolean isPaused = queue.isPaused();
        control.reported().stream()
                .filter(it -> it.model().equals(queue.model()) && !isHeld(it))
                .filter(it -> !isPaused || it.reason() != WaitingReason.PAUSE)
                .map(this::withPause)
                .forEach(rows::add);
        waits.addAll(counted(rows, queue));
    }

    /** Returns a wait if jobs wait in a topic that no worker reads. */
    private Optional<Waiting> noWorkerFor(ModelQueue queue) {
        List<Lane> lanes =
                Arrays.stream(Lane.values())
                        .filter(it -> queue.waiting(it) > 0)
                        .filter(it -> !running.reads(queue.model(), it))
                        .toList();
        return running.noWorkerFor(queue.model(), lanes)
                .map(
                        it ->
                                it.withJobs(
                                        lanes.stream().mapToLong(queue::waiting).sum(),
                                        queue.isEstimate()));
    }

    private static Waiting ofModel(ModelQueue queue, Waiting waiting) {
        return new Waiting(
                queue.model(),
                Optional.empty(),
                waiting.reason(),
                waiting.value(),
                waiting.until(),
                0);
    }

    /** Adds the name of the pause, because a worker reports only that jobs wait for a pause. */
    private Waiting withPause(Waiting waiting) {
        if (waiting.reason() != WaitingReason.PAUSE) {
            return waiting;
        }
        String targets =
                control.pauses().keySet().stream()
                        .filter(it -> !(it instanceof ControlKey.PauseModel))
                        .map(ControlKey.Pause::target)
                        .collect(Collectors.joining(", "));
        return row(waiting.model(), WaitingReason.PAUSE, targets, waiting.jobs());
    }

    /**
     * If exactly one row has no number of jobs, gives it the waiting jobs that the other rows do
     * not count.
     */
    private static List<Waiting> counted(List<Waiting> rows, ModelQueue queue) {
        long left = queue.waiting() - rows.stream().mapToLong(Waiting::jobs).sum();
        boolean isOne = rows.stream().filter(it -> it.jobs() == 0).count() == 1;
        return rows.stream()
                .map(
                        it ->
                                isOne && it.jobs() == 0 && left > 0
                                        ? it.withJobs(left, queue.isEstimate())
                                        : it)
                .toList();
    }

    private static Waiting passages(RetrievalBacklog backlog) {
        return row(
                        "",
                        WaitingReason.RETRIEVAL,
                        backlog.services() == 0
                                ? "no retrieval service runs"
                                : "retrieval services: " + backlog.services(),
                        0)
                .withJobs(backlog.waiting(), backlog.count().isEstimate());
    }

    private static Waiting row(String model, WaitingReason reason, String value, long jobs) {
        return new Waiting(model, Optional.empty(), reason, value, Optional.empty(), jobs);
    }
}

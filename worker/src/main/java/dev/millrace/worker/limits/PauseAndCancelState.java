package dev.millrace.worker.limits;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.job.Hold;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.LoopClock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The paused models, tenants and batches, and the cancelled jobs. No call starts before control has
 * been read for the first time. Belongs to the loop's thread.
 */
public final class PauseAndCancelState {
    private final Control control;
    private final LoopClock clock;
    private final Set<String> models;

    /** The state as last read; null until control has been read. */
    private @Nullable ControlState read;

    /** The last state without expired pauses; null until control has been read. */
    private @Nullable ControlState state;

    /** Pauses that have expired, and have no effect even if the clock is set back. */
    private final Set<OperatorCommand> expired = new HashSet<>();

    /** Expiry of the next pause; null for never. */
    private @Nullable Instant nextExpiry;

    private Set<String> paused = Set.of();
    private List<String> pausedJobs = List.of();

    /**
     * @param models names of the served models
     */
    public PauseAndCancelState(Control control, LoopClock clock, Set<String> models) {
        this.control = control;
        this.clock = clock;
        this.models = Set.copyOf(models);
    }

    /**
     * Reads control, and returns true when cancellations, pauses or resets have changed or a pause
     * has expired.
     */
    public boolean refresh() {
        ControlState latest = control.state().orElse(null);
        boolean hasExpired = hasExpired();
        if (latest == null || (latest == read && !hasExpired)) {
            return false;
        }
        boolean isChanged = hasExpired || read == null || !latest.hasCommandsOf(read);
        read = latest;
        if (isChanged) {
            apply(latest);
        }
        return isChanged;
    }

    private void apply(ControlState latest) {
        Instant now = clock.now();
        var commands = Set.copyOf(latest.commands().values());
        expired.retainAll(commands);
        commands.stream().filter(it -> it.isExpired(now)).forEach(expired::add);
        ControlState current = latest.without(expired::contains);
        state = current;
        nextExpiry = current.nextExpiry().orElse(null);
        paused = models.stream().filter(current::isPaused).collect(Collectors.toUnmodifiableSet());
        pausedJobs = pausedJobs(current);
    }

    private boolean hasExpired() {
        return nextExpiry != null && !clock.now().isBefore(nextExpiry);
    }

    /** Returns true when control has been read. */
    public boolean isKnown() {
        return state != null;
    }

    /** Returns the health of following the control topic. */
    public Health health() {
        return control.health();
    }

    /** Returns true when calls of a model may start. */
    public boolean mayStart(String model) {
        return state != null && !paused.contains(model);
    }

    /** Returns the reason that holds back the calls of a model that must not start. */
    Hold hold(String model) {
        return state == null
                ? new Hold(WaitingReason.CLUSTER, "control has not been read yet")
                : new Hold(WaitingReason.PAUSE, "model " + model);
    }

    /** Returns the served models that are paused. */
    public Set<String> paused() {
        return paused;
    }

    private static List<String> pausedJobs(ControlState state) {
        return state.pauses().keySet().stream()
                .filter(
                        it ->
                                it instanceof ControlKey.PauseTenant
                                        || it instanceof ControlKey.PauseBatch)
                .map(ControlKey.Pause::target)
                .sorted()
                .toList();
    }

    /** Describes the paused tenants and batches, sorted. */
    public List<String> pausedJobs() {
        return pausedJobs;
    }

    /** Returns true when the job waits because its tenant or batch is paused. */
    public boolean isPaused(JobHeaders job) {
        return state != null && state.isPaused(job.tenant(), job.batch());
    }

    /** Returns true when a pause of the job's model, tenant or batch holds back its call. */
    public boolean holdsBack(Job job) {
        return !mayStart(job.partition().model()) || isPaused(job.headers());
    }

    /** Returns the latest reset of each model's breakers. */
    public Map<String, OperatorCommand> breakerResets() {
        return state == null ? Map.of() : state.breakerResets();
    }

    /** Returns each worker's report; an identical object until control changes. */
    public Map<String, WorkerReport> workers() {
        return read == null ? Map.of() : read.workers();
    }

    /** Returns the budgets; an identical object until control changes. */
    public ControlState.Budgets budgets() {
        return read == null ? ControlState.EMPTY.budgets() : read.budgets();
    }

    /** Returns true when the job or its parent is cancelled. */
    public boolean isCancelled(JobHeaders job) {
        return state != null
                && state.isCancelled(
                        job.tenant(), job.batch(), job.requestedJob(), job.submittedAt());
    }

    /** Returns true when the job is cancelled together with its running call. */
    public boolean isCallCancelled(JobHeaders job) {
        return state != null
                && state.isCallCancelled(
                        job.tenant(), job.batch(), job.requestedJob(), job.submittedAt());
    }
}

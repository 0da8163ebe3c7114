package dev.millrace.worker.limits;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The paused models and cancelled jobs. Until control has been read for the first time, no call
 * starts. Belongs to the loop's thread.
 */
public final class PauseAndCancelState {
    private final Control control;
    private final Set<String> models;

    /** The state as last read; null until control has been read. */
    private @Nullable ControlState state;

    private Set<String> paused = Set.of();

    /**
     * @param models names of the served models
     */
    public PauseAndCancelState(Control control, Set<String> models) {
        this.control = control;
        this.models = Set.copyOf(models);
    }

    /** Reads control, and returns true when it has changed. */
    public boolean refresh() {
        ControlState current = control.state().orElse(null);
        if (current == state || current == null) {
            return false;
        }
        state = current;
        paused = models.stream().filter(current::isPaused).collect(Collectors.toUnmodifiableSet());
        return true;
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

    /** Returns the served models that are paused. */
    public Set<String> paused() {
        return paused;
    }

    public boolean isCancelled(JobHeaders job) {
        return state != null
                && state.isCancelled(job.tenant(), job.batch(), job.jobId(), job.submittedAt());
    }

    /** Returns true when the job is cancelled together with its running call. */
    public boolean isCallCancelled(JobHeaders job) {
        return state != null
                && state.isCallCancelled(job.tenant(), job.batch(), job.jobId(), job.submittedAt());
    }
}

package dev.millrace.worker.loop;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.header.JobHeaders;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.port.Control;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the loop has been told to leave: models that are paused and jobs that are cancelled. Until
 * it is known what it was told before, it starts no call at all. Belongs to the loop's thread.
 */
final class PauseAndCancelState {
    private final Control control;
    private final Set<String> models;

    /** As it was looked at last; null while it is not known. */
    private @Nullable ControlState state;

    private Set<String> paused = Set.of();

    /**
     * @param models those that are served
     */
    PauseAndCancelState(Control control, Set<String> models) {
        this.control = control;
        this.models = Set.copyOf(models);
    }

    /** Looks at what is told now; whether it has changed. */
    boolean refresh() {
        ControlState told = control.state().orElse(null);
        if (told == state || told == null) {
            return false;
        }
        state = told;
        paused = models.stream().filter(told::isPaused).collect(Collectors.toUnmodifiableSet());
        return true;
    }

    /** Whether it is known what was told. */
    boolean isKnown() {
        return state != null;
    }

    /** Whether what is told now is heard; if not, why. */
    Health health() {
        return control.health();
    }

    /** Whether calls of that model may start. */
    boolean mayStart(String model) {
        return state != null && !paused.contains(model);
    }

    /** Those of the models that are served of which no call starts. */
    Set<String> paused() {
        return paused;
    }

    boolean isCancelled(JobHeaders job) {
        return state != null
                && state.isCancelled(job.tenant(), job.batch(), job.jobId(), job.submittedAt());
    }
}

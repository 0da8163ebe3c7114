package dev.millrace.worker.simulation;

import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.worker.simulation.time.EventType;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Checks {@link Invariant#PROMPTS_WARM_BRIEFLY}: the jobs of a model that share a prompt wait for
 * the call that writes it, and for the calls that follow if it fails, no longer in all than one
 * call takes. Applies to histories with planned changes only, as {@link WaitWatch} does.
 */
final class PromptWatch {
    /** The longest call, and the age of a report with a slow transaction. */
    private static final Duration LONGEST = Scenario.TOTAL_TIMEOUT.plusSeconds(4);

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(250);

    private final Checker checker;
    private final World world;

    /** For how long each process has reported such waits of a model. */
    private final Map<ProcessModel, Duration> waited = new HashMap<>();

    private record ProcessModel(WorkerProcess process, String model) {}

    PromptWatch(Checker checker) {
        this.checker = checker;
        this.world = checker.world();
    }

    /** Starts the checks. */
    void start() {
        if (world.scenario().isPlanned() && world.scenario().sharesPrompts()) {
            world.timeline().after(CHECK_INTERVAL, this::checkAgain);
        }
    }

    private void checkAgain() {
        for (WorkerProcess process : world.running()) {
            process.waits().stream()
                    .filter(it -> it.reason() == WaitingReason.WARMING_PROMPT)
                    .map(Waiting::model)
                    .distinct()
                    .forEach(model -> onWait(new ProcessModel(process, model)));
        }
        world.timeline().after(CHECK_INTERVAL, this::checkAgain);
    }

    private void onWait(ProcessModel waiting) {
        world.eventLog().add(EventType.PROMPT_AWAITED, waiting.model);
        Duration all = waited.merge(waiting, CHECK_INTERVAL, Duration::plus);
        if (all.compareTo(LONGEST) > 0) {
            checker.violated(
                    Invariant.PROMPTS_WARM_BRIEFLY,
                    "jobs of %s in %s have waited for a shared prompt for %s"
                            .formatted(waiting.model, waiting.process, all));
        }
    }
}

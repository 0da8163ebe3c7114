package dev.millrace.worker.loop;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.limits.PauseAndCancelState;
import java.util.Collection;
import java.util.List;

/** Derives the health of a running loop from its parts. */
final class LoopHealth {
    private LoopHealth() {}

    /**
     * @param assigned number of assigned partitions
     * @param stopped the assigned partitions that admit no records
     */
    static Health of(
            Committer committer,
            PollFailures polls,
            PauseAndCancelState pauseAndCancel,
            int assigned,
            List<StoppedPartition> stopped) {
        if (!committer.isHealthy()) {
            return Health.waiting("results cannot be written: " + committer.problem());
        }
        if (!polls.problem().isEmpty()) {
            return Health.waiting("jobs cannot be polled: " + polls.problem());
        }
        if (assigned == 0) {
            return Health.waiting("no partition is assigned");
        }
        if (!stopped.isEmpty()) {
            return Health.waitingFor(stopped);
        }
        Health control = pauseAndCancel.health();
        if (!control.ready()) {
            return control;
        }
        if (!pauseAndCancel.isKnown()) {
            return Health.waiting("control has not been read yet");
        }
        return Health.ready(
                pauseAndCancel.paused().isEmpty()
                        ? assigned + " partitions"
                        : assigned
                                + " partitions; paused: "
                                + String.join(", ", paused(pauseAndCancel)));
    }

    private static Collection<String> paused(PauseAndCancelState pauseAndCancel) {
        return pauseAndCancel.paused().stream().sorted().toList();
    }
}

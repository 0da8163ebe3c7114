package dev.millrace.worker.loop;

import dev.millrace.contracts.service.Health;
import dev.millrace.contracts.service.StoppedPartition;
import dev.millrace.worker.breaker.OpenBreaker;
import dev.millrace.worker.commit.Committer;
import dev.millrace.worker.limits.PauseAndCancelState;
import dev.millrace.worker.quota.PermitSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Derives the health of a running loop from its parts. */
final class LoopHealth {
    private LoopHealth() {}

    /**
     * @param open the breakers that are not closed
     * @param assigned number of assigned partitions
     * @param stopped the assigned partitions that admit no records
     */
    static Health of(
            Committer committer,
            PollFailures polls,
            PauseAndCancelState pauseAndCancel,
            List<OpenBreaker> open,
            PermitSource permits,
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
        if (!permits.problem().isEmpty()) {
            return Health.waiting("calls with limits wait: " + permits.problem());
        }
        return Health.ready(
                assigned
                        + " partitions"
                        + list("; paused: ", pauses(pauseAndCancel))
                        + list("; open breakers: ", open.stream().map(Object::toString)),
                open.stream().map(OpenBreaker::toStoppedCalls).toList());
    }

    private static Stream<String> pauses(PauseAndCancelState state) {
        return Stream.concat(state.paused().stream().sorted(), state.pausedJobs().stream());
    }

    private static String list(String title, Stream<String> items) {
        String joined = items.collect(Collectors.joining(", "));
        return joined.isEmpty() ? "" : title + joined;
    }
}

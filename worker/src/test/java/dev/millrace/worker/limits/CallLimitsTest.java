package dev.millrace.worker.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.service.Health;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.capacity.Capacity;
import dev.millrace.worker.job.CallFollower;
import dev.millrace.worker.job.ConfiguredLimits;
import dev.millrace.worker.job.Job;
import dev.millrace.worker.job.Jobs;
import dev.millrace.worker.job.Partition;
import dev.millrace.worker.job.WorkerMetrics;
import dev.millrace.worker.port.Control;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.quota.LimitSearch;
import dev.millrace.worker.quota.PermitSource;
import dev.millrace.worker.quota.Quota;
import dev.millrace.worker.tier.Tiers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CallLimitsTest {
    private static final int SLOTS = 8;
    private static final int KEYS = 3;

    /** Events of calls; a retry is refused after ten calls within ten seconds. */
    enum Event {
        START,
        START_RETRY,
        START_POISON_CANDIDATE,
        CANCEL,
        COMPLETE,
        PASS_TIME
    }

    private final Partition partition = Jobs.active();
    private final Capacity capacity = Limits.capacity(partition, SLOTS);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakeControl control = new FakeControl();
    private final PauseAndCancelState pauses =
            new PauseAndCancelState(control, clock(), Set.of(partition.model()));
    private final CallLimits limits = new CallLimits(context(pauses), quota());

    private final List<Job> reserved = new ArrayList<>();

    private long nanos = Long.MAX_VALUE - 1_000;
    private long offset;

    CallLimitsTest() {
        pauses.refresh();
    }

    private LoopClock clock() {
        return new LoopClock(() -> Jobs.NOW, this::nanos);
    }

    private LoopContext context(PauseAndCancelState pauseState) {
        var config = Limits.config(SLOTS);
        return new LoopContext(
                config,
                clock(),
                capacity,
                new WorkerMetrics(registry),
                pauseState,
                new SpentBudgets(pauseState::budgets, clock()),
                new Breakers(config.breaker(), clock(), _ -> KEYS, new BreakerReporter(registry)),
                new Tiers(List.of(), quota(), config, clock()),
                CallFollower.NONE);
    }

    private long nanos() {
        return nanos;
    }

    private Quota quota() {
        return new Quota(
                List.of(Jobs.ready(Jobs.active(), 0).model()),
                ConfiguredLimits.NONE,
                _ -> KEYS,
                now -> LimitSearch.NONE.start(SLOTS, now),
                PermitSource.LOCAL,
                new LoopClock(() -> Jobs.NOW, this::nanos));
    }

    /** Control without any pause. */
    private static final class FakeControl implements Control {
        @Override
        public Optional<ControlState> state() {
            return Optional.of(ControlState.EMPTY);
        }

        @Override
        public Health health() {
            return Health.ready("test");
        }

        @Override
        public void close() {}
    }

    /** Returns true when the chain has reserved for the job. */
    private boolean starts(Job job) {
        boolean starts = limits.permits(job) && limits.reserve(job) == null;
        if (starts) {
            reserved.add(job);
        }
        return starts;
    }

    private void cancel() {
        limits.cancel(reserved.removeLast());
    }

    private void onEvent(Event event) {
        switch (event) {
            case START -> starts(Jobs.ready(partition, offset++));
            case START_RETRY -> starts(Jobs.retry(partition, offset++));
            case START_POISON_CANDIDATE -> starts(Jobs.poisonCandidate(partition, offset++));
            case CANCEL -> {
                if (!reserved.isEmpty()) {
                    cancel();
                }
            }
            case COMPLETE -> {
                if (!reserved.isEmpty()) {
                    limits.complete(reserved.removeFirst(), Limits.answered());
                }
            }
            case PASS_TIME -> nanos += Duration.ofMillis(300).toNanos();
        }
    }

    /** The chain's answers to each kind of job, without a lasting reservation. */
    private record Answers(
            boolean first,
            boolean poisonCandidate,
            long retryWaitNanos,
            int inFlight,
            long paced) {}

    private Answers answers() {
        Job retry = Jobs.retry(partition, offset++);
        long wait = -1;
        if (limits.permits(retry)) {
            CallLimits.Delay delay = limits.reserve(retry);
            wait = delay == null ? 0 : delay.nanos();
            if (delay == null) {
                limits.cancel(retry);
            }
        }
        return new Answers(
                limits.permits(Jobs.ready(partition, offset++)),
                limits.permits(Jobs.poisonCandidate(partition, offset++)),
                wait,
                capacity.inFlight(),
                limits.untilPacedNanos(nanos));
    }

    @Property(tries = 300)
    void callsInFlightAreTheReservedOnesWithinTheSlotsAndOnePoisonCandidate(
            @ForAll @Size(max = 60) List<Event> events) {
        for (Event event : events) {
            onEvent(event);

            assertThat(capacity.inFlight()).isEqualTo(reserved.size()).isLessThanOrEqualTo(SLOTS);
            assertThat(reserved.stream().filter(Job::isPoisonCandidate).count())
                    .isLessThanOrEqualTo(1);
        }
    }

    @Property(tries = 300)
    void refusedCallReservesNothing(@ForAll @Size(max = 60) List<Event> events) {
        events.forEach(this::onEvent);
        for (Job job :
                List.of(
                        Jobs.ready(partition, offset++),
                        Jobs.retry(partition, offset++),
                        Jobs.poisonCandidate(partition, offset++))) {
            Answers before = answers();
            if (!starts(job)) {
                assertThat(answers()).isEqualTo(before);
            }
        }
    }

    @Property(tries = 300)
    void cancelledCallsGiveEverythingBack(
            @ForAll @Size(max = 40) List<Event> before, @ForAll @Size(max = 20) List<Event> after) {
        before.forEach(this::onEvent);
        Answers expected = answers();
        int open = reserved.size();
        after.stream().filter(it -> it.name().startsWith("START")).forEach(this::onEvent);
        while (reserved.size() > open) {
            cancel();
        }

        assertThat(answers()).isEqualTo(expected);
    }

    @Test
    void retryBeyondTheBudgetIsCountedAsHeldBack() {
        for (int i = 0; i < 10; i++) {
            assertThat(starts(Jobs.retry(partition, offset++))).isTrue();
            limits.complete(reserved.removeFirst(), Limits.answered());
        }

        assertThat(starts(Jobs.retry(partition, offset++))).isFalse();
        assertThat(registry.counter("millrace.worker.retries.held.back", "model", "m").count())
                .isEqualTo(1);
    }

    @Test
    void secondsWithWaitingRetriesAreCountedOnce() {
        while (starts(Jobs.retry(partition, offset++))) {
            limits.complete(reserved.removeFirst(), Limits.answered());
        }
        for (int i = 0; i < 5; i++) {
            assertThat(starts(Jobs.retry(partition, offset++))).isFalse();
        }

        assertThat(waitedForBudget()).isEqualTo(1);
        nanos += Duration.ofMillis(500).toNanos();
        assertThat(starts(Jobs.retry(partition, offset++))).isFalse();
        assertThat(waitedForBudget()).isEqualTo(1);
        nanos += Duration.ofMillis(500).toNanos();
        assertThat(starts(Jobs.retry(partition, offset++))).isFalse();
        assertThat(waitedForBudget()).isEqualTo(2);
    }

    private double waitedForBudget() {
        return registry.counter(
                        "millrace.worker.waited.seconds", "model", "m", "cause", "retry_budget")
                .count();
    }

    @Test
    void callsUseTheKeysOfTheirProviderInTurn() {
        for (int key = 0; key < KEYS; key++) {
            Job job = Jobs.ready(partition, offset++);
            assertThat(starts(job)).isTrue();
            assertThat(job.key()).isEqualTo(key);
        }
    }

    @Test
    void noCallStartsBeforeControlHasBeenRead() {
        var unread = new PauseAndCancelState(control, clock(), Set.of(partition.model()));
        var early = new CallLimits(context(unread), quota());

        assertThat(early.permits(Jobs.ready(partition, offset++))).isFalse();
    }
}

package dev.millrace.worker.breaker;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.worker.port.LoopClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Workers that call one model, each with its own breakers, and exchange their lists of open
 * breakers over a control topic. A call takes no time. Each worker makes four calls a second while
 * its breaker is closed.
 */
final class BreakerCluster {
    static final Duration OPEN_FOR = Duration.ofSeconds(30);

    private static final WorkerConfig.Breaker SETTINGS =
            new WorkerConfig.Breaker(50, 100, Duration.ofSeconds(60), 20, 10, OPEN_FOR, 3);
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration STEP = Duration.ofMillis(250);
    private static final Duration VALID = Duration.ofMinutes(1);
    private static final Duration REPEAT = Duration.ofSeconds(20);

    private final Duration lag;
    private final Deque<Written> underWay = new ArrayDeque<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private long nanos = Long.MAX_VALUE - 1_000;
    private Duration elapsed = Duration.ZERO;
    private Map<String, WorkerReport> control = Map.of();

    boolean isProviderDown;

    /** Calls that were made while the breaker of the worker was not closed. */
    int trials;

    private record Written(Duration at, Map<String, WorkerReport> state) {}

    /**
     * @param lag time from the writing of a list until it is read
     */
    BreakerCluster(int workers, Duration lag) {
        this.lag = lag;
        Stream.iterate(1, it -> it + 1).limit(workers).forEach(it -> add("w" + it));
    }

    void add(String name) {
        nodes.put(name, new Node(name));
    }

    Node node(String name) {
        var node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException("no worker " + name);
        }
        return node;
    }

    /** Removes a worker but leaves its list. */
    void kill(String name) {
        nodes.remove(name);
    }

    /** Removes a worker and lets its list expire. */
    void end(String name) {
        write(name, new WorkerReport(now().minus(VALID), List.of()));
        nodes.remove(name);
    }

    boolean areAllClosed() {
        return nodes.values().stream().allMatch(Node::isClosed);
    }

    boolean areAllOpen() {
        return nodes.values().stream().noneMatch(Node::isClosed);
    }

    void pass(Duration time) {
        for (Duration end = elapsed.plus(time); elapsed.compareTo(end) < 0; ) {
            step();
        }
    }

    /** Returns the time until all breakers have closed. */
    Duration untilClosed() {
        Duration start = elapsed;
        while (!areAllClosed()) {
            step();
        }
        return elapsed.minus(start);
    }

    private void step() {
        nanos += STEP.toNanos();
        elapsed = elapsed.plus(STEP);
        while (!underWay.isEmpty() && underWay.getFirst().at.compareTo(elapsed) <= 0) {
            control = underWay.removeFirst().state;
        }
        List.copyOf(nodes.values()).forEach(Node::step);
    }

    private Instant now() {
        return START.plus(elapsed);
    }

    private void write(String name, WorkerReport list) {
        var state = new HashMap<>(underWay.isEmpty() ? control : underWay.getLast().state);
        if (list.open().isEmpty() && now().isBefore(list.expires())) {
            state.remove(name);
        } else {
            state.put(name, list);
        }
        underWay.add(new Written(elapsed.plus(lag), state));
    }

    /** A worker. */
    final class Node {
        private final String name;
        private final Breakers breakers;
        private final SharedTrials shared;
        private List<OpenBreaker> written = List.of();
        private Duration writtenAt = Duration.ZERO;

        /** False while no job waits in this worker. */
        boolean hasJobs = true;

        /** True while only this worker cannot reach the model. */
        boolean isCutOff;

        /** True while this worker cannot write to control. */
        boolean isSilent;

        private Node(String name) {
            this.name = name;
            var clock = new LoopClock(BreakerCluster.this::now, () -> nanos);
            breakers =
                    new Breakers(
                            SETTINGS,
                            clock,
                            _ -> 1,
                            new BreakerReporter(new SimpleMeterRegistry()));
            shared = new SharedTrials(breakers, clock, name);
        }

        boolean isClosed() {
            return breakers.open().isEmpty();
        }

        private void step() {
            shared.onTick(control);
            if (hasJobs && breakers.waitNanos(TestBreakers.MODEL, nanos) == 0) {
                call();
            }
            List<OpenBreaker> open = breakers.open();
            Duration age = elapsed.minus(writtenAt);
            boolean isOld = !open.isEmpty() && age.compareTo(REPEAT) >= 0;
            if (!isSilent && age.toSeconds() >= 1 && (isOld || !open.equals(written))) {
                written = open;
                writtenAt = elapsed;
                write(name, list(open));
            }
        }

        private void call() {
            trials += isClosed() ? 0 : 1;
            var call = new Object();
            int key =
                    breakers.reserve(call, TestBreakers.MODEL, KeyChoice.inTurn(_ -> true), nanos);
            breakers.onSent(call, TestBreakers.MODEL, key, nanos);
            var verdict =
                    isProviderDown || isCutOff
                            ? TestBreakers.unavailable()
                            : TestBreakers.answered();
            var _ = breakers.complete(call, TestBreakers.MODEL, key, verdict, Duration.ZERO, nanos);
        }

        private WorkerReport list(List<OpenBreaker> open) {
            var entries = new ArrayList<WorkerReport.Open>();
            for (OpenBreaker each : open) {
                entries.add(
                        new WorkerReport.Open(
                                each.id().toString(),
                                each.error().code(),
                                each.reason(),
                                each.since(),
                                each.nextTrial(),
                                each.jobsWait()));
            }
            return new WorkerReport(now().plus(VALID), entries);
        }
    }
}

package dev.millrace.standalone.joint;

import dev.millrace.contracts.control.ControlState;
import dev.millrace.gateway.publish.SimulatedLog;
import dev.millrace.router.budget.BudgetAccounts;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.router.topology.RestoredStores;
import dev.millrace.router.topology.RouterDriver;
import dev.millrace.router.topology.TestClock;
import dev.millrace.worker.simulation.JointWorkers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A router: the real topology, whose records and offsets are written in transactions. A transaction
 * has the records of a few inputs. A killed router leaves its transaction open; its successor
 * aborts the transaction, and reads the persistent stores from their changelogs.
 */
final class RouterProcess {
    private static final double CRASH = 0.01;
    private static final double PAUSE = 0.02;
    private static final int MAX_INPUTS = 4;
    private static final Duration MAX_LAG = Duration.ofSeconds(2);
    private static final Duration MAX_COMMIT = Duration.ofMillis(50);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final JointHistory history;
    private final JointWorkers workers;
    private final SimulatedLog log;
    private final RouterDriver driver;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Duration lag;
    private SimulatedLog.@Nullable Transaction open;
    private SimulatedLog.@Nullable Transaction last;
    private boolean isOver;
    private boolean isIdle;

    RouterProcess(JointHistory history) {
        this.history = history;
        workers = history.workers();
        log = history.log();
        lag = history.between(Duration.ZERO, MAX_LAG);
        driver =
                new RouterDriver(
                        JointHistory.TOPICS,
                        history.config().autoModels(),
                        new TestClock(workers.now()),
                        stores());
        driver.active = ActivePolicy.configured(history.config()).orElseThrow();
        for (TopicPartition input : JointHistory.ROUTER_INPUTS) {
            log.settle(input);
            OffsetAndMetadata committed = log.committed(input);
            positions.put(
                    input, committed == null || isSettledAgain(input) ? 0L : committed.offset());
        }
    }

    private boolean isSettledAgain(TopicPartition input) {
        return history.has(Fault.SETTLED_TWICE)
                && input.topic().equals(JointHistory.TOPICS.costs());
    }

    private RestoredStores stores() {
        var stores = new RestoredStores();
        if (!history.has(Fault.ROUTER_STATE_LOST)) {
            for (String topic : RestoredStores.changelogs()) {
                TopicPartition partition = JointHistory.partition(topic);
                log.settle(partition);
                log.committed(partition, 0, log.end(partition), Integer.MAX_VALUE)
                        .forEach(
                                it -> {
                                    // The handled offsets have short keys.
                                    if (it.key().length > 1 || !history.has(Fault.SETTLED_TWICE)) {
                                        stores.add(topic, it.key(), it.value());
                                    }
                                });
            }
        }
        return stores;
    }

    /** Returns true if the last turn has found no input. */
    boolean isIdle() {
        return isIdle;
    }

    boolean isOver() {
        return isOver;
    }

    /** Fences the router for its successor: aborts its transaction. */
    void fence() {
        if (open != null && !history.has(Fault.ROUTER_NOT_FENCED)) {
            log.abortIfOpen(open);
        }
    }

    /** Ends the process. Its transaction stays open. */
    void kill(String reason) {
        if (!isOver) {
            workers.trace(() -> "router ends: " + reason);
            isOver = true;
            driver.close();
        }
    }

    /** Reads a few records and schedules the commit of what they cause. */
    void turn() {
        if (isOver || open != null) {
            return;
        }
        if (last != null) {
            log.complete(last);
        }
        var transaction = log.begin();
        open = transaction;
        last = transaction;
        workers.timeline().after(TRANSACTION_TIMEOUT, () -> log.abortIfOpen(transaction));
        readControl();
        driver.pass(Duration.ofMillis(millisSinceTurn()));
        write(transaction);
        isIdle = true;
        for (int i = 0; i < MAX_INPUTS; i++) {
            read(transaction);
        }
        if (history.occurs(CRASH)) {
            kill("killed before its commit");
        } else if (history.occurs(PAUSE)) {
            workers.trace(() -> "router paused before its commit");
            history.onRouterPaused(this);
            commitAfter(MAX_PAUSE, transaction);
        } else {
            commitAfter(MAX_COMMIT, transaction);
        }
    }

    private long millisSinceTurn() {
        return Duration.between(driver.clock.instant(), workers.now()).toMillis();
    }

    private void commitAfter(Duration max, SimulatedLog.Transaction transaction) {
        workers.timeline()
                .after(
                        history.between(Duration.ZERO, max),
                        () -> history.run("router", () -> commit(transaction)));
    }

    private void readControl() {
        ControlState state = workers.control(lag);
        driver.control = state;
        driver.budgets =
                new BudgetAccounts(history.config().tenants(), Map.of(), state.budgets().limits());
    }

    private void read(SimulatedLog.Transaction transaction) {
        TopicPartition input = history.oneOf(JointHistory.ROUTER_INPUTS);
        long position = positions.getOrDefault(input, 0L);
        long end = log.stableEnd(input);
        List<ConsumerRecord<byte[], byte[]>> next = log.committed(input, position, end, 1);
        long reached = next.isEmpty() ? end : next.getFirst().offset() + 1;
        isIdle &= next.isEmpty();
        if (reached > position) {
            positions.put(input, reached);
            if (!history.has(Fault.ROUTER_OFFSETS_FORGOTTEN)) {
                transaction.offsets().put(input, new OffsetAndMetadata(reached));
            }
        }
        next.forEach(driver::process);
        write(transaction);
    }

    private void write(SimulatedLog.Transaction transaction) {
        for (ProducerRecord<byte[], byte[]> record : driver.takeWritten()) {
            if (!record.topic().endsWith("-repartition")) {
                history.append(record, transaction);
            }
        }
    }

    private void commit(SimulatedLog.Transaction transaction) {
        if (isOver) {
            return;
        }
        open = null;
        if (!transaction.isOpen() && !history.has(Fault.ROUTER_NOT_FENCED)) {
            kill("fenced");
            return;
        }
        var committed = transaction.isOpen() ? transaction : again(transaction);
        log.end(committed, true);
        history.onCommitted(committed.records());
        if (history.occurs(CRASH)) {
            kill("killed after its commit");
        }
    }

    private SimulatedLog.Transaction again(SimulatedLog.Transaction aborted) {
        var again = log.begin();
        aborted.records().forEach(it -> history.append(it, again));
        return again;
    }

    RouterDriver driver() {
        return driver;
    }
}

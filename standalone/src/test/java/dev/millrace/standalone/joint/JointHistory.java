package dev.millrace.standalone.joint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.MillraceConfig;
import dev.millrace.configuration.TenantConfig.Budget;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.gateway.publish.SimulatedGateways;
import dev.millrace.gateway.publish.SimulatedLog;
import dev.millrace.store.fixture.TestDatabase;
import dev.millrace.worker.simulation.JointWorkers;
import dev.millrace.worker.simulation.Neighbors;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A random history: clients send batches, calls and records, processes are killed, paused and
 * overtaken by their successors, transactions abort, and readers lag behind.
 */
final class JointHistory implements Neighbors {
    static final Topics TOPICS = new Topics("millrace.");

    /** The topics that the router reads, of one partition each. */
    static final List<TopicPartition> ROUTER_INPUTS =
            Stream.of(
                            TOPICS.requests(),
                            TOPICS.retrieved(),
                            TOPICS.costs(),
                            TOPICS.parts(),
                            TOPICS.lookups(),
                            TOPICS.answers(),
                            TOPICS.budgetReports(),
                            TOPICS.budgetGrants())
                    .map(JointHistory::partition)
                    .toList();

    private static final int LAST_TURNS = 30;

    private static final String CONFIG =
            """
            providers: { openai: { wire: openai, base_url: "http://localhost:1/v1" } }
            models:
              m0: { provider: openai, price: { input: 1, output: 2 } }
              m1: { provider: openai, price: { input: 1, output: 2 } }
            policies: { default: { rules: [ { use: [ m0, m1 ] } ] } }
            """;

    private static final List<String> ON_EXHAUSTED = List.of("park", "reject");

    /** The limit that faults end with, so that parked jobs are released. */
    private static final BigDecimal PLENTY = new BigDecimal("1000");

    private final JointWorkers workers;
    private final Fault fault;
    private final SplittableRandom random;
    private final MillraceConfig config;
    private final SimulatedGateways gateways;
    private final SinkProcess sink;
    private final JointChecker checker;
    private final Clients clients;
    private final Set<TopicPartition> written = new LinkedHashSet<>(ROUTER_INPUTS);
    private final IdentityHashMap<Object, SimulatedLog.Transaction> ofWorkers =
            new IdentityHashMap<>();
    private final List<RouterProcess> routers = new ArrayList<>();
    private boolean isFaultFree;
    private boolean isOver;

    JointHistory(JointWorkers workers, Fault fault, Path folder) {
        this.workers = workers;
        this.fault = fault;
        random = workers.random();
        isFaultFree = workers.isPlanned();
        gateways = new SimulatedGateways(random.nextLong(), !isFaultFree, Clients::line);
        config = randomConfig();
        var database = TestDatabase.sqlite(folder);
        sink = new SinkProcess(this, database.url());
        checker = new JointChecker(this, database);
        clients = new Clients(this, gateways, checker);
        written.add(partition(TOPICS.submissions()));
        written.add(partition(TOPICS.batches()));
        startRouter();
        repeat("router", () -> router().isIdle() ? 300 : 40, this::turnRouter);
        repeat("sink", () -> 400, sink::turn);
        repeat("gateway", () -> 200, () -> gateways.turn(workers.now()));
        repeat("caller", () -> 300, clients::readResults);
        repeat("markers", () -> 100, () -> written.forEach(log()::settle));
        repeat("checker", () -> 2_000, checker::checkSpending);
        clients.plan();
    }

    private MillraceConfig randomConfig() {
        String limit = oneOf(List.of("", "0.002", "0.006", "0.1"));
        String budget =
                limit.isEmpty()
                        ? ""
                        : "tenants: { t: { budget: { limit_usd: %s, on_exhausted: %s } } }"
                                .formatted(limit, oneOf(ON_EXHAUSTED));
        return new ConfigLoader(Map.of()).parse("joint", CONFIG + budget);
    }

    private void repeat(String name, IntSupplier maxMillis, Runnable action) {
        workers.timeline()
                .after(
                        between(Duration.ofMillis(1), Duration.ofMillis(maxMillis.getAsInt())),
                        () -> {
                            if (!isOver) {
                                run(name, action);
                                repeat(name, maxMillis, action);
                            }
                        });
    }

    /** Runs an action; a failure violates the history. */
    void run(String name, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | AssertionError e) {
            workers.violated(name + " fails: " + e + cause(e));
        }
    }

    private static String cause(Throwable e) {
        return e.getCause() == null ? "" : " because of " + e.getCause();
    }

    static TopicPartition partition(String topic) {
        return new TopicPartition(topic, 0);
    }

    boolean has(Fault planted) {
        return fault == planted;
    }

    boolean occurs(double probability) {
        return !isFaultFree && random.nextDouble() < probability;
    }

    Duration between(Duration min, Duration max) {
        return Duration.ofNanos(random.nextLong(min.toNanos(), max.toNanos() + 1));
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    JointWorkers workers() {
        return workers;
    }

    SimulatedLog log() {
        return gateways.log();
    }

    MillraceConfig config() {
        return config;
    }

    /** Returns the budget of the tenant. */
    Optional<Budget> budget() {
        return config.tenant(JointWorkers.TENANT).budget();
    }

    RouterProcess router() {
        return routers.getLast();
    }

    private void turnRouter() {
        if (router().isOver() && (isFaultFree || random.nextInt(10) == 0)) {
            startRouter();
        }
        router().turn();
    }

    private void startRouter() {
        routers.forEach(RouterProcess::fence);
        workers.trace(() -> "router starts");
        routers.add(new RouterProcess(this));
    }

    /** Perhaps starts a successor while a router is paused. */
    void onRouterPaused(RouterProcess paused) {
        if (random.nextBoolean()) {
            workers.timeline()
                    .after(
                            between(Duration.ofMillis(1), Duration.ofSeconds(10)),
                            () -> {
                                if (router() == paused && !isOver) {
                                    run("router", this::startRouter);
                                }
                            });
        }
    }

    /** Writes a record in a transaction. */
    void append(ProducerRecord<byte[], byte[]> record, SimulatedLog.Transaction transaction) {
        written.add(partition(record.topic()));
        var _ = log().append(partition(record.topic()), record, transaction);
    }

    @Override
    public void onBegun(Object transaction, List<ProducerRecord<byte[], byte[]>> all) {
        var begun = log().begin();
        ofWorkers.put(transaction, begun);
        for (var record : has(Fault.ANSWERS_SWAPPED) ? swapped(all) : all) {
            if (!TOPICS.isJobTopic(record.topic())) {
                var dated =
                        new ProducerRecord<>(
                                record.topic(),
                                0,
                                workers.now().toEpochMilli(),
                                record.key(),
                                record.value(),
                                record.headers());
                append(dated, begun);
            }
        }
    }

    /** Gives each result the value of the next one. */
    private static List<ProducerRecord<byte[], byte[]>> swapped(
            List<ProducerRecord<byte[], byte[]>> all) {
        var results = all.stream().filter(it -> it.topic().equals(TOPICS.results())).toList();
        var swapped = new ArrayList<>(all);
        swapped.removeAll(results);
        for (int i = 0; i < results.size(); i++) {
            var next = results.get((i + 1) % results.size());
            swapped.add(new ProducerRecord<>(TOPICS.results(), results.get(i).key(), next.value()));
        }
        return swapped;
    }

    @Override
    public void onEnded(Object transaction, boolean isCommitted) {
        var ended = Objects.requireNonNull(ofWorkers.remove(transaction));
        boolean isRead = isCommitted || has(Fault.ABORTED_RECORDS_READ);
        log().end(ended, isRead);
        if (isRead) {
            run("checker", () -> checker.onCommitted(ended.records()));
        }
    }

    /** Makes the committed records of a router known. */
    void onCommitted(List<ProducerRecord<byte[], byte[]>> committed) {
        for (var record : committed) {
            if (TOPICS.isJobTopic(record.topic())) {
                workers.route(record);
            } else if (record.topic().equals(TOPICS.control())) {
                workers.control(new String(record.key(), UTF_8), record.value());
            }
        }
        checker.onCommitted(committed);
    }

    @Override
    public void recover() {
        isFaultFree = true;
        gateways.recover();
        if (budget().isPresent()) {
            var limit = new BudgetLimit(PLENTY, workers.now(), "operator");
            workers.control(new ControlKey.TenantLimit(JointWorkers.TENANT).text(), limit.toJson());
        }
    }

    @Override
    public List<String> unfinished() {
        var unfinished = new ArrayList<String>();
        if (!gateways.isDone()) {
            unfinished.add("batches that are not published");
        }
        unfinished.addAll(clients.unfinished());
        unfinished.addAll(checker.unfinished());
        return unfinished;
    }

    @Override
    public void end(boolean isComplete) {
        isOver = true;
        if (isComplete) {
            written.forEach(log()::settle);
            for (int i = 0; i < LAST_TURNS; i++) {
                run("sink", sink::turn);
            }
            run("checker", checker::atEnd);
            run("gateway", gateways::check);
        }
        routers.forEach(it -> it.kill("the history ends"));
        sink.close();
    }
}

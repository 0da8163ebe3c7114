package dev.millrace.standalone.economy;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.result.CostKind;
import dev.millrace.control.ControlFollower;
import dev.millrace.simulator.settings.SimulatorSettings;
import dev.millrace.testclusters.JobCluster;
import dev.millrace.testclusters.RouterGroup;
import dev.millrace.testclusters.SmallDisk;
import dev.millrace.worker.capacity.SlotBounds;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kills and suspends one of two routers and two workers repeatedly while they answer jobs with
 * cache and budget, some of them at a tier that refuses calls, or fills the disk of a router.
 * Compares calls, costs and savings with the provider's ledger.
 */
@Tag("long")
class EconomyKillIT {
    private static final Logger LOG = LoggerFactory.getLogger(EconomyKillIT.class);
    private static final int JOBS = Integer.getInteger("millrace.economy.jobs", 1_500);
    private static final int FAULTS = Integer.getInteger("millrace.economy.faults", 5);
    private static final long SEED =
            Long.getLong("millrace.economy.seed", new SplittableRandom().nextLong());

    private static final String MODEL = "deepseek-flash";

    /** Is called at its flex tier, which refuses some calls. */
    private static final String CHEAPER = "gpt-5-nano";

    /** Two models, one of them with a cheaper tier. */
    private static final int QUEUES = 3;

    private static final int MAX_IN_FLIGHT = 50;
    private static final int SUBMITTED_AT_ONCE = 100;

    /** Enough for a router's start. */
    private static final int DISK_MEBIBYTES = 96;

    /** Maximum number of submitted jobs without a result. */
    private static final int BACKLOG = 500;

    private static final Price PRICE = price(MODEL);

    /** Cost of an answer; the prompts are short. */
    private static final BigDecimal ANSWER_USD =
            PRICE.output().multiply(BigDecimal.valueOf(TenantJob.ANSWER_TOKENS)).movePointLeft(6);

    @TempDir private Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<TenantJob> jobs = TenantJob.random(JOBS, random);
    private final BigDecimal limit = half(jobs);

    private static Price price(String model) {
        return Catalog.shipped().find(model).orElseThrow().price();
    }

    /** Returns a limit for about half of the requests of the tenant with a budget. */
    private static BigDecimal half(List<TenantJob> jobs) {
        long requests =
                jobs.stream()
                        .map(TenantJob::request)
                        .filter(it -> it.tenant().equals(TenantJob.LIMITED))
                        .distinct()
                        .count();
        return ANSWER_USD.multiply(BigDecimal.valueOf(requests / 2));
    }

    /** Something that happens to the services while they answer jobs. */
    private interface Scenario {
        /** Returns how often a worker was killed or suspended. */
        int run(JobCluster cluster, List<ServiceProcess> services) throws IOException;
    }

    @Test
    void faultsRepeatOnlyCallsInFlightAndTheBudgetIsNeverExceeded() throws IOException {
        check(
                (cluster, services) -> {
                    var faults = new FaultPlan(FAULTS, JOBS, random);
                    answer(cluster, services, faults);
                    return faults.hitWorkers();
                });
    }

    /**
     * The router with the full disk cannot open the stores of the killed one. Without jobs of its
     * own, a killed router leaves none.
     */
    @Test
    void routersContinueAfterAFullDisk() throws IOException {
        Path state = folder.resolve("r1").resolve(ServiceProcess.ROUTER_STATE);
        try (var disk = SmallDisk.mount(Files.createDirectories(state), DISK_MEBIBYTES)) {
            check(
                    (cluster, services) -> {
                        ServiceProcess full = services.getFirst();
                        ServiceProcess killed = services.get(1);
                        try (var admin = cluster.admin()) {
                            RouterGroup.await(admin, cluster.topics(), 2);
                        }
                        submit(cluster, 0, JOBS / 3);
                        awaitCalls(cluster, JOBS / 3);
                        disk.fill();
                        killed.kill();
                        submit(cluster, JOBS / 3, JOBS);
                        await().until(() -> !full.isAlive());
                        assertThat(full.output()).contains("No space left");
                        disk.free();
                        full.restart();
                        killed.restart();
                        return 0;
                    });
        }
    }

    private void check(Scenario scenario) throws IOException {
        try (var cluster = new JobCluster(folder.resolve("broker"), provider(), "")) {
            var services =
                    List.of(
                            start(cluster, "router", "r1"),
                            start(cluster, "router", "r2"),
                            start(cluster, "worker", "w1"),
                            start(cluster, "worker", "w2"));
            try {
                int hitWorkers = scenario.run(cluster, services);
                awaitResults(cluster, JOBS, services);
                cluster.readToEnd();
                check(cluster, hitWorkers);
            } finally {
                services.forEach(ServiceProcess::kill);
            }
        }
    }

    private static SimulatorSettings provider() {
        return SimulatorSettings.parse(
                "test",
                """
                models:
                  '*': { latency: { min: 20ms, max: 200ms }, answer_tokens: %d, flex: { refused: [0.3] } }
                """
                        .formatted(TenantJob.ANSWER_TOKENS));
    }

    private ServiceProcess start(JobCluster cluster, String command, String name)
            throws IOException {
        String yaml =
                """
                kafka: { bootstrap.servers: "%s" }
                topics: { partitions: 4, replication_factor: 1 }
                providers: { counted: { wire: openai, base_url: %s/v1 } }
                models: { %s: { provider: counted }, %s: { provider: counted } }
                worker: { instance: %s, models: [ %s, %s ], max_in_flight: %d }
                tenants: { %s: { budget: { limit_usd: %s, period: total, on_exhausted: reject } } }
                """
                        .formatted(
                                cluster.bootstrapServers(),
                                cluster.simulator().baseUri(),
                                MODEL,
                                CHEAPER,
                                name,
                                MODEL,
                                CHEAPER,
                                MAX_IN_FLIGHT,
                                TenantJob.LIMITED,
                                limit.toPlainString());
        return new ServiceProcess(command, folder.resolve(name), yaml);
    }

    private void answer(JobCluster cluster, List<ServiceProcess> services, FaultPlan faults)
            throws IOException {
        for (int from = 0; from < JOBS; from += SUBMITTED_AT_ONCE) {
            int to = Math.min(JOBS, from + SUBMITTED_AT_ONCE);
            submit(cluster, from, to);
            awaitResults(cluster, to - BACKLOG, services);
            if (faults.isDue(to)) {
                awaitCalls(cluster, to);
            }
            faults.continueTo(to, services, () -> awaitResults(cluster, to, services));
        }
    }

    private void submit(JobCluster cluster, int from, int to) {
        String topic = cluster.topics().requests();
        cluster.submit(
                jobs.subList(from, to).stream()
                        .map(it -> it.record(topic, MODEL, CHEAPER))
                        .toList());
    }

    private static void awaitResults(JobCluster cluster, int count, List<ServiceProcess> services) {
        assertThat(cluster.readUntil(() -> cluster.results().size() >= count))
                .as(
                        () ->
                                "seed %d: %d of %d results; %s"
                                        .formatted(
                                                SEED,
                                                cluster.results().size(),
                                                count,
                                                ServiceProcess.logs(services)))
                .isTrue();
    }

    /**
     * Waits for some calls or all results, so that most kills hit a worker with calls in flight.
     */
    private void awaitCalls(JobCluster cluster, int submitted) {
        long calls = calls(cluster) + 1 + random.nextInt(MAX_IN_FLIGHT);
        cluster.readUntil(() -> calls(cluster) >= calls || cluster.results().size() == submitted);
    }

    private static long calls(JobCluster cluster) {
        return cluster.simulator().ledger().summary().calls();
    }

    private void check(JobCluster cluster, int hitWorkers) {
        var outcome =
                new EconomyOutcome(
                        jobs,
                        cluster.results(),
                        cluster.costs(),
                        CallLedger.of(
                                cluster.simulator().ledger(),
                                Map.of(MODEL, PRICE, CHEAPER, price(CHEAPER))));
        report(outcome, calls(cluster), hitWorkers);
        long inFlight = (long) hitWorkers * new SlotBounds(MAX_IN_FLIGHT, QUEUES).hardBound();

        assertThat(cluster.deadLetters()).isEmpty();
        outcome.assertEachJobEndsOnce();
        outcome.assertEachQuestionIsCalledOnce(inFlight);
        outcome.assertCostsEqualTheLedger();
        assertThat(outcome.ledger().cheaperCalls()).isPositive();
        outcome.assertSavingsEqualTheLedger();
        outcome.assertBudgetIsKept(limit);
        await().untilAsserted(() -> outcome.assertBudgetIsQuiet(budgetState(cluster)));
    }

    private void report(EconomyOutcome outcome, long calls, int hitWorkers) {
        LOG.atWarn()
                .addKeyValue("seed", SEED)
                .addKeyValue("jobs", JOBS)
                .addKeyValue("requests", jobs.stream().map(TenantJob::request).distinct().count())
                .addKeyValue("hitWorkers", hitWorkers)
                .addKeyValue("calls", calls)
                .addKeyValue("calledJobs", outcome.ledger().jobs())
                .addKeyValue("cheaperCalls", outcome.ledger().cheaperCalls())
                .addKeyValue("uncertain", outcome.events(CostKind.UNCERTAIN).count())
                .addKeyValue("withoutCall", outcome.events(CostKind.SAVED).count())
                .addKeyValue("savedUsd", outcome.savedUsd())
                .addKeyValue("rejected", outcome.rejected())
                .addKeyValue("unlimitedLedgerUsd", outcome.ledgerUsd(TenantJob.UNLIMITED))
                .addKeyValue("unlimitedCostsUsd", outcome.costsUsd(TenantJob.UNLIMITED))
                .addKeyValue("limitUsd", limit)
                .addKeyValue("limitedLedgerUsd", outcome.ledgerUsd(TenantJob.LIMITED))
                .addKeyValue("limitedCostsUsd", outcome.costsUsd(TenantJob.LIMITED))
                .log("Routers and workers suffered faults");
    }

    private static BudgetState budgetState(JobCluster cluster) {
        var control =
                ControlFollower.read(
                        Map.of("bootstrap.servers", cluster.bootstrapServers()),
                        cluster.topics().prefix());
        return requireNonNull(
                control.budgets().states().get(ControlKey.TenantBudget.total(TenantJob.LIMITED)));
    }
}

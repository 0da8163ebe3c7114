package dev.millrace.standalone.compatibility;

import static dev.millrace.standalone.compatibility.ExampleJobs.BATCH;
import static dev.millrace.standalone.compatibility.ExampleJobs.JOB;
import static dev.millrace.standalone.compatibility.ExampleJobs.NOON;
import static dev.millrace.standalone.compatibility.ExampleJobs.TENANT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.budget.BudgetLimit;
import dev.millrace.contracts.budget.BudgetState;
import dev.millrace.contracts.budget.OnExhausted;
import dev.millrace.contracts.budget.Period;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.CachePurge;
import dev.millrace.contracts.control.CacheStats;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.ControlStateBuilder;
import dev.millrace.contracts.control.FirstUse;
import dev.millrace.contracts.control.LimitOrigin;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.access.KeyRole;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.standalone.option.PolicyFile;
import dev.millrace.testclusters.FormatFixture;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The records of the control topic, by key. */
class ControlFormatTest {
    private static final String FILE = "control.txt";
    private static final String POLICY_YAML =
            """
            policies:
              default:
                rules:
                  - when: { tenant: acme, task: [code], input_tokens: { at_least: 100 }, priority: high }
                    use: [claude-sonnet-4.5, gpt-4.1]
                  - cheapest: {}
            """;

    private static final OperatorCommand PAUSE =
            new OperatorCommand(NOON, "ada", Optional.empty(), Optional.of(NOON.plusSeconds(60)));

    private static final RampStep RAMP = new RampStep("v7", "gpt-4.1", 1, 12.5, NOON);

    private static final Trip TRIP =
            new Trip(
                    NOON,
                    "v7",
                    5,
                    "error rate 9.2 % above 5 %",
                    120,
                    11,
                    new BigDecimal("0.42"),
                    Optional.of(NOON.plusSeconds(9)));

    private static final WorkerReport REPORT =
            new WorkerReport(
                    NOON.plusSeconds(30),
                    List.of(
                            new WorkerReport.Open(
                                    "key 2 of openai",
                                    "authentication_error",
                                    "401 wrong key",
                                    NOON,
                                    NOON.plusSeconds(5),
                                    false)),
                    List.of(new WorkerReport.Doubt("gpt-4.1", "total", 3)),
                    List.of(
                            new Waiting(
                                    "gpt-4.1",
                                    Optional.of(Lane.BULK),
                                    WaitingReason.KEY,
                                    "key 2 of openai (authentication_error)",
                                    Optional.of(NOON.plusSeconds(5)),
                                    12)),
                    List.of(
                            new WorkerReport.Learned(
                                    "models.gpt-4.1.limits.concurrency",
                                    LimitOrigin.FOUND,
                                    12,
                                    7)));

    private static final CachePurge PURGE =
            new CachePurge(
                    NOON,
                    "ada",
                    NOON.plusSeconds(60),
                    NOON.plusSeconds(90),
                    new CachePurge.Filter(
                            Optional.of("ab".repeat(32)),
                            Optional.of("gpt-4.1"),
                            Optional.of(TENANT),
                            Optional.of("default@v7")));

    private static final CacheStats CACHE =
            new CacheStats(9, 9_000, 8, 7, 6, 5, 4, 3, 0, new BigDecimal("1.25"));

    private static final GatewayKey API_KEY =
            new GatewayKey(
                    "ci",
                    new KeyAccess(
                            TENANT,
                            new TreeSet<>(List.of("auto", "gpt-4.1")),
                            OptionalLong.of(600),
                            OptionalLong.of(100_000),
                            new KeyRights(EnumSet.of(KeyRole.CALL, KeyRole.READ), true),
                            Optional.of(NOON.plusSeconds(600))),
                    NOON,
                    "ada",
                    Optional.of(NOON.plusSeconds(300)),
                    List.of(
                            secret("01", Optional.empty()),
                            secret("fe", Optional.of(NOON.plusSeconds(60)))));

    private static SecretHash secret(String digits, Optional<Instant> expires) {
        return new SecretHash(digits.repeat(16), digits.repeat(32), NOON, expires);
    }

    private static final BudgetLimit LIMIT = new BudgetLimit(new BigDecimal("250.5"), NOON, "ada");

    private static final BudgetState BUDGET =
            new BudgetState(
                    new BigDecimal("250.5"),
                    new BigDecimal("200.0000001"),
                    new BigDecimal("10"),
                    new BudgetState.Waiting(12, Optional.of(new BigDecimal("0.3")), 5),
                    2,
                    80,
                    OnExhausted.PARK,
                    Optional.of(NOON.plusSeconds(3_600)),
                    NOON);

    private static Policy policy() {
        return Objects.requireNonNull(
                PolicyFile.parse("p.yaml", POLICY_YAML, Catalog.shipped()).get("default"));
    }

    private static AppliedPolicy applied() {
        return new AppliedPolicy("default", 7, policy(), NOON, "ada", Optional.of("cheaper"));
    }

    private static ControlRecord limit(ControlKey key) {
        return new ControlRecord(key, LIMIT.toJson());
    }

    private static ControlRecord budget(ControlKey key) {
        return new ControlRecord(key, BUDGET.toJson());
    }

    private static List<ControlRecord> records() {
        var day = new ControlKey.TenantBudget(TENANT, Period.DAY, Optional.of(NOON));
        return List.of(
                applied().record(),
                RAMP.record("default", 2),
                TRIP.record("default", "a/b%c"),
                OperatorCommand.withCalls(NOON, "ada")
                        .record(new ControlKey.CancelBatch(TENANT, BATCH)),
                new OperatorCommand(NOON, "ada").record(new ControlKey.CancelJob(JOB)),
                PAUSE.record(new ControlKey.PauseAll()),
                PAUSE.record(new ControlKey.PauseModel("gpt-4.1")),
                PAUSE.record(new ControlKey.PauseTenant(TENANT)),
                PAUSE.record(new ControlKey.PauseBatch(TENANT, BATCH)),
                new OperatorCommand(NOON, "ada").record(new ControlKey.BreakerReset("gpt-4.1")),
                REPORT.record("worker-1"),
                PURGE.record("6a2f"),
                CACHE.record(3),
                new ControlRecord(new ControlKey.ApiKey("3f9c2a7be01d4466"), API_KEY.toJson()),
                limit(new ControlKey.TenantLimit(TENANT)),
                limit(new ControlKey.BatchLimit(TENANT, BATCH)),
                limit(new ControlKey.KeyLimit(TENANT, "3f9c2a7be01d4466")),
                budget(day),
                budget(ControlKey.TenantBudget.total(TENANT)),
                budget(new ControlKey.BatchBudget(TENANT, BATCH)),
                budget(new ControlKey.KeyBudget(TENANT, "3f9c2a7be01d4466")));
    }

    private static ControlState read(boolean withLaterKeys) {
        var builder = new ControlStateBuilder();
        FormatFixture.read(FILE)
                .forEach(
                        (key, json) -> {
                            String value = withLaterKeys ? FormatContract.withLaterKey(json) : json;
                            assertThat(builder.add(key, value.getBytes(UTF_8))).isEmpty();
                        });
        return builder.state();
    }

    @Test
    void areWrittenAsVersion01WroteThem() {
        var written = new LinkedHashMap<String, String>();
        for (ControlRecord each : records()) {
            written.put(each.key().text(), new String(Objects.requireNonNull(each.value()), UTF_8));
        }
        var marker =
                new FirstUse("millrace-worker", new TopicPartition("jobs", 3), "fZ1Yk2mTQ4uLwV0c")
                        .toRecord("control");
        written.put(new String(marker.key(), UTF_8), new String(marker.value(), UTF_8));
        FormatFixture.compare(FILE, written);
    }

    @Test
    void areReadAsVersion01WroteThem() {
        assertContent(read(false));
    }

    @Test
    void areReadAsALaterVersionMayWriteThem() {
        assertContent(read(true));
    }

    private static void assertContent(ControlState state) {
        assertThat(state.policy("default")).contains(applied());
        assertThat(state.ramps()).isEqualTo(Map.of(new ControlKey.Ramp("default", 2), RAMP));
        assertThat(state.trips()).isEqualTo(Map.of(new ControlKey.Guard("default", "a/b%c"), TRIP));
        assertThat(state.commands()).hasSize(5).containsValue(PAUSE);
        assertThat(state.cancellations())
                .hasSize(2)
                .containsEntry(
                        new ControlKey.CancelBatch(TENANT, BATCH),
                        OperatorCommand.withCalls(NOON, "ada"));
        assertThat(state.workers()).isEqualTo(Map.of("worker-1", REPORT));
        assertThat(state.cache().purges()).isEqualTo(Map.of("6a2f", PURGE));
        assertThat(state.cache().partitions()).isEqualTo(Map.of(3, CACHE));
        assertThat(GatewayKey.all(state)).isEqualTo(Map.of("3f9c2a7be01d4466", API_KEY));
        assertThat(state.budgets().limits()).hasSize(3).containsValue(LIMIT);
        assertThat(state.budgets().states()).hasSize(4).containsValue(BUDGET);
        assertThat(state.unreadable()).isEmpty();
    }

    @Test
    void ofFirstUseAreReadAsVersion01WroteThem() {
        String marker = FormatFixture.read(FILE).get("first-use/millrace-worker/jobs/3");

        assertThat(FirstUse.topicId(Objects.requireNonNull(marker).getBytes(UTF_8)))
                .isEqualTo("fZ1Yk2mTQ4uLwV0c");
    }

    @Test
    void ofUnknownKindAreIgnored() {
        assertThat(new ControlStateBuilder().add("of-a-later-version/x", new byte[] {1})).isEmpty();
    }

    @Test
    void eachKindHasAnExample() {
        Set<Class<?>> inFile =
                FormatFixture.read(FILE).keySet().stream()
                        .flatMap(it -> ControlKey.of(it).stream())
                        .map(Object::getClass)
                        .collect(Collectors.toSet());

        assertThat(inFile).isEqualTo(kinds(ControlKey.class).collect(Collectors.toSet()));
    }

    private static Stream<Class<?>> kinds(Class<?> type) {
        return type.isSealed()
                ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ControlFormatTest::kinds)
                : Stream.of(type);
    }
}

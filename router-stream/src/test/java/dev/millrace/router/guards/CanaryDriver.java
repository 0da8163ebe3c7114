package dev.millrace.router.guards;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.AppliedPolicy;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.RampStep;
import dev.millrace.contracts.control.Trip;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.Lane;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Arm;
import dev.millrace.contracts.policy.Guard;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.contracts.policy.Ramp;
import dev.millrace.contracts.policy.Ramp.StepCompletion;
import dev.millrace.contracts.policy.Rule;
import dev.millrace.contracts.result.AttemptCost;
import dev.millrace.contracts.result.BatchJob;
import dev.millrace.contracts.result.CostEvent;
import dev.millrace.contracts.result.CostEventCodec;
import dev.millrace.contracts.result.JobEnd;
import dev.millrace.contracts.result.PricedUsage;
import dev.millrace.contracts.result.Route;
import dev.millrace.router.failure.InternalErrors;
import dev.millrace.router.message.FixedBacklog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Runs the canary topology without a broker. The policy {@code p} splits between {@code old} and
 * {@code new}, whose alias is {@code newest}. The control state follows published records at once
 * unless {@link #isFollowing} is false.
 */
final class CanaryDriver implements AutoCloseable {
    static final Catalog CATALOG =
            Catalog.of(
                    List.of(
                            Model.of("old", "openai", Price.of("1", "2")),
                            Model.of("new", "openai", Price.of("1", "2"))
                                    .withAliases(List.of("newest"))));

    static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    static final int OVER = 20;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    boolean isFollowing = true;

    private final Map<String, Policy> configuredPolicies = new HashMap<>();
    private final List<String> published = new ArrayList<>();
    private ControlState control = ControlState.EMPTY;
    private @Nullable Running running;
    private Instant now = START;
    private int jobs;

    private record Running(
            Path directory, TopologyTestDriver driver, TestInputTopic<byte[], CostEvent> costs) {}

    static Rule rule(@Nullable Ramp ramp, @Nullable Guard guard) {
        return new Rule(
                Optional.empty(),
                List.of(),
                List.of(new Arm("old", 90), new Arm("newest", 10)),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(ramp),
                Optional.ofNullable(guard));
    }

    /** Returns a guard that allows 10 % errors in the last {@value #OVER} jobs. */
    static Guard guard() {
        return new Guard("newest", Optional.of(10.0), Optional.of(2.0), Optional.empty(), OVER);
    }

    static Ramp byResults(int goodResults) {
        return ramp(new StepCompletion(OptionalInt.of(goodResults), Optional.empty()));
    }

    static Ramp byTime(Duration time) {
        return ramp(new StepCompletion(OptionalInt.empty(), Optional.of(time)));
    }

    private static Ramp ramp(StepCompletion each) {
        return new Ramp("newest", List.of(1.0, 5.0, 25.0), each);
    }

    /** Adds a policy to the configuration; call before {@link #start}. */
    CanaryDriver configured(String name, Rule... rules) {
        configuredPolicies.put(name, new Policy(List.of(rules)));
        return this;
    }

    /** Adds a version of the policy {@code p} to control. */
    CanaryDriver applied(int version, Rule... rules) {
        var policy =
                new AppliedPolicy(
                        "p", version, new Policy(List.of(rules)), START, "test", Optional.empty());
        write(policy.record());
        return this;
    }

    void write(ControlRecord entry) {
        control = control.with(entry.key().text(), entry.value());
    }

    CanaryDriver start() {
        var builder = new StreamsBuilder();
        Serde<CostEvent> events =
                Serdes.serdeFrom(
                        (_, event) -> CostEventCodec.toJson(event),
                        (_, bytes) -> CostEventCodec.read(bytes));
        new CanaryTopology(
                        this::rules,
                        new CanaryMetrics(meters),
                        new InternalErrors(meters),
                        FixedBacklog.NONE,
                        "control")
                .addTo(
                        builder.stream("costs", Consumed.with(Serdes.ByteArray(), events)),
                        Function.identity());
        Path directory = newDirectory();
        var driver = new TopologyTestDriver(builder.build(), properties(directory), now);
        var costs =
                driver.createInputTopic(
                        "costs", Serdes.ByteArray().serializer(), events.serializer());
        running = new Running(directory, driver, costs);
        return this;
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("watch-driver");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties properties(Path directory) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "router");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        return properties;
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }

    /** Ends jobs well, after 100 ms and for 0.001 USD each. */
    void good(String routedBy, String model, int count) {
        end(routedBy, model, model, null, 100, count);
    }

    void failed(String routedBy, String model, int count) {
        end(routedBy, model, model, "server_error", 100, count);
    }

    /**
     * Ends jobs.
     *
     * @param answeredBy the last model that was called
     * @param error null for a good result
     */
    void end(
            String routedBy,
            String routedTo,
            String answeredBy,
            @Nullable String error,
            long millis,
            int count) {
        for (int i = 0; i < count; i++) {
            var cost = new BigDecimal("0.001");
            var end =
                    new JobEnd(new Route(routedBy, routedTo), Lane.NORMAL, error, 1, cost, millis);
            end(event(answeredBy).with(end.calledAgo(millis)));
        }
    }

    /** Ends jobs of the arm that another model answered since the arm's breaker was open. */
    void heldBack(String routedBy, int count) {
        for (int i = 0; i < count; i++) {
            end(
                    event("old")
                            .with(
                                    new JobEnd(
                                            new Route(routedBy, "new"),
                                            Lane.NORMAL,
                                            null,
                                            1,
                                            new BigDecimal("0.001"),
                                            100)));
        }
    }

    /** Ends jobs of the arm with errors, at a given age of their calls. */
    void failedAfter(String routedBy, Duration callAge, int count) {
        for (int i = 0; i < count; i++) {
            var cost = new BigDecimal("0.001");
            var end = new JobEnd(new Route(routedBy, "new"), Lane.NORMAL, "timeout", 1, cost, 100);
            end(event("new").with(end.calledAgo(callAge.toMillis())));
        }
    }

    /** Ends jobs without a call. */
    void endedWithoutCall(String routedBy, String routedTo, String error, int count) {
        for (int i = 0; i < count; i++) {
            var none = CostEvent.withoutCall(JobId.of("t", "b", "job-" + jobs++), "t", "b");
            end(
                    none.with(
                            new JobEnd(
                                    new Route(routedBy, routedTo),
                                    Lane.NORMAL,
                                    error,
                                    0,
                                    BigDecimal.ZERO,
                                    0)));
        }
    }

    void end(CostEvent event) {
        running().costs().pipeInput(new byte[0], event, now);
        follow();
    }

    /** Reports failures that happened some time ago. */
    void failedEarlier(String routedBy, Duration ago, int count) {
        Instant before = now;
        now = now.minus(ago);
        failed(routedBy, "new", count);
        now = before;
    }

    /** Writes raw bytes to the repartition topic of outcomes. */
    void pipeOutcome(String routedBy, byte[] value) {
        running()
                .driver()
                .createInputTopic(
                        "router-arms-repartition",
                        Serdes.String().serializer(),
                        Serdes.ByteArray().serializer())
                .pipeInput(routedBy, value, now);
        follow();
    }

    private CostEvent event(String model) {
        var none = CostEvent.withoutCall(JobId.of("t", "b", "job-" + jobs++), "t", "b");
        return new CostEvent(
                none.eventId(),
                true,
                new BatchJob(none.jobId(), "t", "b"),
                null,
                Route.NONE,
                new AttemptCost(
                        model,
                        "openai",
                        1,
                        none.kind(),
                        PricedUsage.of(none.usage(), null, null),
                        none.costUsd(),
                        none.savedUsd()),
                none.reservedUsd(),
                null);
    }

    void advance(Duration time) {
        now = now.plus(time);
        running().driver().advanceWallClockTime(time);
        follow();
    }

    private void follow() {
        var out =
                running()
                        .driver()
                        .createOutputTopic(
                                "control",
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer());
        for (var entry : out.readKeyValuesToList()) {
            String key = new String(entry.key, UTF_8);
            published.add(key);
            if (isFollowing) {
                control = control.with(key, entry.value);
            }
        }
    }

    /** Returns the keys of the records published to control since the last call. */
    List<String> published() {
        List<String> all = List.copyOf(published);
        published.clear();
        return all;
    }

    Trip trip() {
        return control.lastTrip("p", "new", CATALOG).orElseThrow();
    }

    void clear(Instant at) {
        write(trip().cleared(at).record("p", "new"));
    }

    /** Returns when a trip of the rule's canary was last cleared. */
    long clearedMillis(String routedBy) {
        return rules().canary(routedBy, 1).orElseThrow().clearedMillis();
    }

    private CanaryRules rules() {
        return CanaryRules.of(control, configuredPolicies, CATALOG);
    }

    RampStep ramp(int rule, String version) {
        return control.rampStep("p", rule, version).orElseThrow();
    }

    /** Returns the keys of all changelog records so far. */
    List<String> changelog() {
        return running()
                .driver()
                .createOutputTopic(
                        "router-arms-changelog",
                        new StringDeserializer(),
                        new ByteArrayDeserializer())
                .readKeyValuesToList()
                .stream()
                .map(it -> it.key)
                .toList();
    }

    List<String> storedKeys() {
        KeyValueStore<String, byte[]> store = running().driver().getKeyValueStore("arms");
        var keys = new TreeSet<String>();
        try (var all = store.all()) {
            all.forEachRemaining(it -> keys.add(it.key));
        }
        return List.copyOf(keys);
    }

    /** Overwrites a store entry. */
    void store(String key, byte[] value) {
        running().driver().<String, byte[]>getKeyValueStore("arms").put(key, value);
    }

    /** Loads a rule's monitor from the store, as a successor does. */
    RuleMonitor reloaded(String routedBy) {
        CanaryRules now = rules();
        return new CanaryStateStore(running().driver().getKeyValueStore("arms"))
                .load(now.rule(routedBy).orElseThrow(), now);
    }

    /** Returns the value of a gauge or counter; -1 if it is not registered. */
    double meter(String name) {
        var found = meters.find(name).meter();
        return found == null ? -1 : found.measure().iterator().next().getValue();
    }

    @Override
    public void close() {
        running().driver().close();
        try {
            Files.deleteIfExists(running().directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

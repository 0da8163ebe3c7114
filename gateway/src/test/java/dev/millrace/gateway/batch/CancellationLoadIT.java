package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.ControlState;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.control.ControlFollower;
import dev.millrace.control.ControlPublisher;
import dev.millrace.control.ControlWriter;
import dev.millrace.control.ControlWriter.Change;
import dev.millrace.gateway.access.GatewayKey;
import dev.millrace.gateway.access.KeyAccess;
import dev.millrace.gateway.access.SecretHash;
import dev.millrace.gateway.fixtures.GatewayCluster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures what cancellations of clients cost. Prints figures, and asserts that nothing is lost.
 */
@Tag("long")
class CancellationLoadIT {
    private static final int GATEWAYS = 4;
    private static final Duration BETWEEN_CANCELLATIONS = Duration.ofMillis(20);
    private static final int REVOCATIONS = 40;
    private static final int BATCHES = 50_000;
    private static final int MEASUREMENTS = 21;

    private GatewayCluster cluster;
    private ControlFollower follower;
    private List<ControlPublisher> gateways = List.of();

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new GatewayCluster(folder);
        follower = ControlFollower.start(cluster.client(), prefix());
        gateways =
                IntStream.range(0, GATEWAYS)
                        .mapToObj(_ -> ControlPublisher.of(cluster.client(), prefix()))
                        .toList();
    }

    @AfterEach
    void stop() {
        gateways.forEach(ControlPublisher::close);
        follower.close();
        cluster.close();
    }

    private String prefix() {
        return cluster.config().topics().prefix();
    }

    private void cancel(int gateway, String batch) {
        Instant now = Instant.now();
        new ControlCancellations(gateways.get(gateway)::write, follower::state, () -> now)
                .cancel("acme", batch, now, now.plus(Duration.ofHours(1)));
    }

    private static void print(String line, Object... values) {
        System.out.printf("CancellationLoadIT: " + line + "%n", values);
    }

    @Test
    void keysAreRevokedWhileClientsOfFourGatewaysCancel() throws Exception {
        ControlWriter operator =
                ControlWriter.of(cluster.client(), prefix(), new SplittableRandom(1));
        operator.write(_ -> keys());
        var cancelled = new AtomicInteger();
        var millis = new ArrayList<Double>();
        long begun = System.nanoTime();
        try (var clients = Executors.newScheduledThreadPool(GATEWAYS)) {
            var storms = IntStream.range(0, GATEWAYS).mapToObj(it -> storm(clients, it, cancelled));
            List<? extends Future<?>> running = storms.toList();
            for (int i = 0; i < REVOCATIONS; i++) {
                String id = "key-" + i;
                long start = System.nanoTime();
                operator.write(state -> revoke(state, id));
                millis.add((System.nanoTime() - start) / 1e6);
            }
            assertThat(running).noneMatch(Future::isDone);
            running.forEach(it -> it.cancel(false));
        }
        double seconds = (System.nanoTime() - begun) / 1e9;

        ControlState control = cluster.control();
        assertThat(GatewayKey.all(control).values())
                .hasSize(REVOCATIONS)
                .allMatch(it -> it.revoked().isPresent());
        assertThat(control.cancellations()).hasSize(cancelled.get());
        millis.sort(null);
        print(
                "%d revocations beside %.0f cancellations a second: P50 %.0f ms, worst %.0f ms",
                REVOCATIONS,
                cancelled.get() / seconds,
                millis.get(REVOCATIONS / 2),
                millis.getLast());
    }

    private Future<?> storm(ScheduledExecutorService clients, int gateway, AtomicInteger count) {
        var number = new AtomicInteger();
        return clients.scheduleAtFixedRate(
                () -> {
                    cancel(gateway, gateway + "-" + number.incrementAndGet());
                    count.incrementAndGet();
                },
                0,
                BETWEEN_CANCELLATIONS.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private static Change<Boolean> keys() {
        Instant now = Instant.now();
        var secret = SecretHash.of("secret", new SecureRandom(), now);
        var key =
                new GatewayKey(
                        "ci",
                        KeyAccess.ofTenant("acme"),
                        now,
                        "ada",
                        Optional.empty(),
                        List.of(secret));
        return new Change<>(
                IntStream.range(0, REVOCATIONS).mapToObj(it -> record("key-" + it, key)).toList(),
                true);
    }

    private static Change<Boolean> revoke(ControlState state, String id) {
        return GatewayKey.find(id, state)
                .map(it -> new Change<>(List.of(record(id, it.revokedAt(Instant.now()))), true))
                .orElseGet(() -> Change.none(false));
    }

    private static ControlRecord record(String id, GatewayKey key) {
        return new ControlRecord(new ControlKey.ApiKey(id), key.toJson());
    }

    @Test
    void fiftyThousandCancelledBatchesLeaveNothingOnceTheyHaveExpired() throws Exception {
        show("before");
        long begun = System.nanoTime();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    IntStream.range(0, GATEWAYS)
                            .mapToObj(it -> clients.submit(() -> cancelPart(it)))
                            .toList();
            for (Future<?> each : running) {
                var _ = each.get();
            }
        }
        print("%d cancelled in %.1f s", BATCHES, (System.nanoTime() - begun) / 1e9);
        await().until(() -> follower.state().cancellations().size() == BATCHES);
        show("after the cancellations");

        Instant later = Instant.now().plus(Duration.ofHours(2));
        new ControlCancellations(gateways.getFirst()::write, follower::state, () -> later)
                .removeExpired();

        await().until(() -> follower.state().cancellations().isEmpty());
        show("after they have expired");
        assertThat(cluster.control().cancellations()).isEmpty();
    }

    private void cancelPart(int gateway) {
        for (int i = gateway; i < BATCHES; i += GATEWAYS) {
            cancel(gateway, "batch-" + i);
        }
    }

    private void show(String when) throws Exception {
        ControlState state = follower.state();
        var command = new OperatorCommand(Instant.now(), "gateway");
        ControlRecord one = command.record(new ControlKey.CancelBatch("acme", "one"));
        Instant now = Instant.now();
        print(
                "%s: %d cancellations in force, %d records in the topic, %.1f MB of heap, %.1f ms"
                        + " for one more record, %.2f ms for a check of all",
                when,
                state.cancellations().size(),
                records(),
                usedMegabytes(),
                medianMillis(() -> state.with(one.key().text(), one.value())),
                medianMillis(() -> state.inEffect(now)));
    }

    private long records() throws Exception {
        var partition = new TopicPartition(new Topics(prefix()).control(), 0);
        try (var admin = Admin.create(Map.copyOf(cluster.client()))) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private static double usedMegabytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / 1e6;
    }

    private static double medianMillis(Supplier<Object> work) {
        var millis = new ArrayList<Double>();
        for (int i = 0; i < MEASUREMENTS; i++) {
            long start = System.nanoTime();
            assertThat(work.get()).isNotNull();
            millis.add((System.nanoTime() - start) / 1e6);
        }
        millis.sort(null);
        return millis.get(MEASUREMENTS / 2);
    }
}

package dev.millrace.worker.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.quota.ConcurrencyPermits;
import dev.millrace.quota.RateLimit;
import dev.millrace.quota.RatePermits;
import dev.millrace.worker.quota.LeasedLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers that share limits over the quota topic. */
class LeasedLimitsIT {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String TOPIC = "millrace.quota";

    @TempDir Path directory;
    private Cluster cluster;
    private final List<Client> clients = new ArrayList<>();
    private final List<Long> uses = new ArrayList<>();

    /** A worker's part in the limits. It crashes when its clock fails. */
    private final class Client {
        private volatile boolean hasCrashed;
        private final LeasedLimits limits;
        private int calls;

        private Client(String name) {
            limits =
                    new LeasedLimits(
                            new LeasedLimits.Settings(
                                    Map.of("bootstrap.servers", cluster.bootstrapServers()),
                                    TOPIC,
                                    name,
                                    WorkerConfig.Lease.DEFAULT,
                                    Duration.ofSeconds(5),
                                    this::nanos,
                                    new SplittableRandom()));
            clients.add(this);
        }

        private long nanos() {
            if (hasCrashed) {
                throw new IllegalStateException("crashed");
            }
            return System.nanoTime();
        }
    }

    @BeforeEach
    void startBroker() throws Exception {
        cluster = new Cluster(directory);
        cluster.create(TOPIC, 1);
    }

    @AfterEach
    void stop() {
        clients.forEach(client -> client.limits.close());
        cluster.close();
    }

    private void call(Client client, RatePermits permits) {
        long now = System.nanoTime();
        if (!client.hasCrashed && permits.take(1, now)) {
            client.calls++;
            uses.add(System.nanoTime());
            permits.onSent(1, System.nanoTime());
        }
    }

    private int mostInASecond() {
        int most = 0;
        int oldest = 0;
        for (int i = 0; i < uses.size(); i++) {
            while (uses.get(i) - uses.get(oldest) >= SECOND.toNanos()) {
                oldest++;
            }
            most = Math.max(most, i - oldest + 1);
        }
        return most;
    }

    @Test
    void callsOfAllWorkersStayWithinTheLimitWhenTheLeaderCrashes() {
        var permits = new ArrayList<RatePermits>();
        for (String name : List.of("a", "b", "c")) {
            var client = new Client(name);
            permits.add(client.limits.rate("limit", RateLimit.of(60, SECOND), System.nanoTime()));
            // The first client has become the leader before the others join.
            callUntil(uses.size() + 1, permits);
        }
        callUntil(200, permits);
        clients.getFirst().hasCrashed = true;
        int before = clients.getLast().calls;
        callUntil(500, permits);

        assertThat(mostInASecond()).isLessThanOrEqualTo(60);
        assertThat(clients.getLast().calls).isGreaterThan(before + 50);
    }

    @Test
    void permitsReturnWhenTheDeletedTopicIsCreatedAgain() throws Exception {
        var client = new Client("a");
        RatePermits permits =
                client.limits.rate("limit", RateLimit.of(60, SECOND), System.nanoTime());
        callUntil(5, List.of(permits));
        cluster.delete(TOPIC);
        await().until(() -> client.limits.problem().contains(TOPIC) && !isPermitted(permits));
        cluster.create(TOPIC, 1);
        callUntil(uses.size() + 5, List.of(permits));

        await().until(() -> client.limits.problem().isEmpty());
        assertThat(mostInASecond()).isLessThanOrEqualTo(60);
    }

    private static boolean isPermitted(RatePermits permits) {
        return permits.waitNanos(1, System.nanoTime()) == 0;
    }

    private void callUntil(int count, List<RatePermits> permits) {
        await().pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            for (int i = 0; i < permits.size(); i++) {
                                call(clients.get(i), permits.get(i));
                            }
                            return uses.size() >= count;
                        });
    }

    @Test
    void workersTakeTurnsAtASingleConcurrentCall() {
        var permits = new ArrayList<ConcurrencyPermits>();
        for (String name : List.of("a", "b", "c")) {
            permits.add(new Client(name).limits.concurrency("concurrency", 1, System.nanoTime()));
        }
        var running = new ArrayList<Integer>();
        await().pollInterval(Duration.ofMillis(1))
                .until(
                        () -> {
                            long now = System.nanoTime();
                            running.forEach(i -> permits.get(i).giveBack(now));
                            running.clear();
                            for (int i = 0; i < permits.size(); i++) {
                                if (permits.get(i).take(now)) {
                                    clients.get(i).calls++;
                                    running.add(i);
                                }
                            }
                            assertThat(running).hasSizeLessThanOrEqualTo(1);
                            return clients.stream().allMatch(client -> client.calls >= 3);
                        });
    }
}

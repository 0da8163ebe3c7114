package dev.millrace.gateway.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.OperatorCommand;
import dev.millrace.control.ControlPublisher;
import dev.millrace.control.ControlWriter;
import dev.millrace.gateway.fixtures.GatewayCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of several gateways that cancel as fast as they can. */
class CancelStormIT {
    private static final int GATEWAYS = 4;

    private GatewayCluster cluster;
    private ControlPublisher control;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new GatewayCluster(folder);
        control = ControlPublisher.of(cluster.client(), prefix());
    }

    @AfterEach
    void stop() {
        control.close();
        cluster.close();
    }

    private String prefix() {
        return cluster.config().topics().prefix();
    }

    private ControlCancellations cancellations() {
        return new ControlCancellations(control::write, cluster::control, Instant::now);
    }

    @Test
    void commandOfAPersonIsWrittenAtTheFirstTry() throws Exception {
        var stop = new AtomicBoolean();
        var busy = new CountDownLatch(GATEWAYS);
        var decisions = new AtomicInteger();
        try (var gateways = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> storms =
                    IntStream.range(0, GATEWAYS)
                            .mapToObj(it -> gateways.submit(() -> storm(it, busy, stop)))
                            .toList();
            busy.await();

            ControlWriter.of(cluster.client(), prefix(), new SplittableRandom(1))
                    .write(
                            _ -> {
                                decisions.incrementAndGet();
                                return pause();
                            });

            stop.set(true);
            for (Future<?> storm : storms) {
                var _ = storm.get();
            }
        }
        assertThat(decisions).hasValue(1);
        assertThat(cluster.control().isPaused()).isTrue();
    }

    private static ControlWriter.Change<Boolean> pause() {
        var command = new OperatorCommand(Instant.now(), "ada");
        return new ControlWriter.Change<>(List.of(command.record(new ControlKey.PauseAll())), true);
    }

    private void storm(int gateway, CountDownLatch busy, AtomicBoolean stop) {
        for (int i = 0; !stop.get(); i++) {
            var command = new OperatorCommand(Instant.now(), "gateway");
            control.write(
                    List.of(command.record(new ControlKey.CancelBatch("acme", gateway + "-" + i))));
            if (i == 10) {
                busy.countDown();
            }
        }
    }

    @Test
    void cancellationsAreRemovedOnceTheyHaveExpired() {
        Instant now = Instant.now();
        cancellations().cancel("acme", "old", now, now.minusSeconds(1));
        cancellations().cancel("acme", "new", now, now.plus(Duration.ofHours(1)));

        cancellations().removeExpired();

        assertThat(cluster.control().cancellations().keySet())
                .containsExactly(new ControlKey.CancelBatch("acme", "new"));
    }

    @Test
    void cancellationOfAPersonKeepsItsEffectOnCalls() {
        var key = new ControlKey.CancelBatch("acme", "b");
        Instant before = Instant.parse("2026-11-20T12:00:00Z");
        control.write(List.of(OperatorCommand.withCalls(before, "ada").record(key)));

        cancellations()
                .cancel("acme", "b", before.plusSeconds(1), before.plus(Duration.ofDays(9_999)));

        assertThat(cluster.control().cancellations())
                .hasEntrySatisfying(key, it -> assertThat(it.runningAt()).contains(before));
    }
}

package dev.millrace.gateway.job;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.job.CacheMode;
import dev.millrace.gateway.serving.GroupMembers;
import dev.millrace.gateway.serving.RunningServices;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline in miniature answers every request; the tests decide which services seem to run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnservedCallsIT {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final GroupMembers ROUTER = readerOf("millrace.requests");
    private static final GroupMembers WORKER = readerOf("millrace.jobs.gpt-4.1.normal");

    private volatile GroupMembers routers = ROUTER;
    private volatile GroupMembers workers = WORKER;
    private JobTrial trial;
    private JobClient client;
    private ServiceWatch watch;

    private static GroupMembers readerOf(String topic) {
        return new GroupMembers(List.of("a"), false, Map.of(topic, Set.of(0)));
    }

    @BeforeAll
    void startCluster(@TempDir Path directory) {
        trial = new JobTrial(directory);
    }

    @AfterAll
    void stopCluster() {
        trial.cluster().close();
    }

    @BeforeEach
    void start() {
        routers = ROUTER;
        workers = WORKER;
        trial.start();
        watch =
                new ServiceWatch(
                        () ->
                                Optional.of(
                                        new RunningServices(
                                                trial.cluster().topics(),
                                                routers,
                                                workers,
                                                Catalog.shipped().models().stream()
                                                        .map(Model::name)
                                                        .collect(toSet()))),
                        Catalog.shipped(),
                        CacheMode.NONE,
                        System::nanoTime);
        client =
                trial.newClient(
                        10,
                        new JobClient.Routing(
                                JobClient.Routing.BY_ROUTER.planner(), Optional::empty, watch));
    }

    @AfterEach
    void stop() {
        client.close();
        trial.stop();
    }

    @Test
    void publishedCallWithoutARouterIsRefusedAndCancelled() {
        routers = GroupMembers.NONE;
        trial.pipeline().hold();
        var ticket = client.submit(trial.request("lost", null));

        var refusal = catchThrowableOfType(JobRefusal.class, () -> ticket.await(LONG));

        assertThat(refusal.reason()).isEqualTo(JobRefusal.Reason.NO_ROUTER);
        assertThat(refusal)
                .hasMessage(
                        "no router reads millrace.requests: start one with millrace router; the"
                                + " request is cancelled");
        await().until(
                        () ->
                                trial.cluster()
                                        .control()
                                        .cancellations()
                                        .containsKey(new ControlKey.CancelJob(ticket.job())));
        ticket.close();
        assertThat(client.pendingJobs()).isZero();
    }

    @Test
    void callIsNotPublishedWhileItsWorkerIsKnownToBeMissing() {
        workers = GroupMembers.NONE;
        watch.refresh();

        assertThatThrownBy(() -> client.submit(trial.request("held", null)))
                .isInstanceOf(JobRefusal.class)
                .hasMessage(
                        "no worker runs: start one with millrace worker; the request was not"
                                + " accepted");

        assertThat(client.pendingJobs()).isZero();
        assertThat(trial.pipeline().received()).isEmpty();
    }

    @Test
    void heldCallIsAnsweredWhenItsServicesCome() throws Exception {
        routers = GroupMembers.NONE;
        watch.refresh();
        var answer = new CompletableFuture<String>();
        var caller =
                Thread.startVirtualThread(
                        () -> {
                            try {
                                answer.complete(
                                        JobTrial.answer(
                                                client.submit(trial.request("held", null))));
                            } catch (Exception e) {
                                answer.completeExceptionally(e);
                            }
                        });
        await().until(() -> client.pendingJobs() == 1);

        routers = ROUTER;

        caller.join();
        assertThat(answer.join()).isEqualTo("{\"object\":\"x\"}");
    }

    @Test
    void servedCallOutlastsThePatience() throws Exception {
        trial.pipeline().hold();
        try (var ticket = client.submit(trial.request("slow", null))) {
            assertThatThrownBy(() -> ticket.await(ServiceWatch.PATIENCE.plusSeconds(2)))
                    .isInstanceOf(TimeoutException.class);
            trial.pipeline().release();

            assertThat(ticket.await(LONG).errorCode()).isEmpty();
        }
    }

    @Test
    void publishedCallOutlastsTheRouterThatReadIt() throws Exception {
        trial.pipeline().hold();
        try (var ticket = client.submit(trial.request("routed", null))) {
            ticket.accepted().join();
            assertThatThrownBy(() -> ticket.await(Duration.ofSeconds(2)))
                    .isInstanceOf(TimeoutException.class);
            routers = GroupMembers.NONE;
            assertThatThrownBy(() -> ticket.await(ServiceWatch.PATIENCE.plusSeconds(2)))
                    .isInstanceOf(TimeoutException.class);
            trial.pipeline().release();

            assertThat(ticket.await(LONG).errorCode()).isEmpty();
        }
    }
}

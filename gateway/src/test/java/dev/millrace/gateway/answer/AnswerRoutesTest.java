package dev.millrace.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.money.Price;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.Exchange;
import dev.millrace.gateway.http.RunningServer;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobCall;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway that does not reach its cluster. */
class AnswerRoutesTest {
    private static final String BODY =
            """
            {"model":"gpt-4.1","stream":true,"messages":[{"role":"user","content":"Hi"}]}""";

    private final AtomicLong counted = new AtomicLong();
    private JobClient jobs;
    private RunningServer server;

    @BeforeEach
    void start() {
        var config =
                new ConfigLoader(Map.of())
                        .parse("test", "kafka: { bootstrap.servers: \"127.0.0.1:1\" }");
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(config, HeapShare.AMPLE),
                                EndedJobs.NONE,
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        var routes =
                new AnswerRoutes(
                        jobs,
                        new ModelsInService(
                                new ModelNames(
                                        Catalog.of(
                                                List.of(
                                                        Model.of(
                                                                "gpt-4.1",
                                                                "p",
                                                                Price.of("1", "1")))),
                                        Set.of("p"),
                                        Map.of())),
                        this::admitAndSubmit,
                        new CallWaits(Duration.ofMinutes(1), Duration.ofSeconds(5)),
                        _ -> List.of(),
                        InstantSource.system());
        server = RunningServer.of(routes.routes(), _ -> caller());
    }

    @AfterEach
    void stop() {
        server.close();
        jobs.close();
    }

    /** Counts the request before the refusal, as if the gateway lost its cluster in between. */
    private void admitAndSubmit(Exchange exchange, JobCall call, CallerAdmission admission) {
        admission.admit(jobs.read(call));
        assertThat(counted.get()).isPositive();
        jobs.submit(call).close();
    }

    private Caller caller() {
        var limits =
                new CallerLimits() {
                    @Override
                    public boolean permits(String model) {
                        return true;
                    }

                    @Override
                    public Admission admit(long tokens) {
                        counted.addAndGet(tokens);
                        return used -> counted.addAndGet(used - tokens);
                    }

                    @Override
                    public Map<String, String> headers(ApiStyle style) {
                        return Map.of();
                    }
                };
        return new Caller("ci", "acme", "key-1", Optional.empty(), KeyRights.CALLS, limits);
    }

    @Test
    void refusedRequestUsesNoTokens() throws Exception {
        assertThat(server.send("POST", "/v1/chat/completions", BODY).statusCode()).isEqualTo(503);

        assertThat(counted.get()).isZero();
    }
}

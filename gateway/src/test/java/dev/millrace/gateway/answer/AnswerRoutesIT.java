package dev.millrace.gateway.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.catalog.ModelNames;
import dev.millrace.contracts.control.ControlKey;
import dev.millrace.contracts.control.ControlRecord;
import dev.millrace.contracts.control.WorkerReport;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.OnUnavailable;
import dev.millrace.contracts.job.ProviderHeader;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.memory.HeapShare;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.money.PriceHours;
import dev.millrace.contracts.money.WeeklyTime;
import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.contracts.waiting.WaitingReason;
import dev.millrace.gateway.access.KeyRights;
import dev.millrace.gateway.fixtures.FakePipeline;
import dev.millrace.gateway.fixtures.GatewayCluster;
import dev.millrace.gateway.fixtures.WatchedServer;
import dev.millrace.gateway.http.ApiError;
import dev.millrace.gateway.http.ApiStyle;
import dev.millrace.gateway.http.BodyMemory;
import dev.millrace.gateway.http.Caller;
import dev.millrace.gateway.http.CallerLimits;
import dev.millrace.gateway.http.CorsRules;
import dev.millrace.gateway.http.ErrorKind;
import dev.millrace.gateway.http.LocalCallers;
import dev.millrace.gateway.job.EndedJobs;
import dev.millrace.gateway.job.JobClient;
import dev.millrace.gateway.job.JobSettings;
import dev.millrace.gateway.job.JobWaits;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real clients, a web server, the embedded broker and a pipeline in miniature. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerRoutesIT {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final String BODY =
            "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private GatewayCluster cluster;
    private JobClient jobs;
    private WebServer server;
    private FakePipeline pipeline;
    private final Semaphore largeCounts = new Semaphore(0);
    private final AtomicInteger counting = new AtomicInteger();

    /** The caller of all requests; empty for the local one. */
    private volatile Optional<Caller> caller = Optional.empty();

    /** Hours that always apply. */
    private static final PriceHours ALWAYS =
            new PriceHours(
                    ZoneOffset.UTC,
                    PriceHours.BookedAt.START,
                    Set.of(),
                    Map.of(
                            "always",
                            new PriceHours.Period(
                                    List.of(WeeklyTime.parse("00:00-00:00")), Price.of("2", "2"))));

    @BeforeAll
    void startServer(@TempDir Path directory) {
        cluster = new GatewayCluster(directory);
        jobs =
                JobClient.start(
                        new JobClient.Parts(
                                JobSettings.of(cluster.config(), HeapShare.AMPLE),
                                EndedJobs.NONE,
                                JobClient.Routing.BY_ROUTER,
                                InstantSource.system(),
                                System::nanoTime,
                                new SplittableRandom()));
        var elsewhere =
                Model.of("azure-gpt", "azure", Price.of("1", "1").withHours(ALWAYS))
                        .servedBy("azure", "openai/GPT-4.1");
        var inService =
                new ModelsInService(
                        Stream.concat(
                                        cluster.config().modelsInService().stream(),
                                        Stream.of(elsewhere))
                                .toList(),
                        cluster.config().modelNames());
        var answers =
                new AnswerRoutes(
                        jobs,
                        inService,
                        StreamedAnswers.NONE,
                        new CallWaits(LONG, Duration.ofSeconds(5)),
                        JobWaits.of(
                                cluster::control,
                                cluster.config().catalog(),
                                InstantSource.system()),
                        InstantSource.system());
        var models = new ModelRoutes(inService, InstantSource.system());
        var tokens = new TokenCountRoutes(inService, this::count, jobs, InstantSource.system());
        var local = new LocalCallers(CorsRules.NONE);
        server =
                WatchedServer.start(
                        Stream.of(answers.routes(), models.routes(), tokens.routes())
                                .flatMap(List::stream)
                                .toList(),
                        new BodyMemory(Long.MAX_VALUE),
                        request -> caller.orElseGet(() -> local.authenticate(request)));
        Awaitility.await().until(() -> jobs.health().ready());
    }

    @AfterAll
    void stopServer() {
        server.stop();
        jobs.close();
        cluster.close();
        http.close();
    }

    @BeforeEach
    void startPipeline() {
        pipeline = new FakePipeline(cluster);
    }

    @AfterEach
    void stopPipeline() {
        pipeline.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.port() + "/v1/" + path));
    }

    /** Counts characters; of a large body once there is a permit. */
    private long count(RequestLine line, Model model) {
        if (line.body().length() > TokenCountRoutes.LARGE_BYTES) {
            counting.incrementAndGet();
            largeCounts.acquireUninterruptibly();
        }
        return line.body().length();
    }

    /** Returns a caller who may make a number of requests. */
    private static Caller limitedTo(int requests) {
        var left = new Semaphore(requests);
        var limits =
                new CallerLimits() {
                    @Override
                    public boolean permits(String model) {
                        return true;
                    }

                    @Override
                    public Admission admit(long tokens) {
                        assertThat(tokens).isZero();
                        if (!left.tryAcquire()) {
                            throw ApiError.of(ErrorKind.RATE_LIMITED, "rate_limit_exceeded", "");
                        }
                        return _ -> {};
                    }

                    @Override
                    public Map<String, String> headers(ApiStyle style) {
                        return Map.of();
                    }
                };
        return new Caller("ada", "acme", "key-1", Optional.of("1"), KeyRights.CALLS, limits);
    }

    private HttpResponse<String> post(String path, String body, String... headers)
            throws IOException, InterruptedException {
        var request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        return http.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    /** Publishes a control record to the gateway, as a worker would. */
    private void publish(ControlRecord record) {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>copyOf(cluster.client()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var _ = producer.send(record.toRecord(cluster.topics().control()));
        }
    }

    @Test
    void timeoutNamesTheBreakerAndTheErrorOfTheProvider() throws Exception {
        Instant now = Instant.now();
        publish(
                new WorkerReport(
                                now.plusSeconds(600),
                                List.of(),
                                List.of(),
                                List.of(
                                        new Waiting(
                                                "gpt-4.1",
                                                Optional.empty(),
                                                WaitingReason.BREAKER,
                                                "model gpt-4.1 (server_error: the provider answered"
                                                        + " 503: overloaded)",
                                                Optional.of(now.plusSeconds(30)),
                                                1)),
                                List.of())
                        .record("w1"));
        pipeline.hold();
        var impatient =
                WatchedServer.start(
                        new AnswerRoutes(
                                        jobs,
                                        new ModelsInService(
                                                new ModelNames(
                                                        Catalog.of(List.of()), Set.of(), Map.of())),
                                        StreamedAnswers.NONE,
                                        new CallWaits(Duration.ofMillis(100), Duration.ZERO),
                                        JobWaits.of(
                                                cluster::control,
                                                cluster.config().catalog(),
                                                InstantSource.system()),
                                        InstantSource.system())
                                .routes());
        try {
            var response =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + impatient.port()
                                                            + "/v1/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                                    .build(),
                            BodyHandlers.ofString());

            assertThat(response.statusCode()).isEqualTo(504);
            assertThat(response.body())
                    .contains(
                            "the job was waiting: gpt-4.1 waits: breaker: model gpt-4.1",
                            "the provider answered 503: overloaded");
        } finally {
            impatient.stop();
            publish(ControlRecord.removal(new ControlKey.Report("w1")));
            pipeline.release();
        }
    }

    @Test
    void callOfAnUnavailableModelGetsTheErrorOfTheProviderWithItsWait() throws Exception {
        pipeline.answer(
                _ ->
                        new Outcome.Unanswered(
                                ErrorCode.QUOTA_EXCEEDED,
                                "gpt-4.1 is unavailable: the circuit breaker of key 1 of openai is"
                                        + " open",
                                null,
                                Duration.ofSeconds(21),
                                null));

        var response = post("chat/completions", BODY);

        assertThat(pipeline.received().getFirst().line().options().onUnavailable())
                .isEqualTo(new OnUnavailable(Duration.ofSeconds(5)));
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("retry-after")).hasValue("21");
        assertThat(response.body()).contains("quota_exceeded", "key 1 of openai is open");
    }

    @Test
    void countOfTokensIsARequestOfItsKey() throws Exception {
        caller = Optional.of(limitedTo(1));
        try {
            assertThat(post("messages/count_tokens", BODY).statusCode()).isEqualTo(200);
            assertThat(post("messages/count_tokens", BODY).statusCode()).isEqualTo(429);
        } finally {
            caller = Optional.empty();
        }
    }

    @Test
    void fewLargeBodiesOfATenantAreCountedAtOnce() throws Exception {
        String large = BODY.replace("Hi", "a".repeat(TokenCountRoutes.LARGE_BYTES));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var counts =
                    IntStream.range(0, TokenCountRoutes.MAX_OF_TENANT)
                            .mapToObj(
                                    _ -> clients.submit(() -> post("messages/count_tokens", large)))
                            .toList();
            Awaitility.await().until(() -> counting.get() == TokenCountRoutes.MAX_OF_TENANT);

            try {
                var refused = post("messages/count_tokens", large);

                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.body())
                        .contains("at most 4 large bodies at once, 2 of a tenant");
                assertThat(post("messages/count_tokens", BODY).statusCode()).isEqualTo(200);
            } finally {
                largeCounts.release(TokenCountRoutes.MAX_OF_TENANT);
            }
            for (var each : counts) {
                assertThat(each.get().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void tokensAreCountedWithoutAJob() throws Exception {
        var counted = post("messages/count_tokens?beta=true", BODY, "anthropic-beta", "x");
        var unknown = post("messages/count_tokens", "{\"model\":\"no-such\",\"messages\":[]}");

        assertThat(counted.statusCode()).isEqualTo(200);
        assertThat(counted.body()).isEqualTo("{\"input_tokens\":" + BODY.length() + "}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"type\":\"error\"", "not_found_error");
        assertThat(post("messages/count_tokens", "[]").statusCode()).isEqualTo(400);
        assertThat(pipeline.received()).isEmpty();
    }

    @Test
    void headersForTheProviderAreOptionsOfTheJob() throws Exception {
        var response =
                post(
                        "messages?beta=true",
                        BODY,
                        "anthropic-version",
                        "2023-06-01",
                        "anthropic-beta",
                        "context-1m-2025-08-07",
                        "anthropic-beta",
                        "a, b,a");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(pipeline.received().getLast().line().options().headers())
                .isEqualTo(Map.of(ProviderHeader.ANTHROPIC_BETA, "context-1m-2025-08-07,a,b"));
        var _ = post("messages", BODY, "anthropic-version", "2026-10-21");
        assertThat(pipeline.received().getLast().line().options().headers())
                .isEqualTo(Map.of(ProviderHeader.ANTHROPIC_VERSION, "2026-10-21"));
        var _ = post("chat/completions", BODY, "anthropic-version", "2026-10-21");
        assertThat(pipeline.received().getLast().line().options().headers()).isEmpty();
        var _ = post("responses", BODY, "OpenAI-Beta", "responses=v1");
        assertThat(pipeline.received().getLast().line().options().headers())
                .isEqualTo(Map.of(ProviderHeader.OPENAI_BETA, "responses=v1"));
    }

    @ParameterizedTest
    @CsvSource({
        "messages, OpenAI-Beta, x=1",
        "chat/completions, anthropic-beta, x",
        "chat/completions, OpenAI-Organization, org-1",
        "responses, OpenAI-Project, proj-1",
        "messages, anthropic-workspace-id, w-1",
        "messages, anthropic-version, 2023-01-01",
        "messages, anthropic-version, latest"
    })
    void headerThatCannotBePassedOnIsRefused(String path, String name, String value)
            throws Exception {
        var response = post(path, BODY, name, value);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).containsIgnoringCase(name);
        assertThat(pipeline.received()).isEmpty();
    }

    /** Some programs send the variable of an organization that is not set. */
    @Test
    void blankHeaderOfAnAccountSelectsNone() throws Exception {
        assertThat(post("chat/completions", BODY, "OpenAI-Organization", "").statusCode())
                .isEqualTo(200);
    }

    @Nested
    class AChosenProvider {
        private RequestLine line() {
            return pipeline.received().getLast().line();
        }

        @Test
        void servesItsModelOfTheSameNameAndNoOtherFollows() throws Exception {
            var response = post("chat/completions", BODY, "X-Provider", "Azure");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("x-millrace-model")).contains("azure-gpt");
            assertThat(line().model()).isEqualTo("azure-gpt");
            assertThat(line().options().fallback()).isEmpty();
        }

        @Test
        void mayBeTheOneOfTheNamedModel() throws Exception {
            var response = post("chat/completions", BODY, "X-Provider", "simulator");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(line().model()).isEqualTo("gpt-4.1");
            assertThat(line().options().fallback()).isEmpty();
        }

        @Test
        void leavesFallbacksThatTheRequestNames() throws Exception {
            String body = BODY.replaceFirst("}$", ",\"millrace\":{\"fallback\":[\"qwen-turbo\"]}}");

            var response = post("chat/completions", body, "X-Provider", "azure");

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(line().options().fallback()).containsExactly("qwen-turbo");
        }

        @Test
        void thatDoesNotServeTheModelIsRefusedWithTheListOfThoseThatDo() throws Exception {
            var response = post("chat/completions", BODY, "X-Provider", "openai");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .contains(
                            "the header X-Provider must be a provider that serves gpt-4.1:"
                                    + " simulator, azure");
            assertThat(pipeline.received()).isEmpty();
        }

        @Test
        void needsANamedModel() throws Exception {
            var response =
                    post(
                            "chat/completions",
                            BODY.replace("gpt-4.1", "auto"),
                            "X-Provider",
                            "simulator");

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("X-Provider needs a named model, not auto");
        }
    }

    @Nested
    class TheRequestId {
        @Test
        void ofTheClientIsAnOptionOfItsJob() throws Exception {
            var response = post("chat/completions", BODY, "X-Request-ID", "mine-1");

            assertThat(response.headers().firstValue("x-request-id")).contains("mine-1");
            assertThat(pipeline.received().getLast().line().options().labels().requestId())
                    .isEqualTo("mine-1");
        }

        @Test
        void ofTheGatewayIsNot() throws Exception {
            for (String unusable : List.of("", "two words")) {
                var response = post("chat/completions", BODY, "X-Request-ID", unusable);

                assertThat(response.headers().firstValue("x-request-id")).isPresent();
                assertThat(pipeline.received().getLast().line().options().labels().requestId())
                        .isNull();
            }
        }
    }

    @Test
    void bodyWithAByteOrderMarkIsAnswered() throws Exception {
        assertThat(post("chat/completions", "\uFEFF" + BODY).statusCode()).isEqualTo(200);
        assertThat(post("messages/count_tokens", "\uFEFF" + BODY).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"TIMEOUT, 504", "INVALID_RESPONSE, 502"})
    void clientDoesNotRepeatByItselfWhatWasPaid(ErrorCode code, int status) throws Exception {
        pipeline.answer(_ -> Outcome.rejected(code, "no answer"));

        var response = post("chat/completions", BODY);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("x-should-retry")).contains("false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"chat/completions", "responses", "completions", "embeddings", "messages"})
    void eachEndpointAnswersWithTheProvidersBodyAndProvenance(String path) throws Exception {
        pipeline.answer(
                job ->
                        FakePipeline.answered(
                                200,
                                "{\"url\":\"" + job.line().endpoint().url() + "\", \"n\":1.00}"));

        var response = post(path, BODY, "X-Request-ID", "mine-1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"url\":\"/v1/" + path + "\", \"n\":1.00}");
        assertThat(response.headers().map())
                .containsEntry("x-request-id", java.util.List.of("mine-1"))
                .containsEntry("x-millrace-model", java.util.List.of("gpt-4.1"))
                .containsEntry("x-millrace-provider", java.util.List.of("simulator"))
                .containsEntry("x-millrace-cache", java.util.List.of("miss"))
                .containsEntry("x-millrace-cost", java.util.List.of("0.000012"))
                .containsKey("x-millrace-job");
        assertThat(pipeline.received().getLast().line().options().batch()).isEqualTo("gateway");
    }

    @Test
    void providersErrorKeepsItsStatusAndBody() throws Exception {
        pipeline.answer(
                _ ->
                        new Outcome.Answered(
                                400,
                                null,
                                ProviderBody.of("{\"error\":{\"message\":\"no\"}}".getBytes(UTF_8)),
                                ErrorCode.VALIDATION_ERROR));

        var response = post("chat/completions", BODY);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).isEqualTo("{\"error\":{\"message\":\"no\"}}");
    }

    @Test
    void operatorsKeyIsNoBusinessOfTheClient() throws Exception {
        pipeline.answer(
                _ ->
                        new Outcome.Answered(
                                401,
                                null,
                                ProviderBody.of("{\"error\":\"key sk-1\"}".getBytes(UTF_8)),
                                ErrorCode.AUTHENTICATION_ERROR));

        var response = post("chat/completions", BODY);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.body()).contains("authentication_error").doesNotContain("sk-1");
    }

    @ParameterizedTest
    @CsvSource({
        "RATE_LIMIT_EXCEEDED,429,rate_limit_exceeded,true",
        "BUDGET_EXCEEDED,429,budget_exceeded,false",
        "SERVER_ERROR,502,server_error,true",
        "DEADLINE_EXCEEDED,504,deadline_exceeded,false",
        "UNKNOWN_MODEL,404,model_not_found,false",
        "CONTEXT_LENGTH_EXCEEDED,400,context_length_exceeded,false",
        "CANCELLED,409,cancelled,false",
        "INTERNAL_ERROR,500,internal_error,false"
    })
    void endWithoutAnAnswerBecomesAnError(
            ErrorCode end, int status, String code, boolean hasRetryAfter) throws Exception {
        pipeline.answer(_ -> Outcome.rejected(end, "because"));

        var openAi = post("chat/completions", BODY);
        var anthropic = post("messages", BODY);

        assertThat(openAi.statusCode()).isEqualTo(status);
        assertThat(openAi.body())
                .contains("\"message\":\"because\"")
                .contains("\"code\":\"" + code + "\"");
        assertThat(openAi.headers().firstValue("retry-after").isPresent()).isEqualTo(hasRetryAfter);
        assertThat(anthropic.statusCode()).isEqualTo(status);
        assertThat(anthropic.body()).startsWith("{\"type\":\"error\"").contains("because");
    }

    @Test
    void waitOfTheResultIsTheRetryAfter() throws Exception {
        pipeline.answer(
                _ ->
                        new Outcome.Unanswered(
                                ErrorCode.RATE_LIMIT_EXCEEDED,
                                "slow down",
                                null,
                                Duration.ofMillis(12_300),
                                null));

        assertThat(post("chat/completions", BODY).headers().firstValue("retry-after"))
                .contains("13");
    }

    @Test
    void invalidRequestNeverReachesThePipeline() throws Exception {
        var response = post("chat/completions", "{\"messages\":[]}");

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"param\":\"model\"").contains("model is missing");
        assertThat(post("chat/completions", "not json").statusCode()).isEqualTo(400);
        assertThat(post("chat/completions", "").statusCode()).isEqualTo(400);
        assertThat(pipeline.received()).isEmpty();
    }

    @Test
    void traceContextIsPassedOn() throws Exception {
        String context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        var _ = post("chat/completions", BODY, "traceparent", context);
        var _ = post("chat/completions", BODY);

        assertThat(pipeline.received().getFirst().headers()).containsEntry("traceparent", context);
        assertThat(pipeline.received().getLast().headers()).doesNotContainKey("traceparent");
    }

    @Test
    void idempotencyKeyOfAnotherBodyIsUnprocessable() throws Exception {
        pipeline.hold();
        var first =
                http.sendAsync(
                        request("chat/completions")
                                .header("Idempotency-Key", "k1")
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                                .build(),
                        BodyHandlers.ofString());
        Awaitility.await().until(() -> pipeline.received().size() == 1);

        var beta = post("chat/completions", BODY, "Idempotency-Key", "k1", "OpenAI-Beta", "x");
        var other = post("chat/completions", BODY + " ", "Idempotency-Key", "k1");
        pipeline.release();

        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(other.body()).contains("idempotency_error");
        assertThat(beta.statusCode()).isEqualTo(422);
        assertThat(first.join().statusCode()).isEqualTo(200);
    }

    @Nested
    class ClientThatGoesAway {
        @Test
        void cancelsItsJob() throws Exception {
            pipeline.hold();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                String head =
                        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: "
                                + BODY.length()
                                + "\r\n\r\n";
                socket.getOutputStream().write((head + BODY).getBytes(UTF_8));
                Awaitility.await().until(() -> pipeline.received().size() == 1);
            }

            var key = new ControlKey.CancelJob(pipeline.received().getFirst().id());
            Awaitility.await().until(() -> cluster.control().cancellations().containsKey(key));
            assertThat(jobs.pendingJobs()).isZero();

            pipeline.release();
            Awaitility.await().until(() -> cluster.control().cancellations().isEmpty());
        }
    }

    @Nested
    class Models {
        @Test
        void areListedWithPricesAndContextWindows() throws Exception {
            var response = get("models");

            assertThat(response.body())
                    .startsWith("{\"object\":\"list\",\"data\":[{\"id\":")
                    .contains("\"id\":\"gpt-4.1\",\"object\":\"model\",\"created\":0")
                    .contains("\"context_window\":")
                    .contains("\"usd_per_million\":{\"input\":");
        }

        @Test
        void priceIsThatOfNow() throws Exception {
            assertThat(get("models/azure-gpt").body())
                    .contains("\"usd_per_million\":{\"input\":2,")
                    .contains(
                            "\"hours\":{\"zone\":\"Z\",\"booked_at\":\"start\",\"holidays\":[],"
                                    + "\"usd_per_million\":{\"input\":1,")
                    .contains(
                            "\"periods\":[{\"name\":\"always\",\"times\":[\"00:00-00:00\"],"
                                    + "\"usd_per_million\":{\"input\":2,");
            assertThat(get("models/gpt-4.1").body()).doesNotContain("hours");
        }

        @Test
        void oneIsFoundByItsName() throws Exception {
            assertThat(get("models/gpt-4.1").body()).startsWith("{\"id\":\"gpt-4.1\"");
            assertThat(get("models/none").statusCode()).isEqualTo(404);
        }
    }
}

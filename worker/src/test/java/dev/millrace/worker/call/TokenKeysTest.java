package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.error.ErrorCode;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.wire.stream.StreamListener;
import dev.millrace.worker.answer.ExchangeEnd;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.breaker.BreakerReporter;
import dev.millrace.worker.breaker.Breakers;
import dev.millrace.worker.breaker.KeyChoice;
import dev.millrace.worker.http.ProviderRequest;
import dev.millrace.worker.http.Transport;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.LoopClock;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.ProviderKey;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.token.TokenKey;
import dev.millrace.worker.token.TokenScript;
import dev.millrace.worker.translate.OutgoingBodies;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A provider with a key that a real program prints, at times of the test's clock. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs are shell scripts")
class TokenKeysTest {
    private static final Instant START = Instant.parse("2026-12-01T09:30:00Z");
    private static final String LITERAL = "sk-literal-4710";
    private static final String HOURLY =
            "echo \"{\\\"access_token\\\":\\\"token-4711-$n\\\",\\\"expires_in\\\":3600}\"";

    /** Tests run in parallel and share the logger. */
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String provider = "token-provider-" + NAMES.incrementAndGet();
    private final Model model = Model.of("m", provider, Price.of("1", "2"));

    /** About to overflow. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);

    private final long startNanos = nanos.get();
    private final Refusing transport = new Refusing();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Logger> loggers =
            Stream.of(ApiKeys.class, TokenKey.class)
                    .map(it -> (Logger) LoggerFactory.getLogger(it.getPackageName()))
                    .toList();

    @TempDir private Path folder;

    /** Answers calls unless their key is refused, which it repeats. */
    private static final class Refusing implements Transport {
        final List<String> sent = new CopyOnWriteArrayList<>();
        volatile String refused = "none";

        @Override
        public ExchangeEnd exchange(
                ProviderRequest outgoing, String name, Window window, StreamListener listener) {
            String key = outgoing.headers().getOrDefault("Authorization", "").substring(7);
            sent.add(key);
            return key.equals(refused)
                    ? ProviderCallsTest.FakeTransport.responded(
                            401, "{\"error\":{\"message\":\"expired: " + key + "\"}}")
                    : ProviderCallsTest.FakeTransport.ANSWER;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void listen() {
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        loggers.forEach(
                it -> {
                    it.setLevel(Level.TRACE);
                    it.addAppender(log);
                });
    }

    @AfterEach
    void stopListening() {
        loggers.forEach(it -> it.detachAppender(log));
    }

    private TokenScript script(String commands) throws IOException {
        return new TokenScript(folder, "token").doing(commands);
    }

    private ProviderCalls calls(String... keys) {
        String yaml =
                "providers: { %s: { wire: openai, base_url: http://h/v1, keys: [ %s ] } }"
                        .formatted(provider, String.join(", ", keys));
        return new ProviderCalls(
                transport,
                new ConfigLoader(Map.of()).parse("m.yaml", yaml).providers(),
                TokenKey::new,
                new OutgoingBodies(List.of(), WorkerConfig.DEFAULT),
                ChunkLog.NONE,
                () -> START.plusNanos(nanos.get() - startNanos),
                nanos::get);
    }

    private void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
    }

    private Verdict call(ProviderCalls calls, int key) {
        return start(calls, key).join().verdict();
    }

    private CompletableFuture<CallReport> start(ProviderCalls calls, int key) {
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        model,
                        """
                        {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                        "body":{"model":"m","messages":[]}}"""
                                .getBytes(UTF_8),
                        null,
                        key,
                        Window.open(nanos.get())),
                report::complete);
        return report;
    }

    /** Returns the key that an answered call has sent. */
    private String sentKey(ProviderCalls calls) {
        assertThat(call(calls, 0)).isInstanceOf(Verdict.Answered.class);
        return transport.sent.getLast();
    }

    private static Verdict.Failed failed(Verdict verdict) {
        return (Verdict.Failed) verdict;
    }

    /** Renews the keys, and waits for the token. */
    private void renewTo(String token, ProviderCalls calls) {
        calls.renewKeys();
        await().until(() -> sentKey(calls).equals(token));
    }

    private List<String> messages() {
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(it -> it.contains(" of " + provider))
                .toList();
    }

    @Nested
    class AnHourlyToken {
        @Test
        void firstCallsWaitForOneRunAndTheNextUseItsToken() throws Exception {
            var script = script(HOURLY);
            var calls = calls(script.yaml());
            var reports = List.of(start(calls, 0), start(calls, 0), start(calls, 1));

            assertThat(reports).allMatch(it -> it.join().verdict() instanceof Verdict.Answered);
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            assertThat(transport.sent).containsOnly("token-4711-1");
            assertThat(script.runs()).isEqualTo(1);
        }

        @Test
        void isRenewedAfterTheConfiguredTime() throws Exception {
            var script = script(HOURLY);
            var calls = calls(script.yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            advance(Duration.ofMinutes(50).minusNanos(1));
            calls.renewKeys();
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            assertThat(script.runs()).isEqualTo(1);

            advance(Duration.ofNanos(1));
            renewTo("token-4711-2", calls);
            assertThat(script.runs()).isEqualTo(2);
        }

        @Test
        void callsUseTheFormerTokenWhileTheCommandRuns() throws Exception {
            var script = script(HOURLY);
            var calls = calls(script.yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            Path gate = folder.resolve("gate");
            script.doing("mkfifo '%1$s'; read line < '%1$s'; ".formatted(gate) + HOURLY);
            advance(Duration.ofMinutes(51));
            calls.renewKeys();
            calls.renewKeys();
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");

            await().until(() -> Files.exists(gate));
            Files.writeString(gate, "continue\n");
            renewTo("token-4711-2", calls);
            assertThat(script.runs()).isEqualTo(2);
        }

        @Test
        void replacementIsReportedAndLoggedWithoutTheToken() throws Exception {
            var calls = calls(LITERAL, script(HOURLY).yaml());
            calls.renewKeys();
            await().until(() -> !messages().isEmpty());

            assertThat(messages())
                    .containsExactly(
                            "key 2 of "
                                    + provider
                                    + " was replaced, because its command has printed a new one");
            await().until(() -> calls.takeReplacedKeys().contains(new ProviderKey(provider, 1)));
            assertThat(calls.takeReplacedKeys()).isEmpty();
            assertThat(log.list.toString()).doesNotContain("4711-");
        }
    }

    @Nested
    class ATokenThatExpiresSooner {
        @Test
        void isRenewedAfterFourFifthsOfItsLife() throws Exception {
            var script = script(HOURLY.replace("3600", "600"));
            var calls = calls(script.yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            advance(Duration.ofSeconds(479));
            calls.renewKeys();
            assertThat(script.runs()).isEqualTo(1);

            advance(Duration.ofSeconds(1));
            renewTo("token-4711-2", calls);
        }

        @Test
        void expiredTokenIsNotSent() throws Exception {
            var calls = calls(script(HOURLY.replace("3600", "600")).yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            advance(Duration.ofMinutes(10));

            assertThat(sentKey(calls)).isEqualTo("token-4711-2");
        }
    }

    @Nested
    class ARefusedToken {
        @Test
        void isReplacedAtOnceAndTheCallIsMadeAgain() throws Exception {
            var script = script("echo token-4711-$n");
            var calls = calls(script.yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            transport.refused = "token-4711-1";
            advance(Duration.ofSeconds(5));
            var reports = List.of(start(calls, 0), start(calls, 0), start(calls, 0));

            assertThat(reports).allMatch(it -> it.join().verdict() instanceof Verdict.Answered);
            assertThat(transport.sent.getLast()).isEqualTo("token-4711-2");
            assertThat(script.runs()).isEqualTo(2);
        }

        @Test
        void isRefusedForTheCallIfTheCommandPrintsItAgain() throws Exception {
            var script = script("echo token-4711-same");
            var calls = calls(script.yaml());
            transport.refused = "token-4711-same";

            assertThat(failed(call(calls, 0)).error()).isEqualTo(ErrorCode.AUTHENTICATION_ERROR);
            advance(Duration.ofSeconds(5));
            assertThat(failed(call(calls, 0)).message()).contains("expired: ***");
            assertThat(script.runs()).isEqualTo(2);
            assertThat(transport.sent).hasSize(2);
        }
    }

    @Nested
    class AFailingCommand {
        private static final String FAILING = "echo 'ERROR: not logged in' >&2; exit 7";

        @Test
        void opensTheBreakerOfItsKeyAndOtherKeysContinue() throws Exception {
            var calls = calls(script(FAILING).yaml(), LITERAL);
            var breakers =
                    new Breakers(
                            WorkerConfig.DEFAULT.breaker(),
                            new LoopClock(() -> START, nanos::get),
                            calls::keyCount,
                            new BreakerReporter(new SimpleMeterRegistry()));
            for (int job = 0; job < 4; job++) {
                int key = breakers.reserve(job, model, KeyChoice.inTurn(_ -> true), nanos.get());
                breakers.onSent(job, model, key, nanos.get());
                var _ =
                        breakers.complete(
                                job, model, key, call(calls, key), Duration.ZERO, nanos.get());
            }

            assertThat(breakers.open())
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.error()).isEqualTo(ErrorCode.AUTHENTICATION_ERROR);
                                assertThat(it.reason())
                                        .isEqualTo(
                                                "the command of key 1 of %s has failed (exit code 7): ERROR: not logged in"
                                                        .formatted(provider));
                            });
            assertThat(breakers.heldBy(model)).isEmpty();
            assertThat(transport.sent).containsExactly(LITERAL, LITERAL, LITERAL);
        }

        @Test
        void runsAgainAfterPausesThatDouble() throws Exception {
            var script = script(FAILING);
            var calls = calls(script.yaml());
            assertThat(failed(call(calls, 0)).message()).contains("exit code 7");
            for (int pause = 1, runs = 1; runs < 9; pause = Math.min(2 * pause, 60), runs++) {
                advance(Duration.ofSeconds(pause).minusNanos(1));
                calls.renewKeys();
                assertThat(failed(call(calls, 0)).message()).contains("exit code 7");
                assertThat(script.runs()).isEqualTo(runs);
                advance(Duration.ofNanos(1));
                assertThat(failed(call(calls, 0)).message()).contains("exit code 7");
                assertThat(script.runs()).isEqualTo(runs + 1);
            }
            assertThat(transport.sent).isEmpty();
        }

        @Test
        void recoveryIsReportedSoThatTheBreakerCloses() throws Exception {
            var script = script(FAILING);
            var calls = calls(script.yaml());
            assertThat(call(calls, 0)).isInstanceOf(Verdict.Failed.class);
            assertThat(calls.takeReplacedKeys()).isEmpty();
            script.doing(HOURLY);
            advance(Duration.ofSeconds(1));
            renewTo("token-4711-2", calls);

            await().until(() -> calls.takeReplacedKeys().contains(new ProviderKey(provider, 0)));
        }

        @Test
        void formerTokenIsUsedUntilItExpiresWithOneWarning() throws Exception {
            var script = script(HOURLY);
            var calls = calls(script.yaml());
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            script.doing(FAILING);
            advance(Duration.ofMinutes(50));
            calls.renewKeys();
            await().until(() -> messages().size() == 2);
            advance(Duration.ofMinutes(9));
            calls.renewKeys();
            await().until(() -> script.runs() == 3);
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            advance(Duration.ofMinutes(1));

            assertThat(failed(call(calls, 0)).message())
                    .isEqualTo(
                            "the command of the key of %s has failed (exit code 7): ERROR: not logged in"
                                    .formatted(provider));
            assertThat(messages()).hasSize(2);
            assertThat(messages().getLast())
                    .endsWith("; calls continue with the former token until it expires");
        }

        @Test
        void errorTextShowsNeitherArgumentsNorTokens() throws Exception {
            var script = script(HOURLY);
            var calls = calls(script.yaml("hunter-4712"));
            assertThat(sentKey(calls)).isEqualTo("token-4711-1");
            script.doing("echo \"cannot renew token-4711-1 with $1\" >&2; exit 1");
            advance(Duration.ofHours(1));

            assertThat(failed(call(calls, 0)).message())
                    .endsWith("has failed (exit code 1): cannot renew *** with ***");
            assertThat(log.list.toString()).doesNotContain("4711-1", "4712");
        }
    }
}

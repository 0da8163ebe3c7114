package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.configuration.WorkerConfig;
import dev.millrace.configuration.loading.ConfigLoader;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.money.Price;
import dev.millrace.worker.answer.Verdict;
import dev.millrace.worker.port.ChunkLog;
import dev.millrace.worker.port.Providers.CallReport;
import dev.millrace.worker.port.Providers.CallRequest;
import dev.millrace.worker.port.Providers.ProviderKey;
import dev.millrace.worker.port.Providers.Window;
import dev.millrace.worker.translate.OutgoingBodies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A provider with a second key from a file. */
class KeyFilesTest {
    private static final String OLD = "sk-old-recognisable-4711";
    private static final String NEW = "sk-new-recognisable-4712";

    /**
     * Tests run in parallel and share the logger, so a unique name identifies each test's messages.
     */
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final String provider = "p" + NAMES.incrementAndGet();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ApiKeys.class);
    private final ProviderCallsTest.FakeTransport transport = new ProviderCallsTest.FakeTransport();

    @TempDir private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private Path file() {
        return folder.resolve("key");
    }

    /** Creates calls while the file has the old key. */
    private ProviderCalls calls() throws IOException {
        Files.writeString(file(), OLD + "\n");
        return calls(file());
    }

    private ProviderCalls calls(Path keyFile) {
        return calls("sk-first-key, \"${file:%s}\"".formatted(keyFile));
    }

    private ProviderCalls calls(String keys) {
        var config =
                new ConfigLoader(Map.of())
                        .parse(
                                "m.yaml",
                                """
                                providers:
                                  %s:
                                    wire: openai
                                    base_url: http://h/v1
                                    key_prefix: sk-
                                    keys: [ %s ]
                                """
                                        .formatted(provider, keys));
        return new ProviderCalls(
                transport,
                config.providers(),
                ExpiringKey.MISSING,
                new OutgoingBodies(List.of(), WorkerConfig.DEFAULT),
                ChunkLog.NONE,
                InstantSource.fixed(Instant.EPOCH),
                () -> 0);
    }

    private Verdict call(ProviderCalls calls) throws Exception {
        var report = new CompletableFuture<CallReport>();
        calls.start(
                new CallRequest(
                        JobId.of("t", "b", "c"),
                        1,
                        Model.of("m", provider, Price.of("1", "2")),
                        """
                        {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                        "body":{"model":"m","messages":[]}}"""
                                .getBytes(UTF_8),
                        null,
                        1,
                        Window.open(0)),
                report::complete);
        return report.get().verdict();
    }

    /** Returns the key that a call sends now. */
    private String sentKey(ProviderCalls calls) throws Exception {
        call(calls);
        return transport.sent.getLast().headers().getOrDefault("Authorization", "");
    }

    private static void readTwice(ProviderCalls calls) {
        calls.renewKeys();
        calls.renewKeys();
    }

    private List<String> messages() {
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(it -> it.contains(" of " + provider + " "))
                .toList();
    }

    @Nested
    class AChangedFile {
        @Test
        void callsFromThenOnUseTheNewKey() throws Exception {
            var calls = calls();
            assertThat(sentKey(calls)).isEqualTo("Bearer " + OLD);
            Files.writeString(file(), NEW + "\n");
            readTwice(calls);

            assertThat(sentKey(calls)).isEqualTo("Bearer " + NEW);
            assertThat(calls.takeReplacedKeys()).containsExactly(new ProviderKey(provider, 1));
            assertThat(calls.takeReplacedKeys()).isEmpty();
        }

        @Test
        void renamedFileIsNoticed() throws Exception {
            var calls = calls();
            var next = Files.writeString(folder.resolve("next"), NEW);
            Files.setLastModifiedTime(next, Files.getLastModifiedTime(file()));
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
            readTwice(calls);

            assertThat(sentKey(calls)).isEqualTo("Bearer " + NEW);
        }

        @Test
        void swappedLinkOfKubernetesIsNoticed() throws Exception {
            // key -> ..data/key, ..data -> folder of a version
            for (String version : List.of("v1", "v2")) {
                Files.createDirectory(folder.resolve(version));
                Files.writeString(
                        folder.resolve(version).resolve("key"), version.equals("v1") ? OLD : NEW);
            }
            Files.createSymbolicLink(folder.resolve("..data"), Path.of("v1"));
            Files.createSymbolicLink(file(), Path.of("..data", "key"));
            var calls = calls(file());
            assertThat(sentKey(calls)).isEqualTo("Bearer " + OLD);
            Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("v2"));
            Files.move(
                    folder.resolve("..data_tmp"),
                    folder.resolve("..data"),
                    StandardCopyOption.ATOMIC_MOVE);
            readTwice(calls);

            assertThat(sentKey(calls)).isEqualTo("Bearer " + NEW);
        }

        @Test
        void contentCountsOnceTwoReadingsAgree() throws Exception {
            var calls = calls();
            Files.writeString(file(), NEW.substring(0, 10));
            calls.renewKeys();
            Files.writeString(file(), NEW);
            calls.renewKeys();
            assertThat(sentKey(calls)).isEqualTo("Bearer " + OLD);

            calls.renewKeys();
            assertThat(sentKey(calls)).isEqualTo("Bearer " + NEW);
        }

        @Test
        void errorsContainNeitherTheOldNorTheNewKey() throws Exception {
            var calls = calls();
            Files.writeString(file(), NEW);
            readTwice(calls);
            transport.exchange =
                    ProviderCallsTest.FakeTransport.responded(
                            401, "{\"error\":{\"message\":\"wrong: %s, %s\"}}".formatted(OLD, NEW));

            var failed = (Verdict.Failed) call(calls);
            assertThat(failed.message()).contains("wrong: ***, ***");
        }

        @Test
        void changeIsLoggedWithoutTheKey() throws Exception {
            var calls = calls();
            Files.writeString(file(), NEW);
            readTwice(calls);

            assertThat(messages())
                    .containsExactly(
                            "key 2 of " + provider + " was replaced, because its file has changed");
        }
    }

    @Nested
    class TwoFiles {
        @Test
        void keyThatMovesToTheOtherFileIsUsedThere() throws Exception {
            var first = Files.writeString(folder.resolve("first"), OLD);
            var second = Files.writeString(folder.resolve("second"), "sk-second-4714");
            var calls = calls("\"${file:%s}\", \"${file:%s}\"".formatted(first, second));
            Files.writeString(first, "sk-second-4714");
            Files.writeString(second, NEW);
            readTwice(calls);
            readTwice(calls);

            assertThat(calls.takeReplacedKeys())
                    .containsExactlyInAnyOrder(
                            new ProviderKey(provider, 0), new ProviderKey(provider, 1));
        }
    }

    @Nested
    class AnUnusableFile {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "\n",
                    "sk-with blank-4713",
                    "sk-two\nsk-lines-4713",
                    "\"sk-quoted-4713\"",
                    "Bearer sk-scheme-4713",
                    "other-prefix-4713",
                    "sk-",
                    "sk-first-key"
                })
        void oldKeyStaysInUseAndOneWarningShowsNoKey(String content) throws Exception {
            var calls = calls();
            Files.writeString(file(), content);
            readTwice(calls);
            readTwice(calls);

            assertThat(sentKey(calls)).isEqualTo("Bearer " + OLD);
            assertThat(calls.takeReplacedKeys()).isEmpty();
            assertThat(messages())
                    .singleElement()
                    .asString()
                    .startsWith("the file of key 2 of " + provider)
                    .doesNotContain("4711", "4713", "sk-first-key");
        }

        @Test
        void missingFileKeepsTheKeyUntilItIsBack() throws Exception {
            var calls = calls();
            Files.delete(file());
            readTwice(calls);
            assertThat(sentKey(calls)).isEqualTo("Bearer " + OLD);
            assertThat(messages())
                    .singleElement()
                    .asString()
                    .contains("file " + file() + " cannot be read");

            Files.writeString(file(), NEW);
            readTwice(calls);
            assertThat(sentKey(calls)).isEqualTo("Bearer " + NEW);
        }

        @Test
        void secondFaultIsLoggedAgain() throws Exception {
            var calls = calls();
            for (String content : List.of("", OLD, "")) {
                Files.writeString(file(), content);
                readTwice(calls);
            }

            assertThat(messages()).hasSize(2);
        }
    }
}

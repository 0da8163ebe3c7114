package dev.millrace.router.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.DeadLetter;
import dev.millrace.router.records.OutgoingRecords;
import dev.millrace.router.topology.RouterDriver;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeadLetterStepTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Nested
    class WhenADeadLetterDoesNotFitIntoItsTopic {
        @Test
        void valueIsTruncatedAndTheMessageSaysSo() {
            router.send("x".repeat(RouterDriver.MAX_REQUEST_BYTES + 1));

            var letter = router.deadLetters().getFirst();
            assertThat(letter.value()).hasSize(RouterDriver.MAX_REQUEST_BYTES);
            assertThat(DeadLetter.read(letter.headers()).message())
                    .endsWith("the first 2,000 of its 2,001 bytes are kept");
        }

        @Test
        void keyAndHeadersAreOmittedAndTheMessageSaysSo() {
            var headers = new RecordHeaders().add("x", new byte[OutgoingRecords.MAX_USER_BYTES]);

            router.send(
                    RouterDriver.TOPICS.requests(),
                    "k".getBytes(UTF_8),
                    "[]".getBytes(UTF_8),
                    headers);

            var letter = router.deadLetters().getFirst();
            assertThat(letter.key()).isNull();
            assertThat(letter.headers().lastHeader("x")).isNull();
            assertThat(DeadLetter.read(letter.headers()).message())
                    .endsWith("its key and headers were too large to keep");
        }
    }

    @Nested
    class WhenItHasManyEmptyHeaders {
        @Test
        void emptyHeadersCountTowardsTheLimit() {
            var headers = new RecordHeaders();
            for (int i = 0; i < OutgoingRecords.MAX_USER_BYTES; i++) {
                headers.add("", null);
            }

            router.send(RouterDriver.TOPICS.requests(), null, "[]".getBytes(UTF_8), headers);

            var letter = router.deadLetters().getFirst();
            assertThat(letter.headers().lastHeader("")).isNull();
            assertThat(DeadLetter.read(letter.headers()).message())
                    .endsWith("its key and headers were too large to keep");
        }
    }

    @Test
    void deadLettersAreCountedByReason() {
        router.send("[]");

        assertThat(router.count("millrace.router.dead.letters", "reason", "malformed_request"))
                .isOne();
    }
}

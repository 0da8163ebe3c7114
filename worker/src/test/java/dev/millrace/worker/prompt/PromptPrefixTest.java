package dev.millrace.worker.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptPrefixTest {
    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"be brief\"}";
    private static final String DOCUMENT = "x".repeat(5_000);

    private static PromptPrefix of(String body) {
        return read("t", body).orElseThrow();
    }

    private static Optional<PromptPrefix> read(String tenant, String body) {
        String line = "{\"custom_id\":\"a\",\"body\":" + body + ",\"url\":\"/v1/x\"}";
        return PromptPrefix.of(tenant, line.getBytes(UTF_8));
    }

    private static String chat(String... messages) {
        return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
    }

    private static String user(String text) {
        return "{\"content\":\"" + text + "\",\"role\":\"user\"}";
    }

    @Nested
    class APrefixIsShared {
        @Test
        void whateverTheQuestionAndTheModelAre() {
            assertThat(of(chat(SYSTEM, user("a"))))
                    .isEqualTo(of(chat(SYSTEM, user("b"))))
                    .extracting(PromptPrefix::bytes)
                    .isEqualTo(SYSTEM.length());
            assertThat(of("{\"model\":\"other\",\"messages\":[" + SYSTEM + "]}").digest())
                    .isEqualTo(of(chat(SYSTEM)).digest());
        }

        @Test
        void withALongFirstMessageBeforeTheQuestion() {
            PromptPrefix one = of(chat(user(DOCUMENT), user("a")));

            assertThat(one.digest()).isEqualTo(of(chat(user(DOCUMENT), user("b"))).digest());
            assertThat(one.bytes()).isEqualTo(user(DOCUMENT).length());
        }

        @ParameterizedTest
        @ValueSource(strings = {"tools", "system", "instructions", "response_format"})
        void withFieldsBeforeTheMessages(String field) {
            String value = "{\"" + field + "\":\"é\\u00e9\",\"input\":\"";

            assertThat(of(value + "a\"}").digest()).isEqualTo(of(value + "b\"}").digest());
            assertThat(of(value + "a\"}").bytes()).isEqualTo("\"é\\u00e9\"".getBytes(UTF_8).length);
        }
    }

    @Nested
    class APrefixIsNotShared {
        @Test
        void byAnotherTenant() {
            assertThat(read("other", chat(SYSTEM)).orElseThrow().digest())
                    .isNotEqualTo(of(chat(SYSTEM)).digest());
        }

        @Test
        void withAnotherText() {
            String other = SYSTEM.replace("brief", "exact");

            assertThat(of(chat(other)).digest()).isNotEqualTo(of(chat(SYSTEM)).digest());
            assertThat(of("{\"tools\":[1],\"messages\":[" + SYSTEM + "]}").digest())
                    .isNotEqualTo(of(chat(SYSTEM)).digest());
        }

        @Test
        void ofASingleOrAShortMessage() {
            assertThat(of(chat(user(DOCUMENT))).bytes()).isZero();
            assertThat(of(chat(user("short"), user("a"))).bytes()).isZero();
            assertThat(of(chat("\"text\"", user(DOCUMENT), user("a"))).bytes()).isZero();
        }

        @Test
        void byARecordThatIsNoRequest() {
            assertThat(PromptPrefix.of("t", "[1]".getBytes(UTF_8))).isEmpty();
            assertThat(PromptPrefix.of("t", "{\"body\":{\"a\"".getBytes(UTF_8))).isEmpty();
            assertThat(PromptPrefix.of("t", new byte[0])).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt_cache_key\":\"k\"}",
                "{\"prompt_cache_options\":{}}",
                "{\"system\":[{\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\"}}]}"
            })
    void bodyThatSaysHowItIsCachedIsKnown(String body) {
        assertThat(of(body).hasOwnFields()).isTrue();
    }

    @Test
    void textThatMentionsSuchAFieldIsNone() {
        assertThat(of(chat(user("\\\"cache_control\\\": x"))).hasOwnFields()).isFalse();
    }

    @Test
    void conversationHasAHistory() {
        assertThat(of(chat(SYSTEM, user("a"))).hasHistory()).isFalse();
        assertThat(of(chat(SYSTEM, user("a"), user("b"), user("c"))).hasHistory()).isTrue();
        assertThat(of("{\"input\":\"a\",\"previous_response_id\":\"r\"}").hasHistory()).isTrue();
        assertThat(of("{\"input\":\"a\",\"previous_response_id\":null}").hasHistory()).isFalse();
    }

    @Test
    void onlyBlocksCanBeMarked() {
        assertThat(of(chat(SYSTEM)).isMarkable()).isTrue();
        assertThat(of("{\"system\":\"a\"}").isMarkable()).isTrue();
        assertThat(of("{\"instructions\":\"a\",\"tools\":[{}]}").isMarkable()).isFalse();
    }
}

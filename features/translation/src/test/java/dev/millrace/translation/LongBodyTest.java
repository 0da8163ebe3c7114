package dev.millrace.translation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.money.TokenUsage;
import dev.millrace.wire.json.JsonTree;
import dev.millrace.wire.translate.Translation.Answer;
import dev.millrace.wire.translate.Translation.Request;
import dev.millrace.wire.translate.Translation.Target;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of 8 MB, as a context of two million tokens has. */
class LongBodyTest {
    private static final int LONG = 8_000_000;
    private static final Target TARGET = new Target("m", "max_tokens", 100, Optional.empty());
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * Upper bound of all memory that a translation allocates, garbage included, as a multiple of
     * the body: text of the parser, the tree, the output's blocks, and the output.
     */
    private static final int MAX_ALLOCATED_BODIES = 10;

    /** The parts of a body that can be long. */
    enum Part {
        TEXT {
            @Override
            String json() {
                return text("All work and no play. ");
            }
        },
        TEXT_BEYOND_ASCII {
            @Override
            String json() {
                return text("Wörter und 文字. ");
            }
        },
        IMAGE {
            @Override
            String json() {
                return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                        + "iVBORw0KGgo".repeat(LONG / 11)
                        + "\"}}";
            }
        },
        FILE {
            @Override
            String json() {
                return "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":"
                        + "\"data:application/pdf;base64,"
                        + "JVBERi0xLjcK".repeat(LONG / 12)
                        + "\"}}";
            }
        };

        abstract String json();

        private static String text(String sentence) {
            int bytes = sentence.getBytes(UTF_8).length;
            return "{\"type\":\"text\",\"text\":\"" + sentence.repeat(LONG / bytes) + "\"}";
        }
    }

    private static byte[] chat(String part) {
        return ("{\"model\":\"auto\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":["
                        + part
                        + "]}]}")
                .getBytes(UTF_8);
    }

    private static byte[] translated(WireTranslation translation, byte[] body) {
        var request = translation.request(body, new Span(0, body.length), TARGET);
        assertThat(request).isInstanceOf(Request.Translated.class);
        return ((Request.Translated) request).body();
    }

    /** Runs an action once unmeasured, so that nothing is loaded during the measurement. */
    private static long allocatedBytes(Supplier<?> action) {
        var _ = action.get();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        var _ = action.get();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    @ParameterizedTest
    @EnumSource
    void requestIsTranslatedWithinAMultipleOfItsSize(Part part) {
        byte[] chat = chat(part.json());
        byte[] messages = translated(WireTranslation.CHAT_TO_MESSAGES, chat);

        assertThat(allocatedBytes(() -> translated(WireTranslation.CHAT_TO_MESSAGES, chat)))
                .isLessThan((long) MAX_ALLOCATED_BODIES * chat.length);
        assertThat(allocatedBytes(() -> translated(WireTranslation.MESSAGES_TO_CHAT, messages)))
                .isLessThan((long) MAX_ALLOCATED_BODIES * messages.length);
    }

    @Test
    void answerIsTranslatedWithinAMultipleOfItsSize() {
        byte[] answer =
                ("{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\","
                                + "\"content\":[{\"type\":\"text\",\"text\":\""
                                + "All work and no play. ".repeat(LONG / 22)
                                + "\"}],\"stop_reason\":\"end_turn\","
                                + "\"usage\":{\"input_tokens\":1,\"output_tokens\":2000000}}")
                        .getBytes(UTF_8);

        assertThat(allocatedBytes(() -> answered(answer)))
                .isLessThan((long) MAX_ALLOCATED_BODIES * answer.length);
    }

    private static byte[] answered(byte[] body) {
        var answer =
                WireTranslation.CHAT_TO_MESSAGES.answer(
                        body, Optional.of(TokenUsage.of(1, 2_000_000)), Instant.EPOCH);
        assertThat(answer).isInstanceOf(Answer.Translated.class);
        return ((Answer.Translated) answer).body();
    }

    /**
     * Data that a decoder would refuse or an encoder would write differently: a length that is no
     * multiple of four, bits after the last byte, other alphabets, padding in the middle.
     */
    @ParameterizedTest
    @ValueSource(strings = {"A", "QR==", "QQ", "-_-_", "QQ==QQ==", "Q Q=", "no base64!", ""})
    void base64IsNeverDecoded(String data) {
        String parts =
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,"
                        + data
                        + "\"}},{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":"
                        + "\"data:application/pdf;base64,"
                        + data
                        + "\"}}";
        byte[] messages = translated(WireTranslation.CHAT_TO_MESSAGES, chat(parts));
        byte[] back = translated(WireTranslation.MESSAGES_TO_CHAT, messages);

        assertThat(
                        JsonTree.parse(messages)
                                .orElseThrow()
                                .at("/messages/0/content")
                                .findValues("data"))
                .extracting(it -> it.asString())
                .containsExactly(data, data);
        assertThat(JsonTree.parse(back).orElseThrow().at("/messages/0/content"))
                .isEqualTo(JsonTree.parse("[" + parts + "]").orElseThrow());
    }
}

package dev.millrace.standalone.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.cache.store.AnswerInfo;
import dev.millrace.router.cache.store.StoredQuestion;
import dev.millrace.standalone.cache.CachedAnswerReader.CachedAnswer;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the output of {@code cache list}. */
class CachedAnswerTextTest {
    private static final String KEY = "ab".repeat(32);
    private static final String NAMESPACE = "cd".repeat(32);
    private static final Instant CREATED = Instant.parse("2026-11-24T12:00:00.123Z");

    private record Asked(String namespace, String text) implements StoredQuestion {}

    private static CachedAnswer answer(@Nullable String question) {
        long millis = CREATED.toEpochMilli();
        return new CachedAnswer(
                KEY,
                new AnswerInfo(
                        millis,
                        AnswerInfo.minute(millis),
                        1_200,
                        "gpt-4.1",
                        "openai",
                        "acme",
                        "default/1@v7"),
                question == null ? null : new Asked(NAMESPACE, question));
    }

    @Test
    void showsKeyTimeModelTenantSizeAndQuestion() {
        assertThat(CachedAnswerText.of(List.of(answer("Where is my parcel?"), answer(null)), 100))
                .containsExactly(
                        KEY
                                + "  2026-11-24T12:00:00Z  gpt-4.1  acme  1,200 bytes  Where is my parcel?",
                        KEY + "  2026-11-24T12:00:00Z  gpt-4.1  acme  1,200 bytes");
    }

    @Test
    void questionCannotControlTheTerminal() {
        var lines =
                CachedAnswerText.of(
                        List.of(answer("Where\n\u001b[31m is\u202e it? ".repeat(20))), 9);

        assertThat(lines.getFirst())
                .doesNotContainPattern("\\p{C}")
                .contains("Where [31m is  it?")
                .endsWith("…");
    }

    @Test
    void saysThatThereMayBeMore() {
        assertThat(CachedAnswerText.of(List.of(answer(null)), 1))
                .hasSize(2)
                .last()
                .asString()
                .contains("--limit");
        assertThat(CachedAnswerText.of(List.of(), 1)).containsExactly("no cached answers");
    }

    @Test
    void jsonHasAllFields() {
        assertThat(CacheJson.of(answer("Where is my parcel?")))
                .isEqualTo(
                        "{\"key\":\""
                                + KEY
                                + "\",\"model\":\"gpt-4.1\",\"provider\":\"openai\",\"tenant\":\"acme\","
                                + "\"routed_by\":\"default/1@v7\",\"created\":\"2026-11-24T12:00:00.123Z\","
                                + "\"last_used\":\"2026-11-24T12:00:00Z\",\"bytes\":1200,\"group\":\""
                                + NAMESPACE
                                + "\",\"question\":\"Where is my parcel?\"}");
    }
}

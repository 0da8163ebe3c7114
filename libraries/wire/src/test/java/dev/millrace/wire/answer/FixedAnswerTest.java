package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.Endpoints;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.usage.UsageFinder;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FixedAnswerTest {
    private static final JobId JOB = JobId.of("t", "b", "a");

    private static byte[] body(String url) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":{\"model\":\"m\\\"1\",\"messages\":[]}}"
                        .formatted(url);
        RequestLine request = RequestParser.parse(line.getBytes(UTF_8)).accepted();
        return FixedAnswer.body(JOB, request, "None\n\"found\" 100 %.", Instant.ofEpochSecond(7));
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, /choices/0/message/content",
        "/v1/responses, /output/0/content/0/text",
        "/v1/messages, /content/0/text"
    })
    void hasTheTextWhereClientsLookForIt(String url, String pointer) {
        JsonNode answer = new JsonMapper().readTree(body(url));

        assertThat(answer.at(pointer).stringValue()).isEqualTo("None\n\"found\" 100 %.");
        assertThat(answer.path("model").stringValue()).isEqualTo("m\"1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/responses", "/v1/messages"})
    void reportsThatNoTokenWasUsed(String url) {
        Endpoint endpoint = Endpoints.known().of(url).orElseThrow();

        assertThat(UsageFinder.tokens(body(url), endpoint)).hasValue(0);
    }

    @Test
    void isMadeForItsJob() {
        JsonNode answer = new JsonMapper().readTree(body(Endpoint.CHAT_COMPLETIONS.url()));

        assertThat(answer.path("id").stringValue()).isEqualTo("chatcmpl-" + JOB.value());
        assertThat(answer.path("created").intValue()).isEqualTo(7);
    }
}

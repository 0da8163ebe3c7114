package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.JobId;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.usage.UsageFinder;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FixedAnswerTest {
    private static final JobId JOB = JobId.of("t", "b", "a");

    private static byte[] body(Endpoint endpoint) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":{\"model\":\"m\\\"1\",\"messages\":[]}}"
                        .formatted(endpoint.url());
        RequestLine request = RequestParser.parse(line.getBytes(UTF_8)).accepted();
        return FixedAnswer.body(JOB, request, "None\n\"found\" 100 %.", Instant.ofEpochSecond(7));
    }

    @ParameterizedTest
    @CsvSource({
        "CHAT_COMPLETIONS, /choices/0/message/content",
        "RESPONSES, /output/0/content/0/text",
        "MESSAGES, /content/0/text"
    })
    void hasTheTextWhereClientsLookForIt(Endpoint endpoint, String pointer) {
        JsonNode answer = new JsonMapper().readTree(body(endpoint));

        assertThat(answer.at(pointer).stringValue()).isEqualTo("None\n\"found\" 100 %.");
        assertThat(answer.path("model").stringValue()).isEqualTo("m\"1");
    }

    @ParameterizedTest
    @CsvSource({"CHAT_COMPLETIONS", "RESPONSES", "MESSAGES"})
    void reportsThatNoTokenWasUsed(Endpoint endpoint) {
        assertThat(UsageFinder.tokens(body(endpoint), endpoint)).hasValue(0);
    }

    @Test
    void isMadeForItsJob() {
        JsonNode answer = new JsonMapper().readTree(body(Endpoint.CHAT_COMPLETIONS));

        assertThat(answer.path("id").stringValue()).isEqualTo("chatcmpl-" + JOB.value());
        assertThat(answer.path("created").intValue()).isEqualTo(7);
    }
}

package dev.millrace.bench.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'message':{'content':'0.5'}}]}",
                "{'choices':[{'text':'0.5'}]}",
                "{'output':[{'content':[{'text':'0.5'}]}]}",
                "{'content':[{'text':'0.5'}]}",
                "{'data':[{'embedding':[0.5,1]}]}"
            })
    void textOfEachEndpointIsFound(String body) {
        assertThat(AnswerText.ofBody(body.replace('\'', '"'))).contains("0.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'delta':{'content':'a'}}]}\ndata: [DONE]",
                "{'choices':[{'text':'a'}]}\ndata: [DONE]",
                "{'type':'response.output_text.delta','delta':'a'}\ndata: {'type':'response.completed'}",
                "{'type':'content_block_delta','delta':{'text':'a'}}\ndata: {'type':'message_stop'}"
            })
    void eventsOfEachEndpointAreJoined(String events) {
        String stream = "data: " + events.replace('\'', '"');

        assertThat(AnswerText.ofEvents(stream)).isEqualTo("a");
        assertThat(AnswerText.isComplete(stream)).isTrue();
        assertThat(AnswerText.isComplete(stream + "\ndata: {\"error\":{}}")).isFalse();
        assertThat(AnswerText.isComplete(stream.lines().findFirst().orElseThrow())).isFalse();
    }

    @Test
    void lastEventCompletesAResponseWithMissingParts() {
        String stream =
                """
                data: {"type":"response.output_text.delta","delta":"a"}
                data: {"type":"response.completed","response":{"output":[{"content":[{"text":"ab"}]}]}}
                """;

        assertThat(AnswerText.ofEvents(stream)).isEqualTo("ab");
    }
}

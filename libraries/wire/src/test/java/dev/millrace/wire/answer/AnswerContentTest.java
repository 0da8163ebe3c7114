package dev.millrace.wire.answer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.result.Outcome;
import dev.millrace.contracts.result.ProviderBody;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerContentTest {
    private static Outcome answered(String body) {
        byte[] json = body.replace('\'', '"').getBytes(UTF_8);
        return new Outcome.Answered(200, null, ProviderBody.of(json), null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'message':{'role':'assistant','content':'Hi'}}]}",
                "{'choices':[{'message':{'content':[{'type':'text','text':'Hi'}]}}]}",
                "{'choices':[{'text':'H'},{'text':'i'}]}",
                "{'output':[{'type':'message','content':[{'type':'output_text','text':'Hi'}]}]}",
                "{'content':[{'type':'thinking','thinking':'Hm'},{'type':'text','text':'Hi'}]}"
            })
    void textIsThatOfAnyEndpoint(String body) {
        assertThat(AnswerContent.text(answered(body))).isEqualTo("Hi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'data':[{'embedding':[1]}],'text':'Hi'}", "'Hi'", "busy"})
    void otherBodyHasAnEmptyText(String body) {
        assertThat(AnswerContent.text(answered(body))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'choices':[{'finish_reason':'stop'},{'finish_reason':'content_filter'}]}",
                "{'incomplete_details':{'reason':'content_filter'}}",
                "{'stop_reason':{'type':'refusal'}}"
            })
    void withheldContentIsMissing(String body) {
        assertThat(AnswerContent.isMissing(answered(body))).isTrue();
    }
}

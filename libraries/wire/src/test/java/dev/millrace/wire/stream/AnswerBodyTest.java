package dev.millrace.wire.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.wire.stream.AnswerBody.Beginning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerBodyTest {
    private static final String ANSWER =
            "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    private static String of(String body) {
        return of(Endpoint.CHAT_COMPLETIONS, body);
    }

    private static String of(Endpoint endpoint, String body) {
        return new String(
                AnswerBody.of(new ExpectedAnswer(endpoint, true), body.getBytes(UTF_8)), UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "\uFEFF%s",
                "\n\n \t%s\r\n",
                "\0\0%s\0",
                "%sdata: [DONE]\n\n",
                "%s\n[DONE]",
                "data: %s\n\ndata: [DONE]\n\n",
                ": keep-alive\n\n%s",
                "%s\n%<s",
                "[%s]"
            })
    void wholeObjectIsTheAnswerWhateverIsAroundIt(String form) {
        assertThat(of(form.formatted(ANSWER)).strip()).isEqualTo(ANSWER);
    }

    @Test
    void strictJsonKeepsItsBytes() {
        byte[] body = ("  " + ANSWER).getBytes(UTF_8);

        assertThat(AnswerBody.of(new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), body))
                .isSameAs(body);
    }

    @Test
    void jsonWithinATextIsRead() {
        assertThat(of(JsonBytes.quoted(ANSWER))).isEqualTo(ANSWER);
    }

    @ParameterizedTest
    @CsvSource({"-Infinity", "Infinity", "NaN", "-inf", "nan"})
    void numberThatIsNoJsonIsNull(String number) {
        assertThat(of("{\"choices\":[{\"message\":{\"content\":\"NaN\"}}],\"p\":" + number + "}"))
                .isEqualTo("{\"choices\":[{\"message\":{\"content\":\"NaN\"}}],\"p\":null}");
    }

    @Test
    void invalidUtf8AndControlCharactersAreReplaced() {
        byte[] body = ANSWER.replace("Hi", "a\nb\u00FF").getBytes(ISO_8859_1);

        assertThat(
                        new String(
                                AnswerBody.of(
                                        new ExpectedAnswer(Endpoint.CHAT_COMPLETIONS, true), body),
                                UTF_8))
                .isEqualTo(ANSWER.replace("Hi", "a\\u000ab\uFFFD"));
    }

    @Test
    void embeddingsAreFoundInAnEvent() {
        assertThat(of(Endpoint.EMBEDDINGS, "data: {\"data\":[1]}\n\ndata: [DONE]\n\n"))
                .isEqualTo("{\"data\":[1]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>{\"choices\":[]}</html>", "busy", "{\"choices\":[", "7"})
    void otherBodiesStay(String body) {
        assertThat(of(body)).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "'', UNKNOWN",
        "' \0\uFEFF', UNKNOWN",
        "'da', UNKNOWN",
        "'data: ', EVENTS",
        "'DATA:', EVENTS",
        "': ping', EVENTS",
        "'event: a', EVENTS",
        "'\uFEFF\n{', JSON",
        "'[', JSON",
        "'<html>', OTHER",
        "'date', OTHER"
    })
    void beginningShowsWhatABodyIs(String text, Beginning expected) {
        byte[] bytes = text.getBytes(UTF_8);

        assertThat(AnswerBody.beginning(bytes, bytes.length)).isEqualTo(expected);
    }
}

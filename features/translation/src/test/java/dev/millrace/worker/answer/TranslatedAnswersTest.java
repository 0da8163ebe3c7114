package dev.millrace.worker.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.translation.WireTranslation;
import dev.millrace.wire.translate.Translation.Answer;
import dev.millrace.worker.answer.ProviderAnswersTest.Row;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Translates the answers of the providers, {@code provider-answers.json} of the worker. */
class TranslatedAnswersTest {
    private static Stream<Row> rowsWithText() throws IOException {
        return ProviderAnswersTest.rows().filter(it -> it.fields().has("text"));
    }

    @ParameterizedTest
    @MethodSource("rowsWithText")
    void textSurvivesTheTranslationToTheOtherApi(Row row) {
        boolean isMessage = row.endpoint() == Endpoint.MESSAGES;
        var translation =
                isMessage ? WireTranslation.CHAT_TO_MESSAGES : WireTranslation.MESSAGES_TO_CHAT;

        var answer = translation.answer(row.body(), Optional.of(row.usage()), Instant.EPOCH);

        JsonNode body =
                new ObjectMapper()
                        .readTree(
                                assertThat(answer)
                                        .asInstanceOf(type(Answer.Translated.class))
                                        .actual()
                                        .body());
        JsonNode text = isMessage ? body.at("/choices/0/message/content") : lastText(body);
        assertThat(text.stringValue()).isEqualTo(row.text("text"));
    }

    private static JsonNode lastText(JsonNode message) {
        JsonNode content = message.path("content");
        return content.path(content.size() - 1).path("text");
    }
}

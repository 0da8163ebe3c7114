package dev.millrace.worker.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.WorkerConfig;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonObjectEdit;
import dev.millrace.contracts.money.Price;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddedFieldsTest {
    private static OutgoingBody.Sendable body(AddedFields fields) {
        String line =
                """
                {"custom_id":"c","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"auto","messages":[]}}""";
        return (OutgoingBody.Sendable)
                new OutgoingBodies(List.of(), WorkerConfig.DEFAULT)
                        .create(
                                RequestParser.parse(line.getBytes(UTF_8)).accepted(),
                                Model.of("m", "p", Price.of("1", "2")),
                                new BodyAdditions(7L, fields),
                                Set.of(Endpoint.CHAT_COMPLETIONS),
                                () -> false);
    }

    @Test
    void bodyAndItsListHaveTheFields() {
        AddedFields fields =
                body ->
                        new AddedFields.Added(
                                new JsonObjectEdit()
                                        .set("prompt_cache_key", "\"k\"")
                                        .apply(body, 0, body.length),
                                List.of("prompt_cache_key"));

        assertThat(new String(body(fields).bytes(), UTF_8))
                .isEqualTo(
                        "{\"model\":\"m\",\"max_tokens\":7,\"messages\":[],"
                                + "\"prompt_cache_key\":\"k\"}");
        assertThat(body(fields).addedFields()).containsExactly("prompt_cache_key");
    }

    @Test
    void bodyWithoutFieldsNamesNone() {
        assertThat(body(AddedFields.NONE).addedFields()).isEmpty();
    }
}

package dev.millrace.router.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.router.budget.BudgetStore;
import dev.millrace.router.topology.RouterDriver;
import java.util.Objects;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class SplitHeadersTest {
    @Test
    void aLongDocumentWithTooManyHeadersIsRejectedAndNotStored() {
        try (var router = new RouterDriver()) {
            var headers = new RecordHeaders();
            for (int i = 0; i < 10_000; i++) {
                headers.add("h", new byte[0]);
            }
            String line =
                    RouterDriver.line("doc", "small")
                            .replaceFirst("\\{", "{\"millrace\":{\"split\":{\"size\":100}},")
                            .replace(
                                    "[]",
                                    "[{\"role\":\"user\",\"content\":\""
                                            + "It was a long day. ".repeat(60)
                                            + "\"}]");
            router.send(RouterDriver.TOPICS.requests(), null, line.getBytes(UTF_8), headers);

            assertThat(router.jobs("small")).isEmpty();
            assertThat(router.changelog(BudgetStore.NAME)).isEmpty();
            assertThat(router.results())
                    .singleElement()
                    .satisfies(
                            it ->
                                    assertThat(
                                                    new String(
                                                            Objects.requireNonNull(it.value()),
                                                            UTF_8))
                                            .contains("validation_error", "own headers"));
        }
    }
}

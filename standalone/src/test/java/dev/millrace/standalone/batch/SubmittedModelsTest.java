package dev.millrace.standalone.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.serving.GroupMembers;
import dev.millrace.contracts.serving.RunningServices;
import dev.millrace.contracts.topic.Topics;
import dev.millrace.contracts.waiting.Waiting;
import dev.millrace.producer.BatchFileReader;
import dev.millrace.producer.BatchLine;
import dev.millrace.producer.ParsedLine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SubmittedModelsTest {
    private static final GroupMembers ROUTER = readerOf("millrace.requests");
    private static final GroupMembers WORKER = readerOf("millrace.jobs.gpt-4.1.normal");

    private final SubmittedModels models = new SubmittedModels();

    private static GroupMembers readerOf(String topic) {
        return new GroupMembers(List.of("a"), false, Map.of(topic, Set.of(0)));
    }

    private void submit(String model) throws IOException {
        String line =
                """
                {"custom_id":"1","method":"POST","url":"/v1/chat/completions",\
                "body":{"model":"%s","messages":[{"role":"user","content":"Hi"}]}}
                """
                        .formatted(model);
        var in = new ByteArrayInputStream(line.getBytes(UTF_8));
        try (var reader = BatchFileReader.open("f.jsonl", in, 1 << 20)) {
            for (BatchLine it = reader.next(); it != null; it = reader.next()) {
                models.onLine(ParsedLine.of(it));
            }
        }
    }

    private List<String> missing(GroupMembers routers, GroupMembers workers) {
        var running = new RunningServices(new Topics("millrace."), routers, workers);
        return models.missing(running, "millrace.requests", Catalog.shipped()).stream()
                .map(Waiting::value)
                .toList();
    }

    @Test
    void servedLinesLackNothing() throws Exception {
        submit("gpt-4.1");
        submit("auto");

        assertThat(missing(ROUTER, WORKER)).isEmpty();
    }

    @Test
    void missingServicesAreNamedWithTheirCommands() throws Exception {
        submit("auto");

        assertThat(missing(GroupMembers.NONE, GroupMembers.NONE))
                .containsExactly(
                        "no router reads millrace.requests: start one with millrace router",
                        "no worker runs: start one with millrace worker");
    }

    @Test
    void modelsThatNoWorkerServesAreNamed() throws Exception {
        submit("gpt-4.1");
        submit("qwen-turbo");
        submit("no-such-model");

        assertThat(missing(ROUTER, WORKER))
                .containsExactly(
                        "no worker serves qwen-turbo: start millrace worker with a"
                                + " configuration that has it");
    }

    @Test
    void submissionWithoutALineLacksNothing() {
        assertThat(missing(GroupMembers.NONE, GroupMembers.NONE)).isEmpty();
    }
}

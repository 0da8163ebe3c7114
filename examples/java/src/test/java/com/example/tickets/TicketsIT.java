package com.example.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.MillracePipeline;
import dev.millrace.testkit.PipelineOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the program against a whole pipeline in this JVM; nothing has to be installed. */
class TicketsIT {
    private static MillracePipeline pipeline;

    @TempDir private Path folder;

    @BeforeAll
    static void startPipeline() {
        pipeline =
                MillracePipeline.start(
                        PipelineOptions.DEFAULT.withSimulator(
                                "models: { '*': { latency: 20ms } }"));
    }

    @AfterAll
    static void closePipeline() {
        pipeline.close();
    }

    private Path questions(String... customIds) throws Exception {
        var lines = new StringBuilder();
        for (String customId : customIds) {
            lines.append(
                    """
                    {"custom_id":"%s","url":"/v1/chat/completions","body":{"model":"gpt-4.1",\
                    "messages":[{"role":"user","content":"Where is my parcel?"}]}}
                    """
                            .formatted(customId));
        }
        return Files.writeString(folder.resolve("questions.jsonl"), lines);
    }

    @Test
    void everyQuestionGetsOneAnswerAlsoIfTheProgramIsStartedAgain() throws Exception {
        var publisher = new QuestionPublisher(pipeline.bootstrapServers());
        var collector = new AnswerCollector(pipeline.bootstrapServers());
        Path file = folder.resolve("answers.db");

        try (var store = new AnswerStore(file)) {
            collector.collect(store, publisher.publish(questions("a", "b"), "monday"));
        }
        try (var store = new AnswerStore(file)) {
            publisher.publish(questions("c"), "tuesday");
            collector.collect(store, 3);

            assertThat(store.count()).isEqualTo(3);
        }
        assertThat(pipeline.simulator().ledger().summary().billed()).isEqualTo(3);
    }
}

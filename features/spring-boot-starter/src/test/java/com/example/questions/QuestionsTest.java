package com.example.questions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.client.MillraceClient;
import dev.millrace.client.request.Request;
import dev.millrace.contracts.output.Output;
import dev.millrace.spring.MillraceListener;
import dev.millrace.testkit.MillracePipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts applications against a whole pipeline in this JVM. */
@Tag("slow")
class QuestionsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static MillracePipeline pipeline;

    @BeforeAll
    static void startPipeline() {
        // Spring's configuration of Logback knows older versions only.
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        pipeline = MillracePipeline.start();
    }

    @AfterAll
    static void closePipeline() {
        pipeline.close();
    }

    private static ConfigurableApplicationContext run(Class<?> application, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--millrace.bootstrap-servers=" + pipeline.bootstrapServers());
        all.add("--spring.main.banner-mode=off");
        return SpringApplication.run(application, all.toArray(String[]::new));
    }

    @Test
    void applicationGetsAnAnswerAndItsListenerTheResult() {
        try (ConfigurableApplicationContext context = run(Questions.class)) {
            Questions questions = context.getBean(Questions.class);

            assertThat(questions.ask("parcel", "Where is my parcel?"))
                    .contains("Where is my parcel?");

            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(questions.answered()).contains("parcel"));
        }
    }

    /** Fails for the first record, as while its database is down. */
    @EnableAutoConfiguration
    static class Failing {
        private final ConcurrentLinkedQueue<String> got = new ConcurrentLinkedQueue<>();

        @MillraceListener(group = "failing")
        void onResult(Output.Result result) {
            got.add(result.view().customId());
            if (got.size() == 1) {
                throw new IllegalStateException("no database");
            }
        }
    }

    @Test
    void listenerThatFailsGetsTheRecordAgain() {
        try (ConfigurableApplicationContext context = run(Failing.class)) {
            context.getBean(MillraceClient.class)
                    .submit(Request.chatCompletion("gpt-4.1").customId("again").user("Hi").build())
                    .join();

            await().atMost(LONG)
                    .untilAsserted(
                            () ->
                                    assertThat(context.getBean(Failing.class).got)
                                            .filteredOn("again"::equals)
                                            .isNotEmpty());
            await().atMost(LONG)
                    .untilAsserted(
                            () -> {
                                var got = List.copyOf(context.getBean(Failing.class).got);
                                assertThat(got.subList(1, got.size())).contains(got.getFirst());
                            });
        }
    }

    /** Has a listener for something that Millrace does not send. */
    @EnableAutoConfiguration
    static class Wrong {
        @MillraceListener(group = "wrong")
        void onResult(String result) {}
    }

    @Test
    void listenerWithAnotherParameterIsRefusedAtTheStart() {
        assertThatThrownBy(() -> run(Wrong.class).close())
                .hasStackTraceContaining("it must have one parameter, of the type Received");
    }

    @Test
    void propertiesReachTheClient() {
        assertThatThrownBy(() -> run(Questions.class, "--millrace.kafka.isolation.level=x").close())
                .hasStackTraceContaining("isolation.level");
    }

    @Test
    void exampleOfThePageIsThisApplication() throws IOException {
        String source =
                Files.readString(Path.of("src/test/java/com/example/questions/Questions.java"));
        String example =
                source.substring(
                        source.indexOf("// begin\n") + "// begin\n".length(),
                        source.indexOf("// end"));

        assertThat(Files.readString(Path.of("../../docs/libraries.md")))
                .contains("```java\n" + example + "```");
    }
}

package dev.millrace.client;

import dev.millrace.client.request.Request;
import dev.millrace.consumer.OutputTopic;
import dev.millrace.consumer.Received;
import dev.millrace.contracts.output.Output;
import java.time.Duration;

/** The examples in {@code docs/libraries.md}, between the comments. */
final class CallExamples {
    private CallExamples() {}

    static void call(String bootstrapServers) {
        // begin
        try (var client = MillraceClient.connect(bootstrapServers)) {
            Request request =
                    Request.chatCompletion("auto")
                            .system("Answer in one sentence.")
                            .user("Where is my parcel?")
                            .maxTokens(300)
                            .field("temperature", 0)
                            .build();
            Answer answer = client.call(request).join();
            System.out.println(answer.text());
            System.out.println(answer.job().model() + ", $" + answer.job().costUsd());
        }
        // end
    }

    static void submit(MillraceClient client) throws InterruptedException {
        // begin
        Request request =
                Request.response("gpt-4.1")
                        .customId("ticket-17")
                        .batch("2026-11-20")
                        .input("Where is my parcel?")
                        .metadata("queue", "refunds")
                        .build();
        client.submit(request).join();

        try (var results = client.results("invoices", OutputTopic.RESULTS)) {
            for (Received record : results.poll(Duration.ofSeconds(1))) {
                if (record.output() instanceof Output.Result result) {
                    System.out.println(result.view().customId() + " " + result.isSuccess());
                }
            }
            results.commit();
        }
        // end
    }

    static MillraceClient connect() {
        // begin
        var options =
                ClientOptions.of("broker:9093")
                        .withKafka("security.protocol", "SSL")
                        .withPrefix("acme.")
                        .withTimeout(Duration.ofMinutes(2));
        MillraceClient client = MillraceClient.connect(options);
        // end
        return client;
    }
}

package dev.millrace.gateway.submission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.TopicsConfig;
import dev.millrace.contracts.memory.HeapShare;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubmissionClientsTest {
    @Test
    void publisherWaits20SecondsForARecord() {
        var kafka = Map.of("bootstrap.servers", "localhost:9092");
        var clients = new SubmissionClients(kafka, TopicsConfig.CLUSTER, "first", HeapShare.AMPLE);

        assertThat(clients.publisherProperties())
                .containsEntry("delivery.timeout.ms", 20_000)
                .containsEntry("request.timeout.ms", 10_000);
    }
}

package dev.millrace.bench.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.cluster.BenchPipeline;
import dev.millrace.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultTest {
    private final Simulator provider = Simulator.start(Fault.provider(), "127.0.0.1", 0);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void closeAll() {
        client.close();
        provider.close();
    }

    /** Returns the status of a call with the worker's key. */
    private int call() throws IOException, InterruptedException {
        String key = Fault.apiKey().substring("api_key: ".length());
        String body =
                """
                {"model":"%s","messages":[{"role":"user","content":"Where is my parcel?"}]}"""
                        .formatted(BenchPipeline.upstreamModel(BenchPipeline.MODEL));
        var request =
                HttpRequest.newBuilder(provider.baseUri().resolve("/v1/chat/completions"))
                        .header("Authorization", "Bearer " + key)
                        .POST(BodyPublishers.ofString(body))
                        .build();
        return client.send(request, BodyHandlers.discarding()).statusCode();
    }

    @ParameterizedTest
    @CsvSource({"WRONG_KEY, 401", "EMPTY_ACCOUNT, 429", "UNKNOWN_MODEL, 404", "UNAVAILABLE, 503"})
    void callsFailUntilTheRepair(Fault fault, int status) throws IOException, InterruptedException {
        fault.begin(provider);
        assertThat(call()).isEqualTo(status);

        fault.repair(provider);
        assertThat(call()).isEqualTo(200);
    }

    @Test
    void unreachableProviderIsAnOutageUntilTheRepair() {
        Fault.UNREACHABLE.begin(provider);
        assertThat(provider.outages().active()).isPresent();

        Fault.UNREACHABLE.repair(provider);
        assertThat(provider.outages().active()).isEmpty();
    }
}

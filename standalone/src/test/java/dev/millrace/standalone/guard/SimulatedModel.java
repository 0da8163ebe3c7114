package dev.millrace.standalone.guard;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * A model of a running simulator.
 *
 * @param provider base address of the simulator
 */
public record SimulatedModel(URI provider, String name) {

    /**
     * Sets the behaviour from the next call on.
     *
     * @param behaviour simulator settings as JSON
     */
    public void behave(String behaviour) {
        var change =
                HttpRequest.newBuilder(provider.resolve("/admin/models/" + name))
                        .PUT(ofString(behaviour))
                        .build();
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(change, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.millrace.bench.gateway;

import dev.millrace.bench.process.ServedProgram;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;

/** A program that passes each call to a provider and the answer back, and keeps nothing. */
final class Relay {
    static final String CHAT = "/chat/completions";

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .build();
    private final URI target;

    private Relay(URI provider) {
        this.target = URI.create(provider + CHAT);
    }

    /**
     * Reports its address to the parent and serves until the parent closes its standard input.
     *
     * @param args base URL of the provider, ending in {@code /v1}
     */
    public static void main(String[] args) throws IOException {
        var relay = new Relay(URI.create(args[0]));
        WebServer server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .shutdownHook(false)
                        .routing(routing -> routing.post("/v1" + CHAT, relay::pass))
                        .build()
                        .start();
        ServedProgram.serve("http://127.0.0.1:" + server.port() + "/v1", server::stop);
    }

    private void pass(ServerRequest request, ServerResponse response)
            throws IOException, InterruptedException {
        byte[] body = request.content().as(byte[].class);
        var answer =
                http.send(
                        HttpRequest.newBuilder(target)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        response.status(answer.statusCode()).send(answer.body());
    }
}

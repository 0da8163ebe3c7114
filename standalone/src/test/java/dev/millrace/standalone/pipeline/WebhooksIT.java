package dev.millrace.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.contracts.webhook.SigningKey;
import dev.millrace.standalone.cli.Commands;
import dev.millrace.standalone.console.ExitCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests webhooks of a run whose tenant's budget is raised after it is spent. */
class WebhooksIT {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir private Path folder;

    /** A request with its headers. */
    private record Received(String id, long timestamp, String signature, byte[] body) {
        JsonNode json() {
            return new JsonMapper().readTree(body);
        }
    }

    @Test
    void runReportsItsBudgetAndItsEnd() throws Exception {
        var received = new ConcurrentLinkedQueue<Received>();
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    var headers = exchange.getRequestHeaders();
                    received.add(
                            new Received(
                                    headers.getFirst("webhook-id"),
                                    Long.parseLong(headers.getFirst("webhook-timestamp")),
                                    headers.getFirst("webhook-signature"),
                                    exchange.getRequestBody().readAllBytes()));
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        try {
            int port = server.getAddress().getPort();
            assertThat(run(port, "0.005")).isEqualTo(ExitCode.WAITS_FOR_MONEY);
            assertThat(run(port, "5")).isEqualTo(ExitCode.OK);
            int events = received.size();
            assertThat(command("test")).isEqualTo(ExitCode.OK);
            assertThat(received).hasSize(events + 1);
            assertThat(command("list", "--json")).isEqualTo(ExitCode.OK);
            assertThat(command("resend", received.element().id())).isEqualTo(ExitCode.OK);
            assertThat(command("resend", "msg_unknown")).isEqualTo(ExitCode.USAGE);
        } finally {
            server.stop(0);
        }

        assertThat(received)
                .extracting(it -> it.json().path("type").asString())
                .contains("budget.exhausted", "batch.completed", "webhook.test");
        assertThat(received).extracting(Received::id).doesNotHaveDuplicates();
        assertThat(received)
                .allSatisfy(
                        it ->
                                assertThat(it.signature())
                                        .isEqualTo(
                                                SigningKey.of(SECRET)
                                                        .sign(it.id(), it.timestamp(), it.body())));
    }

    private int command(String... words) {
        var arguments = new ArrayList<>(List.of("webhooks"));
        arguments.addAll(List.of(words));
        arguments.addAll(List.of("--config", folder.resolve("millrace.yaml").toString()));
        if (!words[0].equals("test")) {
            arguments.addAll(List.of("--data-dir", folder.resolve("data").toString()));
        }
        return Commands.execute(arguments.toArray(String[]::new));
    }

    private int run(int port, String limitUsd) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("millrace.yaml"),
                        """
                        tenants: { default: { budget: { limit_usd: %s, period: total, on_exhausted: park } } }
                        sink:
                          webhooks:
                            - url: http://127.0.0.1:%d/hook
                              secret: %s
                              events: [batch.completed, budget.alert, budget.exhausted]
                              allowed_addresses: [127.0.0.1]
                        """
                                .formatted(limitUsd, port, SECRET));
        Path input =
                Files.writeString(
                        folder.resolve("jobs.jsonl"),
                        IntStream.range(0, 400)
                                .mapToObj(
                                        i ->
                                                "{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"model\":\"deepseek-flash\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Question %d\"}]}}"
                                                        .formatted(i, i))
                                .collect(Collectors.joining("\n")),
                        UTF_8);
        return Commands.execute(
                "run",
                "--simulate",
                "--config",
                config.toString(),
                "--data-dir",
                folder.resolve("data").toString(),
                input.toString());
    }
}

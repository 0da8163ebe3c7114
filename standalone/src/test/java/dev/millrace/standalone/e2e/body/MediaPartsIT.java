package dev.millrace.standalone.e2e.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.standalone.e2e.Launcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests images, audio, files and videos in jobs, as a provider receives them. */
@Tag("long")
class MediaPartsIT {
    /**
     * Parts as providers document them, in unusual notation: spaces, escapes, base64 that no
     * decoder accepts, and a part that Millrace does not know.
     */
    private static final List<String> PARTS =
            List.of(
                    "{\"type\":\"image_url\", \"image_url\":{\"url\":\"data:image\\/png;base64,iVBOR=!=\"}}",
                    "{ \"image_url\" : {\"detail\":\"low\",\"url\":\"https:\\u002f\\u002fh/a.png\"},\"type\":\"image_url\"}",
                    "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg\",\"format\":\"wav\"}}",
                    "{\"type\":\"file\",\"file\":{\"filename\":\"\u00e4.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0=\"}}",
                    "{\"type\":\"video_url\",\"video_url\":{\"url\":\"data:video/mp4;base64,AAAA\"},\"fps\":1.50}",
                    "{\"type\":\"hologram\",\"hologram\":{\"depth\":1e-3}}");

    @TempDir private Path folder;
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private HttpServer provider;

    @BeforeEach
    void startProvider() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/v1/chat/completions", this::answer);
        provider.start();
    }

    @AfterEach
    void stopProvider() {
        provider.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        received.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        byte[] answer =
                """
                {"id":"c","object":"chat.completion","created":1,"model":"seer","choices":[{"index":0,\
                "message":{"role":"assistant","content":"A cat."},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""
                        .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void reachTheProviderUntouched() throws IOException {
        Files.writeString(
                folder.resolve("millrace.yaml"),
                """
                providers:
                  mine: { wire: openai, base_url: "http://127.0.0.1:%d/v1" }
                models:
                  seer: { provider: mine, price: { input: 1, output: 1 } }
                """
                        .formatted(provider.getAddress().getPort()));
        List<String> bodies = PARTS.stream().map(MediaPartsIT::body).toList();
        Path input =
                Files.write(
                        folder.resolve("media.jsonl"),
                        bodies.stream().map(it -> line(bodies.indexOf(it), it)).toList());

        new Launcher(folder).run("run", "--json", input).exitsWith(0);

        assertThat(received).containsExactlyInAnyOrderElementsOf(bodies);
    }

    private static String body(String part) {
        return "{\"model\":\"seer\", \"messages\":[{\"role\":\"user\",\"content\":["
                + part
                + ",{\"type\":\"text\",\"text\":\"What is this?\"}]}] }";
    }

    private static String line(int number, String body) {
        return "{\"custom_id\":\"job-%d\",\"url\":\"/v1/chat/completions\",\"body\":%s}"
                .formatted(number, body);
    }
}

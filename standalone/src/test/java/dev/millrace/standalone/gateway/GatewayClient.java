package dev.millrace.standalone.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Calls any of several gateways, which can be dead. Thread-safe. */
final class GatewayClient implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int UNAVAILABLE = 503;
    private static final String MULTIPART = "multipart/form-data; boundary=part";

    private final List<GatewayProcess> gateways;
    private final AtomicLong broken = new AtomicLong();
    private final Refusals refusals = new Refusals();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    GatewayClient(List<GatewayProcess> gateways) {
        this.gateways = List.copyOf(gateways);
    }

    /** Returns the number of requests whose connection broke. */
    long broken() {
        return broken.get();
    }

    /** Returns the requests that no gateway could take at the time. */
    Refusals refusals() {
        return refusals;
    }

    /** Returns a request to any gateway. */
    HttpRequest.Builder request(String path) {
        List<URI> addresses =
                gateways.stream().map(GatewayProcess::address).flatMap(Optional::stream).toList();
        URI any = addresses.get(ThreadLocalRandom.current().nextInt(addresses.size()));
        return HttpRequest.newBuilder(URI.create(any + path))
                .header("Content-Type", "application/json");
    }

    /**
     * Sends a request once; empty if its connection breaks.
     *
     * @param kind the kind under which a refusal is counted
     */
    Optional<HttpResponse<String>> send(String kind, HttpRequest request)
            throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString(UTF_8));
            if (answer.statusCode() == UNAVAILABLE) {
                refusals.onUnavailable(kind, answer);
            }
            return Optional.of(answer);
        } catch (IOException e) {
            broken.incrementAndGet();
            return Optional.empty();
        }
    }

    /**
     * Repeats a POST, each time to any gateway, until one answers with another status than 503.
     *
     * @param kind the kind under which refusals are counted
     * @param header name of one more header
     * @param value value of this header
     */
    HttpResponse<String> post(
            String kind, String path, String header, String value, BodyPublisher body) {
        return repeat(() -> send(kind, request(path).setHeader(header, value).POST(body).build()));
    }

    /** Repeats a GET, each time to any gateway, until one answers with another status than 503. */
    HttpResponse<String> get(String path) {
        return repeat(() -> send("get", request(path).build()));
    }

    private interface Try {
        Optional<HttpResponse<String>> run() throws InterruptedException;
    }

    private static HttpResponse<String> repeat(Try tried) {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .until(
                        () -> tried.run().filter(it -> it.statusCode() != UNAVAILABLE),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Repeats an upload until it is answered. */
    HttpResponse<String> upload(String name, byte[] content) {
        return post(
                "upload",
                "/files",
                "Content-Type",
                MULTIPART,
                BodyPublishers.ofByteArray(multipart(name, content)));
    }

    static byte[] multipart(String name, byte[] content) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(
                """
                --part\r
                Content-Disposition: form-data; name="purpose"\r
                \r
                batch\r
                --part\r
                Content-Disposition: form-data; name="file"; filename="%s"\r
                \r
                """
                        .formatted(name)
                        .getBytes(UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n--part--\r\n".getBytes(UTF_8));
        return body.toByteArray();
    }

    /** Sends the first half of an upload; the caller closes the connection. */
    static Socket beginUpload(GatewayProcess gateway, String name, byte[] content)
            throws IOException {
        URI address = gateway.address().orElseThrow();
        byte[] body = multipart(name, content);
        var socket = new Socket(address.getHost(), address.getPort());
        var out = socket.getOutputStream();
        out.write(
                "POST %s/files HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
                        .formatted(
                                address.getPath(), address.getAuthority(), MULTIPART, body.length)
                        .getBytes(UTF_8));
        out.write(body, 0, body.length / 2);
        out.flush();
        return socket;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

package dev.millrace.bench.http;

import dev.millrace.contracts.config.provider.CertificateFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One measurement, passed as command-line arguments.
 *
 * @param address base address of the server, including {@code /v1}
 * @param authority certificate of the server; used over TLS only
 * @param inFlight concurrent calls
 * @param latency time that the server takes for each answer
 * @param time duration of the measurement, in whole seconds
 */
record HttpTrial(
        HttpContender contender,
        URI address,
        CertificateFile authority,
        int inFlight,
        Duration latency,
        Duration time) {
    private static final String BODY =
            """
            {"model":"deepseek-flash","messages":[{"role":"system","content":"You answer customers of a \
            shop."},{"role":"user","content":"Where is my parcel? It has not come."}],\
            "max_tokens":100}""";

    List<String> arguments() {
        return List.of(
                contender.name(),
                address.toString(),
                authority.path().toString(),
                Integer.toString(inFlight),
                Long.toString(latency.toMillis()),
                Long.toString(time.toSeconds()));
    }

    static HttpTrial parse(List<String> arguments) {
        return new HttpTrial(
                HttpContender.valueOf(arguments.get(0)),
                URI.create(arguments.get(1)),
                CertificateFile.of(arguments.get(2)),
                Integer.parseInt(arguments.get(3)),
                Duration.ofMillis(Long.parseLong(arguments.get(4))),
                Duration.ofSeconds(Long.parseLong(arguments.get(5))));
    }

    boolean isOverTls() {
        return address.getScheme().equals("https");
    }

    /** Returns the address of all calls. */
    URI target() {
        return URI.create(address + "/chat/completions");
    }

    /** Returns the body of all calls, a chat completion of about 200 bytes. */
    static byte[] body() {
        return BODY.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.millrace.router.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.contracts.job.ParseResult;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.RequestParser;
import dev.millrace.contracts.json.JsonBytes;
import java.time.Instant;
import java.util.Collections;

/** Requests as the router has them: parsed from bytes. */
public final class Requests {
    public static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Requests() {}

    /** A line with these three parts, each as JSON. */
    public static RequestLine line(String url, String body, String options) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":%s,\"millrace\":%s}"
                        .formatted(url, body, options);
        return assertThat(RequestParser.parse(line.getBytes(UTF_8)))
                .asInstanceOf(type(ParseResult.Accepted.class))
                .actual()
                .line();
    }

    /** A line of that url; single quotes stand for double ones. */
    public static RequestLine line(String url, String fields) {
        return line(url, "{\"model\":\"auto\"," + fields.replace('\'', '"') + "}", "{}");
    }

    /** A chat with one message of the user. */
    public static RequestLine chat(String text) {
        return chat(text, "{}");
    }

    /** A chat with one message of the user, and what the line says to Millrace. */
    public static RequestLine chat(String text, String options) {
        String body =
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":"
                        + JsonBytes.quoted(text)
                        + "}]}";
        return line("/v1/chat/completions", body, options);
    }

    /** So many words that mean nothing. */
    public static String words(int count) {
        return String.join(" ", Collections.nCopies(count, "word"));
    }
}

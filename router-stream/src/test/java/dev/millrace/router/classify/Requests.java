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

/** Creates parsed requests. */
public final class Requests {
    public static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private Requests() {}

    /** Returns a request line of a URL, a body and Millrace options, as JSON. */
    public static RequestLine line(String url, String body, String options) {
        String line =
                "{\"custom_id\":\"a\",\"url\":\"%s\",\"body\":%s,\"millrace\":%s}"
                        .formatted(url, body, options);
        return assertThat(RequestParser.parse(line.getBytes(UTF_8)))
                .asInstanceOf(type(ParseResult.Accepted.class))
                .actual()
                .line();
    }

    /** Returns a request line with fields of its body; single quotes replace double quotes. */
    public static RequestLine line(String url, String fields) {
        return line(url, "{\"model\":\"auto\"," + fields.replace('\'', '"') + "}", "{}");
    }

    /** Returns a chat request with one user message. */
    public static RequestLine chat(String text) {
        return chat(text, "{}");
    }

    /** Returns a chat request with one user message and Millrace options. */
    public static RequestLine chat(String text, String options) {
        String body =
                "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":"
                        + JsonBytes.quoted(text)
                        + "}]}";
        return line("/v1/chat/completions", body, options);
    }

    /** Returns a number of words that are not keywords. */
    public static String words(int count) {
        return String.join(" ", Collections.nCopies(count, "word"));
    }
}

package dev.millrace.worker.token;

import dev.millrace.configuration.Secret;
import dev.millrace.wire.json.JsonTree;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads what a command has printed: the bare token, or JSON, which can have the expiry. */
final class TokenReader {
    /**
     * JSON pointers to the token, read on 2026-12-01: a JSON text, kubectl's exec credentials,
     * {@code gcloud config config-helper}, other programs, OAuth, {@code az account
     * get-access-token}.
     */
    private static final String[] TOKENS = {
        "", "/status/token", "/credential/access_token", "/token", "/access_token", "/accessToken"
    };

    /** JSON pointers to the expiry. The first one that can be read counts. */
    private static final List<String> EXPIRIES =
            List.of(
                    "/status/expirationTimestamp",
                    "/credential/token_expiry",
                    "/expires_on",
                    "/expiresOn",
                    "/expires_at",
                    "/expiry");

    /** The characters of a header's value, without blanks. */
    private static final Pattern USABLE = Pattern.compile("[\\x21-\\x7E]{1,16384}");

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?");
    private static final Pattern ZONE = Pattern.compile("(Z|[+-]\\d\\d:\\d\\d)$");

    /** A larger number has milliseconds: as seconds, it would be in the year 5138. */
    private static final long MAX_SECONDS = 100_000_000_000L;

    private TokenReader() {}

    /**
     * Reads an output.
     *
     * @param now when the command was started
     */
    static PrintedToken read(String output, Instant now) {
        String text = output.strip();
        if (!text.startsWith("{") && !text.startsWith("\"")) {
            return token(text, Optional.empty(), now);
        }
        return JsonTree.parse(text)
                .map(json -> token(token(json), expiry(json, now), now))
                .orElseGet(() -> new PrintedToken.Problem("has printed unreadable JSON"));
    }

    private static PrintedToken token(String text, Optional<Instant> expires, Instant now) {
        if (text.isEmpty()) {
            return new PrintedToken.Problem("has printed no token");
        }
        if (!USABLE.matcher(text).matches()) {
            return new PrintedToken.Problem(
                    "must print the token alone, without blanks, in one line of ASCII characters");
        }
        return expires.filter(it -> !it.isAfter(now))
                .<PrintedToken>map(
                        it -> new PrintedToken.Problem("has printed a token that expired at " + it))
                .orElseGet(() -> new PrintedToken.Token(Secret.of(text), expires));
    }

    private static String token(JsonNode json) {
        return Stream.of(TOKENS)
                .map(json::at)
                .filter(JsonNode::isString)
                .map(it -> it.stringValue().strip())
                .findFirst()
                .orElse("");
    }

    private static Optional<Instant> expiry(JsonNode json, Instant now) {
        return EXPIRIES.stream()
                .flatMap(it -> time(json.at(it).asString("")).stream())
                .findFirst()
                .or(() -> number(json.at("/expires_in").asString("")).map(now::plusSeconds));
    }

    private static Optional<Long> number(String text) {
        return NUMBER.matcher(text).matches()
                ? Optional.of(new BigDecimal(text).longValue())
                : Optional.empty();
    }

    /** Reads seconds or milliseconds since 1970, or a date; empty for another text. */
    private static Optional<Instant> time(String text) {
        try {
            if (ZONE.matcher(text).find()) {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            }
            if (text.contains(":")) {
                // The Azure CLI prints the time of this machine's zone: 2026-12-01 10:30:00.000000.
                var local = LocalDateTime.parse(text.replace(' ', 'T'));
                return Optional.of(local.atZone(ZoneId.systemDefault()).toInstant());
            }
        } catch (DateTimeException e) {
            return Optional.empty();
        }
        return number(text)
                .map(it -> it < MAX_SECONDS ? Instant.ofEpochSecond(it) : Instant.ofEpochMilli(it));
    }
}

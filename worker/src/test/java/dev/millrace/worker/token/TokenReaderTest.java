package dev.millrace.worker.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs print. */
class TokenReaderTest {
    private static final Instant NOW = Instant.parse("2026-12-01T09:30:00Z");

    private static PrintedToken read(String output) {
        return TokenReader.read(output, NOW);
    }

    private static PrintedToken.Token token(String text, @Nullable Instant expires) {
        return new PrintedToken.Token(Secret.of(text), Optional.ofNullable(expires));
    }

    private static String problem(String output) {
        return ((PrintedToken.Problem) read(output)).message();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ya29.c.b0Aaek_4711........",
                "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb24&Version=1",
                "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2NvZ25pdGl2ZSJ9.c2ln"
            })
    void bareTokenHasNoExpiry(String printed) {
        assertThat(read(printed + "\r\n")).isEqualTo(token(printed, null));
        assertThat(read("\"" + printed + "\"\n")).isEqualTo(token(printed, null));
    }

    @Test
    void execCredentialOfKubectl() {
        assertThat(
                        read(
                                """
                                {"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1", "spec": {},
                                 "status": {"expirationTimestamp": "2026-12-01T10:43:20+01:00", "token": "k8s-aws-v1.x"}}
                                """))
                .isEqualTo(token("k8s-aws-v1.x", Instant.parse("2026-12-01T09:43:20Z")));
    }

    @Test
    void configHelperOfGcloud() {
        assertThat(
                        read(
                                """
                                {"configuration": {"active_configuration": "default"},
                                 "credential": {"access_token": "ya29.x", "id_token": "eyJ", "token_expiry": "2026-12-01T10:29:59Z"}}
                                """))
                .isEqualTo(token("ya29.x", Instant.parse("2026-12-01T10:29:59Z")));
    }

    @Test
    void azureCliBeforeAndSince254() {
        String local = "\"accessToken\": \"eyJ\", \"expiresOn\": \"2026-12-01 10:29:59.000000\"";
        Instant inThisZone =
                LocalDateTime.parse("2026-12-01T10:29:59")
                        .atZone(ZoneId.systemDefault())
                        .toInstant();

        assertThat(read("{" + local + ", \"tokenType\": \"Bearer\"}"))
                .isEqualTo(token("eyJ", inThisZone));
        assertThat(read("{" + local + ", \"expires_on\": 1796120999}"))
                .isEqualTo(token("eyJ", Instant.ofEpochSecond(1_796_120_999)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"expires_in\": 3599 | 2026-12-01T10:29:59Z",
                "\"expires_in\": \"3599\" | 2026-12-01T10:29:59Z",
                "\"expires_in\": 3599.5 | 2026-12-01T10:29:59Z",
                "\"expires_on\": \"1796120999\" | 2026-12-01T10:29:59Z",
                "\"expires_on\": 1796120999000 | 2026-12-01T10:29:59Z",
                "\"expiry\": \"2026-12-01T10:29:59.5+00:00\" | 2026-12-01T10:29:59.500Z",
                "\"expires_on\": \"soon\", \"expires_in\": 60 | 2026-12-01T09:31:00Z"
            })
    void expiryOfOtherPrograms(String field, Instant expires) {
        assertThat(read("{\"access_token\":\"t\", \"token_type\": \"Bearer\", " + field + "}"))
                .isEqualTo(token("t", expires));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"expiry\": \"tomorrow\"", "\"expires_in\": null", "\"x\": 1"})
    void unreadableExpiryIsUnknown(String field) {
        assertThat(read("{\"token\":\"t\"," + field + "}")).isEqualTo(token("t", null));
    }

    @Test
    void expiredTokenIsRefused() {
        assertThat(problem("{\"token\":\"t-4711\", \"expiry\": \"" + NOW + "\"}"))
                .isEqualTo("has printed a token that expired at " + NOW);
        assertThat(
                        read(
                                "{\"token\":\"t\", \"expiry\": \""
                                        + NOW.plus(Duration.ofSeconds(1))
                                        + "\"}"))
                .isInstanceOf(PrintedToken.Token.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | has printed no token",
                "' \n' | has printed no token",
                "\"\" | has printed no token",
                "{\"token\": \"\"} | has printed no token",
                "Bearer abc-4711 | must print the token alone",
                "'abc-4711\nabc-4712' | must print the token alone",
                "abc-4711é | must print the token alone",
                "{\"token\": \"abc-4711 | has printed unreadable JSON",
                "{\"secret\": \"abc-4711\"} | has printed no token",
                "{\"token\": {\"x\": \"abc-4711\"}} | has printed no token"
            })
    void otherOutputIsDescribedWithoutShowingIt(String output, String problem) {
        assertThat(problem(output)).startsWith(problem).doesNotContain("abc");
    }
}

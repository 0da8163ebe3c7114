package dev.millrace.worker.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.millrace.configuration.Secret;
import dev.millrace.wire.error.ResponseHeaders;
import dev.millrace.wire.stream.AssembledAnswer;
import dev.millrace.worker.answer.ExchangeEnd;
import java.util.HashMap;
import java.util.List;

/**
 * Removes a provider's secrets from its error messages before results and logs quote them. Some
 * providers and gateways repeat a rejected key.
 */
public final class Redaction {
    /** Length from which a word counts as a secret; some servers use the key EMPTY. */
    private static final int MIN_WORD = 8;

    /** Shorter values are no secrets, and can occur in any text. */
    private static final int MIN_CHARS = 4;

    private static final String MASK = "***";

    private Redaction() {}

    /** Returns the exchange without the secrets in its body and in the target of a redirect. */
    static ExchangeEnd redacted(ExchangeEnd exchange, List<Secret> secrets) {
        return switch (exchange) {
            case ExchangeEnd.Responded responded ->
                    new ExchangeEnd.Responded(
                            responded.status(),
                            safe(responded.headers(), "location", secrets),
                            redacted(responded.body(), secrets));
            case ExchangeEnd.Streamed streamed
                    when streamed.answer() instanceof AssembledAnswer.Failed failed ->
                    new ExchangeEnd.Streamed(
                            streamed.headers(),
                            new AssembledAnswer.Failed(
                                    redacted(failed.errorBody(), secrets), failed.partial()),
                            streamed.firstContentNanos());
            case ExchangeEnd.Streamed _,
                    ExchangeEnd.TooLarge _,
                    ExchangeEnd.Unreadable _,
                    ExchangeEnd.ClosedUnanswered _,
                    ExchangeEnd.TimedOut _,
                    ExchangeEnd.SendWindowMissed _,
                    ExchangeEnd.Expired _,
                    ExchangeEnd.Broken _ ->
                    exchange;
        };
    }

    /**
     * Returns the exchange without the secrets in its request id, the header that results quote.
     */
    static ExchangeEnd withSafeRequestId(ExchangeEnd exchange, List<Secret> secrets) {
        return switch (exchange) {
            case ExchangeEnd.Responded responded ->
                    new ExchangeEnd.Responded(
                            responded.status(),
                            safe(responded.headers(), secrets),
                            responded.body());
            case ExchangeEnd.Streamed streamed ->
                    new ExchangeEnd.Streamed(
                            safe(streamed.headers(), secrets),
                            streamed.answer(),
                            streamed.firstContentNanos());
            case ExchangeEnd.TooLarge tooLarge ->
                    new ExchangeEnd.TooLarge(
                            tooLarge.status(),
                            safe(tooLarge.headers(), secrets),
                            tooLarge.limitBytes());
            case ExchangeEnd.Unreadable _,
                    ExchangeEnd.ClosedUnanswered _,
                    ExchangeEnd.TimedOut _,
                    ExchangeEnd.SendWindowMissed _,
                    ExchangeEnd.Expired _,
                    ExchangeEnd.Broken _ ->
                    exchange;
        };
    }

    private static ResponseHeaders safe(ResponseHeaders headers, List<Secret> secrets) {
        String id = headers.requestId().orElse("");
        return redacted(id, secrets).equals(id) ? headers : safeValues(headers, secrets);
    }

    private static ResponseHeaders safe(
            ResponseHeaders headers, String name, List<Secret> secrets) {
        String value = headers.text(name).orElse("");
        return redacted(value, secrets).equals(value) ? headers : safeValues(headers, secrets);
    }

    private static ResponseHeaders safeValues(ResponseHeaders headers, List<Secret> secrets) {
        var values = new HashMap<>(headers.all());
        values.replaceAll((_, value) -> redacted(value, secrets));
        return new ResponseHeaders(values);
    }

    private static byte[] redacted(byte[] body, List<Secret> secrets) {
        // Keeps every byte of any encoding.
        String text = new String(body, ISO_8859_1);
        String clean = redacted(text, secrets);
        return clean.equals(text) ? body : clean.getBytes(ISO_8859_1);
    }

    /** Returns the text without the secrets. */
    public static String redacted(String text, List<Secret> secrets) {
        String clean = text;
        for (Secret secret : secrets) {
            if (isSecret(secret.reveal())) {
                clean = clean.replace(secret.reveal(), MASK);
            }
        }
        return clean;
    }

    private static boolean isSecret(String value) {
        return value.length() >= MIN_WORD
                || (value.length() >= MIN_CHARS && !value.chars().allMatch(Character::isLetter));
    }
}

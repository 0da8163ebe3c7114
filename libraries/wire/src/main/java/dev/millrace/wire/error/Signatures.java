package dev.millrace.wire.error;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Recognizes the errors of providers by the signatures of {@code signatures.tsv}. Immutable; used
 * from any thread.
 */
final class Signatures {
    private static final String FILE = "signatures.tsv";

    /** Durations and times as written in texts; {@link RetryAfterParser} reads them. */
    private static final String WAIT =
            "(?<wait>(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?\\s?"
                    + "(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d"
                    + "|毫秒|秒|分钟?|小时|天)(?![a-z])(?:,? and |[, ])?){1,6})";

    private static final String SECONDS =
            "(?<wait>[0-9]{1,9}(?:\\.[0-9]{1,9})?)(?![0-9.]|\\s?[a-z])";

    private static final String TIME =
            "(?<wait>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?"
                    + "(?:Z|[-+][0-9]{2}:[0-9]{2}))";

    /**
     * Text that a gateway adds before a repeated message: the names of its exceptions, and the body
     * up to its message.
     *
     * @see <a href="https://docs.litellm.ai/docs/exception_mapping">Exceptions of LiteLLM</a>
     */
    private static final Pattern BEFORE_REPEATED =
            Pattern.compile(
                    "(?:(?:[\\w.]{1,60}(?:Error|Exception)|Error code: [0-9]{3}) ?[:-] ){1,3}"
                            + "(?:b?['\"]?\\{.{0,200}?['\"]message['\"]: ?['\"])?",
                    Pattern.DOTALL);

    private static final Signatures ALL = load();

    private final Map<String, Integer> statuses = new HashMap<>();
    private final Map<Meaning, List<Pattern>> texts = new EnumMap<>(Meaning.class);

    /** The meaning of a text. */
    enum Meaning {
        /** The account is out of credit, or has exhausted a longer-term allowance. */
        QUOTA,
        /** A limit per minute, although other words suggest a lack of credit. */
        THROTTLED,
        /** A limit of requests, tokens or concurrent calls. */
        RATE,
        /** The provider has no capacity now. */
        BUSY,
        /** A gateway has sent the request on, and got no whole answer. */
        LOST,
        /** The answer ended before it was finished. */
        UNFINISHED,
        /** The model does not exist, or not for this account. */
        MODEL,
        /**
         * Like {@link #MODEL}, but narrow enough for errors that mention a model for other reasons.
         */
        BAD_MODEL,
        /** Something that the request names does not exist, or a model does not serve the url. */
        MISSING_PART,
        /** The key or the account is not valid. */
        BAD_KEY,
        /** The request does not fit into the context window. */
        CONTEXT_LENGTH,
        /** The content filter rejected the request or the answer. */
        CONTENT_FILTER,
        /** The address is wrong, such as {@code http} in place of {@code https}. */
        BAD_ADDRESS,
        /** A firewall before the API refused the request. */
        BLOCKED,
        /** The wait until the next call. */
        WAIT
    }

    /**
     * A line of the file.
     *
     * @param meaning a status, or the name of a {@link Meaning} in lower case
     * @param match a name in lower case, or a regular expression
     */
    record Row(String meaning, String match, String provider, String example, String source) {
        private static final int FIELDS = 5;

        static Row of(String line) {
            String[] fields = line.split("\t", -1);
            if (fields.length != FIELDS) {
                throw new IllegalStateException(FILE + ": not " + FIELDS + " fields: " + line);
            }
            return new Row(fields[0], fields[1], fields[2], fields[3], fields[4]);
        }

        boolean isStatus() {
            return Character.isDigit(meaning.charAt(0));
        }

        Meaning says() {
            return Meaning.valueOf(meaning.toUpperCase(Locale.ROOT));
        }

        Pattern pattern() {
            return Pattern.compile(
                    match.replace("{wait}", WAIT)
                            .replace("{seconds}", SECONDS)
                            .replace("{time}", TIME),
                    Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
        }
    }

    private Signatures(List<Row> rows) {
        rows.stream()
                .filter(Row::isStatus)
                .forEach(row -> statuses.put(row.match(), Integer.valueOf(row.meaning())));
        for (Meaning meaning : Meaning.values()) {
            texts.put(
                    meaning,
                    rows.stream()
                            .filter(row -> !row.isStatus() && row.says() == meaning)
                            .map(Row::pattern)
                            .toList());
        }
    }

    private static Signatures load() {
        return new Signatures(rows());
    }

    /** Returns the lines of the file. */
    static List<Row> rows() {
        try (var in = Objects.requireNonNull(Signatures.class.getResourceAsStream(FILE), FILE);
                var reader = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).map(Row::of).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the status of a name or code; empty if it is unknown. */
    static Optional<Integer> status(String name) {
        return Optional.ofNullable(ALL.statuses.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Returns true if the names or the message of an error have the given meaning. */
    static boolean says(Meaning meaning, ErrorBody body) {
        return names(meaning, body)
                || (body.message() != null
                        && matches(meaning, body.message()).findAny().isPresent());
    }

    /**
     * Returns true if a name or the beginning of the message has the given meaning. The rest of a
     * message can quote the prompt, or advertise paid features.
     */
    static boolean states(Meaning meaning, ErrorBody body) {
        return names(meaning, body) || (body.message() != null && begins(meaning, body.message()));
    }

    /** Like {@link #states}, but also true if a page has the given meaning anywhere. */
    static boolean statesOnPage(Meaning meaning, ErrorBody body) {
        return states(meaning, body)
                || (body.page() != null && matches(meaning, body.page()).findAny().isPresent());
    }

    /** Returns true if a name of an error has the given meaning. */
    static boolean names(Meaning meaning, ErrorBody body) {
        return body.names().stream().anyMatch(it -> matches(meaning, it).findAny().isPresent());
    }

    private static boolean begins(Meaning meaning, String message) {
        Matcher before = BEFORE_REPEATED.matcher(message);
        int start = before.lookingAt() ? before.end() : 0;
        return patterns(meaning)
                .anyMatch(it -> it.matcher(message).region(start, message.length()).lookingAt());
    }

    /** Returns the wait that a message asks for, as written; empty if it asks for none. */
    static Optional<String> wait(String message) {
        return matches(Meaning.WAIT, message).map(found -> found.group("wait")).findFirst();
    }

    private static Stream<Matcher> matches(Meaning meaning, String text) {
        return patterns(meaning).map(pattern -> pattern.matcher(text)).filter(Matcher::find);
    }

    private static Stream<Pattern> patterns(Meaning meaning) {
        return Objects.requireNonNull(ALL.texts.get(meaning)).stream();
    }
}

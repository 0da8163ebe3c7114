package dev.millrace.wire.translate;

import dev.millrace.contracts.job.Endpoint;
import dev.millrace.contracts.job.RequestLine;
import dev.millrace.contracts.job.Span;
import dev.millrace.contracts.money.TokenUsage;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Translates the requests of one endpoint for another one, and the answers back. Pure functions
 * over one body; thread-safe.
 */
public interface Translation {
    /**
     * Returns how jobs of an endpoint reach a provider that does not offer the endpoint; empty if
     * the provider offers it, or if the jobs cannot reach the provider.
     *
     * @param known all translations
     * @param offered the endpoints that the provider offers
     */
    static Optional<Translation> find(
            List<Translation> known, Endpoint job, Set<Endpoint> offered) {
        if (offered.contains(job)) {
            return Optional.empty();
        }
        return known.stream()
                .filter(it -> it.job().equals(job) && offered.contains(it.called()))
                .findFirst();
    }

    /** Returns the endpoint of the jobs. */
    Endpoint job();

    /** Returns the endpoint to call. */
    Endpoint called();

    /**
     * Translates the line's body for planning, for any model. Reads the whole body into a tree, so
     * call it once per job, and only if a model of the other wire is considered.
     */
    Preview preview(RequestLine line);

    /**
     * Translates a request.
     *
     * @param bytes the whole record
     * @param body range of the body within it
     */
    Request request(byte[] bytes, Span body, Target target);

    /**
     * Translates the body of a 200 response from the called endpoint into a body of the job's
     * endpoint.
     *
     * @param usage the tokens as read from the body; empty if it does not report them. The
     *     translated body reports exactly these
     * @param received when the answer arrived
     */
    Answer answer(byte[] body, Optional<TokenUsage> usage, Instant received);

    /**
     * Translates the body of an error from the called endpoint into a body of the job's endpoint;
     * empty if the body has no known form, and stays unchanged.
     *
     * @param status the HTTP status of the error
     */
    Optional<byte[]> error(int status, byte[] body);

    /**
     * A translation's result for planning.
     *
     * @param refused the fields that cannot be carried, in the order of the body; empty if the
     *     request can be translated
     * @param keys keys of the translated body whose value is not null: top-level keys, and as
     *     {@code a.b} the keys of objects among their values. The limit on output tokens of a chat
     *     completions body is {@code max_tokens}, whatever key the model uses
     */
    record Preview(List<UntranslatableField> refused, Set<String> keys) {}

    /**
     * A field that the other wire cannot carry.
     *
     * @param path JSON path of the field, such as {@code body.messages[2].content[0].input_audio}
     * @param reason why, in half a sentence that can follow the path
     */
    record UntranslatableField(String path, String reason) {
        /** Returns path and reason in one sentence. */
        public String message() {
            return path + " " + reason;
        }
    }

    /**
     * The model that a translated request is for.
     *
     * @param model the provider's name of the model
     * @param limitKey the called endpoint's key that limits output tokens
     * @param defaultMaxTokens limit on output tokens where the job gives none and messages require
     *     one, at least 1
     * @param toolCallIds ids of tool calls that the model accepts; empty for the usual ids of the
     *     called endpoint
     */
    record Target(
            String model, String limitKey, long defaultMaxTokens, Optional<Pattern> toolCallIds) {}

    /** The outcome of a request's translation. */
    sealed interface Request {
        /**
         * The request can be sent to the other wire.
         *
         * @param body the translated body
         * @param omitted paths of hints that the other wire has no place for, in table notation
         *     such as {@code messages[].content[].cache_control}; they change neither question nor
         *     answer
         */
        record Translated(byte[] body, List<String> omitted) implements Request {}

        /**
         * The request cannot be carried faithfully.
         *
         * @param fields at least one, in the order of the body
         */
        record Refused(List<UntranslatableField> fields) implements Request {}
    }

    /** The outcome of an answer's translation. */
    sealed interface Answer {
        /**
         * The answer in the shape that the job's endpoint promises.
         *
         * @param omitted paths of fields that have a value and no place in that shape, in table
         *     notation such as {@code content[text].citations}
         */
        record Translated(byte[] body, List<String> omitted) implements Answer {}

        /**
         * The body is no answer of the provider's wire, or has a form that cannot be represented.
         *
         * @param reason one human-readable sentence
         */
        record Unusable(String reason) implements Answer {}
    }
}

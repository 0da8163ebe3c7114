package dev.millrace.worker.wire;

import dev.millrace.contracts.error.ErrorCode;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Maps the status and body of an unsuccessful response to an error code. */
public final class StatusRules {
    /** Statuses below 500 after which a retry may succeed. */
    private static final Set<Integer> TEMPORARY = Set.of(408, 409, 425);

    /**
     * Out of credit. Excludes "exceeded your current quota", which Gemini also uses for a limit per
     * minute.
     */
    private static final Pattern QUOTA =
            pattern(
                    "insufficient_quota|billing_error|billing_hard_limit_reached"
                            + "|billing_not_active|insufficient[_ ]balance|insufficient credit"
                            + "|credit balance is too low|out of credits?\\b|arrearage"
                            // Anthropic: limits of the contract, of the tier and of one's own.
                            + "|spend_limit_reached|specified api usage limits"
                            // OpenRouter, and Alibaba.
                            + "|key limit exceeded|allocationquota\\.freetieronly"
                            // Gemini, for a model that the account may not use at all.
                            + "|quota exceeded for metric.{0,200}limit: 0\\b");

    /** Alibaba also calls a limit per minute {@code insufficient_quota}; only its link differs. */
    private static final Pattern THROTTLED = pattern("error-code#token-limit");

    private static final Pattern MODEL =
            pattern(
                    "model_not_found|model_not_exist|deploymentnotfound|unknown model|no such model"
                            + "|no endpoints found for"
                            + "|^model: "
                            + "|\\bmodels?\\b.{0,200}(does not exist|doesn't exist|not exist"
                            + "|not have access|not found|not a valid model)");

    /** A 404 for something that the request names, or for a model that does not serve the url. */
    private static final Pattern MISSING_PART =
            pattern(
                    "previous_response_not_found|no such (file|image|batch|tool)"
                            + "|\\b(previous response|response|file|item|conversation|prompt"
                            + "|vector store|container|image|cached ?content)\\b.{0,200}"
                            + "(not found|not exist|doesn't exist)"
                            + "|not a chat model|\\bsupported in (the )?v1/");

    /** A 400 or 403 for the model. Narrow, because both may mention a model for other reasons. */
    private static final Pattern BAD_MODEL =
            pattern("model_not_found|^model not exist$|\\bnot a valid model\\b");

    /**
     * A 400 for the key or the account: a wrong key or location (Gemini), a disabled organization
     * or encryption key (Anthropic).
     */
    private static final Pattern BAD_KEY =
            pattern(
                    "^api key (not valid|expired)\\b|api_key_invalid|^user location is not supported"
                            + "|organization_on_hold|^this organization has been disabled"
                            + "|cmek_key_");

    private static final Pattern CONTEXT_LENGTH =
            pattern(
                    "context_length_exceeded|maximum context length|prompt is too long"
                            + "|exceeds? the maximum number of tokens|exceeds? context limit"
                            + "|exceeds? the (model's )?context (window|length)"
                            + "|context window of this model|range of input length should be"
                            // vLLM, also for an input that leaves no room for an answer.
                            + "|context length is only|max_tokens must be at least 1, got -"
                            // llama.cpp
                            + "|exceed_context_size"
                            // GitHub Models
                            + "|tokens_limit_reached|too large for .{0,200}max size: \\d+ tokens");

    /**
     * OpenAI and Groq, for the limit and the tokens of a single request, which no wait makes fit.
     */
    private static final Pattern TOKENS_OF_REQUEST =
            pattern("request too large for .{0,300}\\blimit (\\d{1,18}), requested (\\d{1,18})");

    private static final Pattern CONTENT_FILTER =
            pattern(
                    "content_filter|content_policy_violation|responsibleaipolicyviolation"
                            + "|data_?inspection_?failed|blocked by content filtering"
                            + "|prohibited_content|content exists risk|input was flagged"
                            + "|invalid_prompt");

    private StatusRules() {}

    /** Returns the error code for any status except 200. */
    public static ErrorCode error(int status, ErrorBody body) {
        return switch (status) {
            case 402 -> ErrorCode.QUOTA_EXCEEDED;
            case 429 -> tooMany(body);
            case 413 ->
                    isLongerThanLimit(body) ? ErrorCode.CONTEXT_LENGTH_EXCEEDED : ofRequest(body);
            case 400 -> badRequest(body);
            case 401, 407 -> ErrorCode.AUTHENTICATION_ERROR;
            case 403 -> isQuota(body) ? ErrorCode.QUOTA_EXCEEDED : forbidden(body);
            case 404 -> notFound(body);
            default -> byClass(status, body);
        };
    }

    private static ErrorCode tooMany(ErrorBody body) {
        if (isQuota(body)) {
            return ErrorCode.QUOTA_EXCEEDED;
        }
        return isLongerThanLimit(body)
                ? ErrorCode.CONTEXT_LENGTH_EXCEEDED
                : ErrorCode.RATE_LIMIT_EXCEEDED;
    }

    /**
     * Returns an error of the model, unless the body names something else that the request asks
     * for. A 404 without such a body comes from a wrong address, which fails for every request.
     */
    private static ErrorCode notFound(ErrorBody body) {
        boolean isOfRequest = says(MISSING_PART, body) && !says(MODEL, body);
        return isOfRequest ? ErrorCode.VALIDATION_ERROR : ErrorCode.MODEL_NOT_FOUND;
    }

    private static ErrorCode byClass(int status, ErrorBody body) {
        if (status >= 500 || TEMPORARY.contains(status)) {
            return ErrorCode.SERVER_ERROR;
        }
        if (status < 400) {
            return ErrorCode.INVALID_RESPONSE;
        }
        return ofRequest(body);
    }

    /** Some providers answer 400 whatever the reason. */
    private static ErrorCode badRequest(ErrorBody body) {
        if (isQuota(body)) {
            return ErrorCode.QUOTA_EXCEEDED;
        }
        if (says(BAD_KEY, body)) {
            return ErrorCode.AUTHENTICATION_ERROR;
        }
        return says(BAD_MODEL, body) ? ErrorCode.MODEL_NOT_FOUND : ofRequest(body);
    }

    /** Returns an authentication error, unless the body names the content or the model. */
    private static ErrorCode forbidden(ErrorBody body) {
        if (says(BAD_MODEL, body)) {
            return ErrorCode.MODEL_NOT_FOUND;
        }
        return says(CONTENT_FILTER, body)
                ? ErrorCode.CONTENT_FILTERED
                : ErrorCode.AUTHENTICATION_ERROR;
    }

    private static ErrorCode ofRequest(ErrorBody body) {
        if (says(CONTEXT_LENGTH, body)) {
            return ErrorCode.CONTEXT_LENGTH_EXCEEDED;
        }
        if (says(CONTENT_FILTER, body)) {
            return ErrorCode.CONTENT_FILTERED;
        }
        return ErrorCode.VALIDATION_ERROR;
    }

    private static boolean isQuota(ErrorBody body) {
        return says(QUOTA, body) && !says(THROTTLED, body);
    }

    /** Returns true if a single request asks for more tokens than the limit of a minute. */
    private static boolean isLongerThanLimit(ErrorBody body) {
        Matcher tokens = TOKENS_OF_REQUEST.matcher(body.message() == null ? "" : body.message());
        return tokens.find() && Long.parseLong(tokens.group(2)) > Long.parseLong(tokens.group(1));
    }

    private static boolean says(Pattern pattern, ErrorBody body) {
        String message = body.message();
        return named(pattern, body) || (message != null && pattern.matcher(message).find());
    }

    private static boolean named(Pattern pattern, ErrorBody body) {
        return pattern.matcher(body.names().toLowerCase(Locale.ROOT)).find();
    }

    private static Pattern pattern(String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}

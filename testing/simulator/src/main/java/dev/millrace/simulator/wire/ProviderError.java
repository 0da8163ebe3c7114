package dev.millrace.simulator.wire;

import dev.millrace.simulator.settings.FlexSettings;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error answer of a provider.
 *
 * @param kind determines type and code on each wire
 * @param status HTTP status, 400 to 599
 * @param message human-readable explanation
 * @param param the invalid field; null = none
 */
public record ProviderError(WireError kind, int status, String message, @Nullable String param) {
    /** Returns the body on the given wire. */
    public ObjectNode body(WireFormat wire, CallId id) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        switch (wire) {
            case OPENAI ->
                    body.putObject("error")
                            .put("message", message)
                            .put("type", kind.openAiType())
                            .put("param", param)
                            .put("code", kind.openAiCode());
            case ANTHROPIC -> {
                body.put("type", "error");
                body.putObject("error").put("type", kind.anthropicType()).put("message", message);
                body.put("request_id", id.request());
            }
        }
        return body;
    }

    /** Returns the error for an invalid request. */
    public static ProviderError invalid(String message, @Nullable String param) {
        return new ProviderError(WireError.INVALID_REQUEST, 400, message, param);
    }

    /**
     * Returns the error for an exhausted limit named {@code subject}, with the wait in its message.
     */
    public static ProviderError rateLimited(String model, String subject, String wait) {
        return new ProviderError(
                WireError.RATE_LIMITED,
                429,
                "Rate limit reached for "
                        + model
                        + " in organization org-simulator on "
                        + subject
                        + ". Please try again in "
                        + wait
                        + ".",
                null);
    }

    /**
     * Returns the error for a call that exceeds the limit named {@code subject}, which waiting
     * cannot resolve.
     */
    public static ProviderError aboveLimit(
            String model, String subject, long limit, long requested) {
        return new ProviderError(
                WireError.RATE_LIMITED,
                429,
                "Request too large for "
                        + model
                        + " in organization org-simulator on "
                        + subject
                        + ": Limit "
                        + limit
                        + ", Requested "
                        + requested
                        + ".",
                null);
    }

    /**
     * Returns the error for an account without credit, in the form that each wire uses instead of
     * status 402.
     */
    public static ProviderError insufficientQuota(WireFormat wire) {
        return switch (wire) {
            case OPENAI ->
                    new ProviderError(
                            WireError.INSUFFICIENT_QUOTA,
                            429,
                            "You exceeded your current quota, please check your plan and billing details.",
                            null);
            case ANTHROPIC ->
                    new ProviderError(
                            WireError.INSUFFICIENT_QUOTA,
                            400,
                            "Your credit balance is too low to access the Anthropic API. Please go to Plans"
                                    + " & Billing to upgrade or purchase credits.",
                            null);
        };
    }

    /** Returns the error for a prompt and requested output larger than the context window. */
    public static ProviderError contextLength(WireFormat wire, long requestedTokens, long window) {
        String message =
                switch (wire) {
                    case OPENAI ->
                            String.format(
                                    Locale.ROOT,
                                    "This model's maximum context length is %d tokens. However, your messages"
                                            + " and completion need %d tokens. Please reduce their length.",
                                    window,
                                    requestedTokens);
                    case ANTHROPIC ->
                            String.format(
                                    Locale.ROOT,
                                    "prompt is too long: %d tokens > %d maximum",
                                    requestedTokens,
                                    window);
                };
        return new ProviderError(WireError.CONTEXT_LENGTH, 400, message, "messages");
    }

    /** Returns the error for a prompt that the content filter rejects. */
    public static ProviderError contentFilter() {
        return new ProviderError(
                WireError.CONTENT_FILTER,
                400,
                "The response was filtered due to the prompt triggering the content management policy.",
                "prompt");
    }

    /** Returns the refusal of a call of the flex tier. */
    public static ProviderError flexRefused(
            FlexSettings.Signature signature, RandomGenerator random) {
        return switch (signature) {
            case OPENAI ->
                    new ProviderError(
                            WireError.RESOURCE_UNAVAILABLE,
                            429,
                            "Resource unavailable. Please try again later.",
                            null);
            case AZURE ->
                    new ProviderError(
                            WireError.INVALID_REQUEST,
                            400,
                            "The service tier 'flex' is not supported for this model.",
                            "service_tier");
            case GROQ ->
                    new ProviderError(
                            WireError.CAPACITY_EXCEEDED, 498, "Flex tier capacity exceeded", null);
            case GEMINI ->
                    random.nextBoolean()
                            ? new ProviderError(
                                    WireError.OVERLOADED,
                                    503,
                                    "The model is overloaded. Please try again later.",
                                    null)
                            : new ProviderError(
                                    WireError.RATE_LIMITED,
                                    429,
                                    "Resource has been exhausted (e.g. check quota).",
                                    null);
        };
    }

    /** Returns the default error for a status. */
    public static ProviderError ofStatus(WireFormat wire, int status, String model) {
        return switch (status) {
            case 401 ->
                    new ProviderError(
                            WireError.UNAUTHORIZED,
                            status,
                            switch (wire) {
                                case OPENAI -> "Incorrect API key provided.";
                                case ANTHROPIC -> "invalid x-api-key";
                            },
                            null);
            case 402 ->
                    new ProviderError(
                            WireError.PAYMENT_REQUIRED, status, "Insufficient Balance", null);
            case 403 ->
                    new ProviderError(
                            WireError.FORBIDDEN, status, "Your API key may not use this.", null);
            case 404 ->
                    new ProviderError(
                            WireError.MODEL_NOT_FOUND,
                            status,
                            switch (wire) {
                                case OPENAI ->
                                        "The model `"
                                                + model
                                                + "` does not exist or you do not have access to"
                                                + " it.";
                                case ANTHROPIC -> "model: " + model;
                            },
                            null);
            case 413 ->
                    new ProviderError(
                            WireError.TOO_LARGE, status, "Request exceeds the maximum size", null);
            case 429 -> rateLimited(model, "requests per min (RPM)", "1s");
            case 529 -> new ProviderError(WireError.OVERLOADED, status, "Overloaded", null);
            default ->
                    status >= 500
                            ? new ProviderError(
                                    WireError.SERVER_ERROR,
                                    status,
                                    "The server had an error while processing your request.",
                                    null)
                            : new ProviderError(
                                    WireError.INVALID_REQUEST, status, "Invalid request.", null);
        };
    }
}

package dev.millrace.simulator.wire;

import dev.millrace.simulator.settings.RetryAfterSetting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Formats the headers for request ids, limits and waits. */
public final class WireHeaders {
    private WireHeaders() {}

    /** Returns the headers that identify request and organization. */
    public static List<HeaderValue> identity(WireFormat wire, CallId id) {
        return switch (wire) {
            case OPENAI ->
                    List.of(
                            new HeaderValue("x-request-id", id.request()),
                            new HeaderValue("openai-organization", "org-simulator"),
                            new HeaderValue("openai-version", "2020-10-01"));
            case ANTHROPIC ->
                    List.of(
                            new HeaderValue("request-id", id.request()),
                            new HeaderValue("anthropic-organization-id", "org-simulator"));
        };
    }

    /** Returns the headers with the state of each limit. */
    public static List<HeaderValue> limits(WireFormat wire, List<LimitState> states, Instant now) {
        List<HeaderValue> headers = new ArrayList<>();
        for (LimitState state : states) {
            String name = state.kind().header();
            String limit = Long.toString(state.limit());
            String remaining = Long.toString(state.remaining());
            switch (wire) {
                case OPENAI -> {
                    headers.add(new HeaderValue("x-ratelimit-limit-" + name, limit));
                    headers.add(new HeaderValue("x-ratelimit-remaining-" + name, remaining));
                    headers.add(
                            new HeaderValue(
                                    "x-ratelimit-reset-" + name,
                                    HeaderTimeFormat.compact(state.reset())));
                }
                case ANTHROPIC -> {
                    String start = "anthropic-ratelimit-" + name;
                    headers.add(new HeaderValue(start + "-limit", limit));
                    headers.add(new HeaderValue(start + "-remaining", remaining));
                    headers.add(
                            new HeaderValue(
                                    start + "-reset",
                                    HeaderTimeFormat.rfc3339(now.plus(state.reset()))));
                }
            }
        }
        return headers;
    }

    /** Returns the headers with the wait until an exhausted limit is available again. */
    public static List<HeaderValue> limitWait(WireFormat wire, Duration wait) {
        HeaderValue seconds = new HeaderValue("retry-after", HeaderTimeFormat.wholeSeconds(wait));
        return switch (wire) {
            case OPENAI ->
                    List.of(
                            seconds,
                            new HeaderValue("retry-after-ms", HeaderTimeFormat.wholeMillis(wait)));
            case ANTHROPIC -> List.of(seconds);
        };
    }

    /**
     * Returns the header with a wait in the given form, other than {@link
     * RetryAfterSetting.Form#MIXED}.
     */
    public static List<HeaderValue> retryAfter(
            RetryAfterSetting.Form form, Duration wait, Instant now) {
        return switch (form) {
            case SECONDS ->
                    List.of(new HeaderValue("retry-after", HeaderTimeFormat.wholeSeconds(wait)));
            case DATE ->
                    List.of(
                            new HeaderValue(
                                    "retry-after", HeaderTimeFormat.httpDate(now.plus(wait))));
            case MILLISECONDS ->
                    List.of(new HeaderValue("retry-after-ms", HeaderTimeFormat.wholeMillis(wait)));
            case NONE, MIXED -> List.of();
        };
    }
}

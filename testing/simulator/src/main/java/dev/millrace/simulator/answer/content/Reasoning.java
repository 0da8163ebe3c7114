package dev.millrace.simulator.answer.content;

import tools.jackson.databind.JsonNode;

/** Reads the reasoning that a request asks for. */
public final class Reasoning {
    private Reasoning() {}

    /** Returns the number of reasoning tokens; 0 when the request asks for no reasoning. */
    public static int tokens(JsonNode body) {
        if (isThinking(body)) {
            return 64;
        }
        String effort =
                body.path("reasoning_effort")
                        .asString(body.path("reasoning").path("effort").asString("none"));
        return switch (effort) {
            case "low" -> 16;
            case "medium" -> 64;
            case "high", "xhigh" -> 256;
            default -> 0;
        };
    }

    /**
     * Returns the reasoning that the client sees: with {@code thinking}, unless its display is
     * {@code omitted}, and with {@code reasoning.summary}. Empty otherwise.
     */
    static String text(JsonNode body, Conversation conversation) {
        boolean isThinkingShown =
                isThinking(body)
                        && !body.path("thinking").path("display").asString("").equals("omitted");
        boolean isSummaryShown = body.path("reasoning").path("summary").isString();
        boolean isShown = isThinkingShown || (isSummaryShown && tokens(body) > 0);
        return isShown
                ? "Simulated reasoning about: " + TextComposer.head(conversation.lastUserText())
                : "";
    }

    private static boolean isThinking(JsonNode body) {
        String type = body.path("thinking").path("type").asString("");
        return type.equals("enabled") || type.equals("adaptive");
    }
}

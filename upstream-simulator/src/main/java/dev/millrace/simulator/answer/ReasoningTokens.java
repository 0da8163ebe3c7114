package dev.millrace.simulator.answer;

import tools.jackson.databind.JsonNode;

/** Reads the number of reasoning tokens from the three request fields that ask for reasoning. */
final class ReasoningTokens {
    private ReasoningTokens() {}

    static int requested(JsonNode body) {
        if (body.path("thinking").path("type").asString("").equals("enabled")) {
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
}

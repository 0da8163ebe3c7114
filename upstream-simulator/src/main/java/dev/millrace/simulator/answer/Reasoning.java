package dev.millrace.simulator.answer;

import tools.jackson.databind.JsonNode;

/** How many tokens of reasoning a request asks for, in the three ways that the wires have. */
final class Reasoning {
    private Reasoning() {}

    static int tokens(JsonNode body) {
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

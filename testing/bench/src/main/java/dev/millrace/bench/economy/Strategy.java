package dev.millrace.bench.economy;

/** How the questions are answered. */
enum Strategy {
    ALL_PREMIUM("all premium", Question.PREMIUM_MODEL, ""),
    ROUTING("with routing", Question.ROUTED, ""),
    ROUTING_AND_CACHE("with routing and cache", Question.ROUTED, ",\"cache\":\"exact\""),
    ROUTING_AND_SIMILAR(
            "with routing and semantic cache", Question.ROUTED, ",\"cache\":\"semantic\"");

    private final String title;
    private final String model;
    private final String options;

    Strategy(String title, String model, String options) {
        this.title = title;
        this.model = model;
        this.options = options;
    }

    String title() {
        return title;
    }

    /** Returns the model that each job names. */
    String model() {
        return model;
    }

    /**
     * Returns further members of the {@code millrace} object, with a leading comma; may be empty.
     */
    String options() {
        return options;
    }
}

package dev.millrace.standalone.audit;

import java.util.List;

/** The sentences that every report contains, so that no reader takes a comparison for a promise. */
final class AuditRules {
    static final String CHEAPER =
            "A cheaper model has all capabilities of the model that it replaces and is large enough"
                    + " for its largest request in the log. Quality is not compared: test a"
                    + " replacement with a canary before you rely on it.";

    static final String POLICY =
            "The log has no prompts, so a condition on the content of a request may hold or not:"
                    + " the cost is a range over all models that the policy can choose. Every"
                    + " request counts as one that asks for \"auto\", without a ceiling, and every"
                    + " model of the catalog as in service.";

    static final String TOKENS =
            "Other models get the logged tokens, cached ones included. They may count the same text"
                    + " differently, and answer at another length.";

    private AuditRules() {}

    static List<String> all() {
        return List.of(CHEAPER, POLICY, TOKENS);
    }
}

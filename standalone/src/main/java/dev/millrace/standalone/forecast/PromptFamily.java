package dev.millrace.standalone.forecast;

import dev.millrace.contracts.job.RequestLine;
import dev.millrace.router.classify.Profile;
import dev.millrace.router.classify.body.RequestBody;
import java.util.Objects;

/** Recognizes requests that were made from one template. */
final class PromptFamily {
    /** Characters of the instructions that are compared. */
    private static final int INSTRUCTION_CHARS = 256;

    private PromptFamily() {}

    /**
     * Returns a hash of what requests of one template have in common: the url, the kind of task,
     * and the first text if it is not the question, which is usually the system prompt.
     */
    static int of(RequestLine line, Profile profile) {
        RequestBody body = RequestBody.of(line);
        boolean hasInstructions = body.texts().count() > body.question().count();
        String instructions = hasInstructions ? body.texts().decoded(0, INSTRUCTION_CHARS) : "";
        return Objects.hash(line.endpoint().url(), profile.task().name(), instructions);
    }
}

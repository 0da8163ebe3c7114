package dev.millrace.contracts.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.contracts.job.JobId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record of the control topic: its kind, and what of that kind it is. A name with a
 * slash is written with {@code %2F}, so that the parts stay apart.
 */
public sealed interface ControlKey {
    /** No version has a higher number: one stray record must not use up all that there are. */
    int HIGHEST_VERSION = 999_999_999;

    /**
     * One version of a policy, {@code policy/default/7}.
     *
     * @param version 1 to {@link #HIGHEST_VERSION}
     */
    record PolicyVersion(String policy, int version) implements ControlKey {}

    /**
     * Where a ramp is, {@code ramp/default/5}.
     *
     * @param rule number of the rule, from 1
     */
    record Ramp(String policy, int rule) implements ControlKey {}

    /**
     * A guard that has taken an arm's share away, {@code guard/default/gpt-4.1}.
     *
     * @param arm the model by its name in the catalog; earlier versions wrote it as the policy did
     */
    record Guard(String policy, String arm) implements ControlKey {}

    /** The cancellation of a batch, {@code cancel/batch/acme/2026-11-20}. */
    record CancelBatch(String tenant, String batch) implements ControlKey {}

    /** The cancellation of a job, {@code cancel/job/<id>}. */
    record CancelJob(JobId job) implements ControlKey {}

    /** A pause of everything, {@code pause/all}. */
    record PauseAll() implements ControlKey {}

    /** A pause of one model, {@code pause/model/gpt-4.1}. */
    record PauseModel(String model) implements ControlKey {}

    /** As it is written. */
    default String text() {
        return switch (this) {
            case PolicyVersion(String policy, int version) ->
                    join("policy", policy, Integer.toString(version));
            case Ramp(String policy, int rule) -> join("ramp", policy, Integer.toString(rule));
            case Guard(String policy, String arm) -> join("guard", policy, arm);
            case CancelBatch(String tenant, String batch) -> join("cancel", "batch", tenant, batch);
            case CancelJob(JobId job) -> join("cancel", "job", job.value());
            case PauseAll() -> join("pause", "all");
            case PauseModel(String model) -> join("pause", "model", model);
        };
    }

    /** As it stands in the topic. */
    default byte[] bytes() {
        return text().getBytes(UTF_8);
    }

    /** What was written so; empty for a kind of others or of a later version. */
    static Optional<ControlKey> of(String text) {
        try {
            return Optional.ofNullable(
                    parse(Arrays.stream(text.split("/", -1)).map(ControlKey::plain).toList()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static @Nullable ControlKey parse(List<String> parts) {
        var kind = parts.getFirst() + "/" + parts.size();
        return switch (kind) {
            case "policy/3" -> version(parts);
            case "ramp/3" -> new Ramp(parts.get(1), number(parts.get(2)));
            case "guard/3" -> new Guard(parts.get(1), parts.get(2));
            case "cancel/4" ->
                    parts.get(1).equals("batch")
                            ? new CancelBatch(parts.get(2), parts.get(3))
                            : null;
            case "cancel/3" ->
                    parts.get(1).equals("job") ? new CancelJob(new JobId(parts.get(2))) : null;
            case "pause/2" -> parts.get(1).equals("all") ? new PauseAll() : null;
            case "pause/3" -> parts.get(1).equals("model") ? new PauseModel(parts.get(2)) : null;
            default -> null;
        };
    }

    private static @Nullable ControlKey version(List<String> parts) {
        var number = number(parts.get(2));
        return number > HIGHEST_VERSION ? null : new PolicyVersion(parts.get(1), number);
    }

    private static int number(String text) {
        var number = Integer.parseInt(text);
        if (number < 1 || !Integer.toString(number).equals(text)) {
            throw new IllegalArgumentException("must be a number from 1, was " + text);
        }
        return number;
    }

    private static String join(String... parts) {
        return String.join(
                "/",
                Arrays.stream(parts)
                        .map(part -> part.replace("%", "%25").replace("/", "%2F"))
                        .toList());
    }

    private static String plain(String part) {
        return part.replace("%2F", "/").replace("%25", "%");
    }
}

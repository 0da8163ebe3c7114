package dev.millrace.simulator.settings;

import static dev.millrace.simulator.settings.Bounds.requireAtMost;
import static dev.millrace.simulator.settings.Bounds.requireRange;
import static dev.millrace.yaml.problem.Violation.require;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.Durations;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A period in which the whole provider is down.
 *
 * @param after time from the start of the simulator to the outage, 0 to 24 h
 * @param lasts length of the outage, up to 24 h
 * @param form the effect that clients see
 * @param status HTTP status of {@link Form#STATUS}, 400 to 599
 */
public record Outage(Duration after, Duration lasts, Form form, int status) {
    /** Before {@link #DEFAULT}, whose constructor needs it. */
    private static final Duration MAX = Duration.ofHours(24);

    /** One minute of status 503, at once. */
    public static final Outage DEFAULT =
            new Outage(Duration.ZERO, Duration.ofMinutes(1), Form.STATUS, 503);

    /** The effect of an outage that clients see. */
    public enum Form {
        /** Every call is answered with a status. */
        STATUS,
        /**
         * Open connections are closed and new connections are refused, including connections to the
         * admin paths.
         */
        REFUSED,
        /** Calls are accepted, and answered when the outage is over. */
        STALL
    }

    public Outage {
        requireAtMost("after", after, MAX);
        requireAtMost("lasts", lasts, MAX);
        require(lasts.isPositive(), "lasts", "must be above 0ms");
        requireRange("status", status, 400, 599);
    }

    /**
     * Reads an outage.
     *
     * @throws ConfigException with every problem
     */
    public static Outage parse(String json) {
        Problems problems = new Problems("outage");
        Optional<Outage> read =
                YamlDocument.readJson(json, problems)
                        .flatMap(
                                node ->
                                        new RecordReader(new Conversions(), problems)
                                                .read(node, "", Outage.class, DEFAULT));
        return read.filter(_ -> problems.isEmpty())
                .orElseThrow(() -> new ConfigException("The outage has", problems.inOrder()));
    }

    /** Returns this outage in the form that {@link #parse} reads. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("after", Durations.format(after))
                .put("lasts", Durations.format(lasts))
                .put("form", form.name().toLowerCase(Locale.ROOT))
                .put("status", status);
    }
}

package dev.millrace.standalone.policy;

import dev.millrace.contracts.json.JsonBytes;
import dev.millrace.standalone.control.PolicyChange;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** Prints policy changes that were made or would be made. */
final class PolicyChangeReport {
    private PolicyChangeReport() {}

    /**
     * Prints the changes as text.
     *
     * @param tripped the tripped arms of these policies
     */
    static void print(List<PolicyChange> changes, List<TrippedArm> tripped, PrintStream out) {
        changes.forEach(
                change -> {
                    out.println(headline(change));
                    change.unreadable()
                            .map(it -> "  overwrites " + it + ", which this Millrace cannot read")
                            .ifPresent(out::println);
                    change.diff().forEach(line -> out.println("  " + line));
                    of(change, tripped).forEach(it -> out.println("  " + it.text()));
                });
    }

    private static List<TrippedArm> of(PolicyChange change, List<TrippedArm> tripped) {
        return tripped.stream().filter(it -> it.policy().equals(change.name())).toList();
    }

    private static String headline(PolicyChange change) {
        if (!change.isChange()) {
            return change.name() + ": unchanged, " + change.after();
        }
        return change.name()
                + ": "
                + change.before().map(it -> it + " → ").orElse("new, ")
                + change.after();
    }

    /**
     * Prints the changes as a JSON array.
     *
     * @param tripped the tripped arms of these policies
     */
    static void printJson(List<PolicyChange> changes, List<TrippedArm> tripped, PrintStream out) {
        printJson(
                out,
                json -> {
                    json.writeStartArray();
                    changes.forEach(change -> write(change, tripped, json));
                    json.writeEndArray();
                });
    }

    private static void write(PolicyChange change, List<TrippedArm> tripped, JsonGenerator json) {
        json.writeStartObject();
        writeFields(change, tripped, json);
        json.writeEndObject();
    }

    /** Writes the fields of a change and its tripped arms into the open JSON object. */
    static void writeFields(PolicyChange change, List<TrippedArm> tripped, JsonGenerator json) {
        json.writeStringProperty("policy", change.name());
        writeText("before", change.before(), json);
        json.writeStringProperty("after", change.after());
        writeText("unreadable", change.unreadable(), json);
        json.writeBooleanProperty("changed", change.isChange());
        json.writeArrayPropertyStart("diff");
        change.diff().forEach(json::writeString);
        json.writeEndArray();
        TrippedArm.write(of(change, tripped), json);
    }

    private static void writeText(String name, Optional<String> text, JsonGenerator json) {
        json.writeName(name);
        if (text.isPresent()) {
            json.writeString(text.get());
        } else {
            json.writeNull();
        }
    }

    /** Prints one JSON value on one line. */
    static void printJson(PrintStream out, Consumer<JsonGenerator> write) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonBytes.generator(bytes)) {
            write.accept(json);
        }
        out.println(bytes.toString(StandardCharsets.UTF_8));
    }
}

package dev.millrace.standalone.audit;

import dev.millrace.contracts.catalog.Catalog;
import dev.millrace.contracts.catalog.Model;
import dev.millrace.contracts.money.Price;
import dev.millrace.contracts.policy.Policy;
import dev.millrace.router.policy.ActivePolicy;
import dev.millrace.standalone.option.PolicyFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Audits of logs that a test writes. */
public final class Logs {
    /** Charges double above 1,000 input tokens. */
    static final Model LONG =
            Model.of(
                    "long",
                    "p",
                    new Price(
                            BigDecimal.ONE,
                            BigDecimal.ONE,
                            BigDecimal.ONE,
                            BigDecimal.TWO,
                            Optional.of(
                                    new Price.LongContext(
                                            1_000,
                                            BigDecimal.TWO,
                                            BigDecimal.TWO,
                                            BigDecimal.TWO,
                                            BigDecimal.TWO,
                                            new BigDecimal("3")))));

    private Logs() {}

    /** Returns an audit under a policy with the given rules in YAML. */
    static Audit audit(Catalog catalog, String rules) {
        Policy policy =
                PolicyFile.parse(
                                "policy.yaml",
                                "policies: { default: { rules: [ " + rules + " ] } }",
                                catalog)
                        .values()
                        .iterator()
                        .next();
        return new Audit(catalog, ActivePolicy.of("default", "v1", policy));
    }

    /** Returns an audit with the catalog and policy of the articles. */
    static Audit audit() {
        return new Audit(Articles.CATALOG, ActivePolicy.of("default", "v1", Articles.POLICY));
    }

    /** Reads lines as one log with the catalog and policy of the articles. */
    public static AuditFigures figures(List<String> lines) {
        return read(audit(), lines);
    }

    static AuditFigures read(Audit audit, List<String> lines) {
        try {
            audit.read(
                    "log.jsonl",
                    new ByteArrayInputStream(
                            String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return audit.figures();
    }

    /** Returns a line of the simplest format. */
    public static String line(String model, long input, long output) {
        return "{\"model\":\"%s\",\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d}}"
                .formatted(model, input, output);
    }
}

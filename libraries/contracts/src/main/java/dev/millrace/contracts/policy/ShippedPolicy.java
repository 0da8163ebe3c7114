package dev.millrace.contracts.policy;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problems;
import java.util.Map;

/** The policy that ships with Millrace. */
final class ShippedPolicy {
    /** The last rule serves users who have API keys for none of the other models. */
    private static final String TEXT =
            """
            rules:
              - when: { latency_sensitive: true }
                use: [qwen-turbo]
              - when: { language: zh, complexity: [simple, moderate] }
                use: [deepseek-flash]
              - when: { complexity: simple }
                use: [qwen-turbo]
              - when: { complexity: moderate, max_cost_usd: { at_least: 0.05 } }
                use: [gemini-2.5-flash]
              - when: { complexity: complex, max_cost_usd: { at_least: 0.10 } }
                use: [gpt-4.1]
              - use: [deepseek-flash]
              - cheapest: {}
            """;

    private ShippedPolicy() {}

    static Policy read() {
        var problems = new Problems("the shipped policy");
        var reader = new RecordReader(new Conversions(), problems);
        var policy =
                YamlDocument.read(TEXT, new Interpolation(Map.of()), problems)
                        .flatMap(root -> reader.read(root, "", Policy.class, null));
        if (policy.isEmpty() || !problems.isEmpty()) {
            throw new IllegalStateException(problems.inOrder().toString());
        }
        return policy.get();
    }
}

package dev.millrace.contracts.control;

import dev.millrace.contracts.policy.Policy;
import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.ConfigException;
import dev.millrace.yaml.problem.Problems;

/** Reads policies as stored in the control topic. */
final class PolicyReader {
    private PolicyReader() {}

    /**
     * Reads a policy: YAML with the key {@code rules}. It may name models that are not in the
     * catalog of this process.
     *
     * @throws ConfigException with all problems of the policy
     */
    static Policy read(String yaml) {
        var problems = new Problems("control");
        var policy =
                YamlDocument.read(yaml, Interpolation.rejectingReferences(), problems)
                        .flatMap(
                                root ->
                                        new RecordReader(new Conversions(), problems)
                                                .read(root, "", Policy.class, null));
        if (policy.isEmpty() || !problems.isEmpty()) {
            throw new ConfigException("The policies have", problems.inOrder());
        }
        return policy.get();
    }
}

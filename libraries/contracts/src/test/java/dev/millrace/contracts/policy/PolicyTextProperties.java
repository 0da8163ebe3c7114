package dev.millrace.contracts.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.yaml.binding.Conversions;
import dev.millrace.yaml.binding.RecordReader;
import dev.millrace.yaml.document.Interpolation;
import dev.millrace.yaml.document.YamlDocument;
import dev.millrace.yaml.problem.Problems;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PolicyTextProperties {
    @Provide
    Arbitrary<Policy> policies() {
        return Policies.any();
    }

    @Property
    void parsesToAnEqualPolicy(@ForAll("policies") Policy policy) {
        assertThat(read(policy.text())).as(policy.text()).isEqualTo(policy);
    }

    @Property
    void isEqualForEqualPolicies(@ForAll("policies") Policy policy) {
        var again = read(policy.text());

        assertThat(again.text()).isEqualTo(policy.text());
        assertThat(again.fingerprint()).isEqualTo(policy.fingerprint()).matches("[0-9a-f]{8}");
    }

    private static Policy read(String text) {
        // Text that looks like a reference is allowed here; the reader's tests cover its rejection.
        var escaped = text.replace("${", "$${");
        var problems = new Problems("text");
        var policy =
                YamlDocument.read(escaped, new Interpolation(Map.of()), problems)
                        .flatMap(
                                root ->
                                        new RecordReader(new Conversions(), problems)
                                                .read(root, "", Policy.class, null));
        assertThat(problems.inOrder().stream().map(Object::toString).collect(Collectors.joining()))
                .as(text)
                .isEmpty();
        return policy.orElseThrow();
    }
}

package dev.millrace.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;

class RightsTextTest {
    private static final Right TOPICS =
            new Right(
                    ResourceType.TOPIC,
                    "p.jobs.",
                    true,
                    Set.of(AclOperation.WRITE, AclOperation.READ),
                    true,
                    "takes jobs");
    private static final Right CLUSTER =
            new Right(
                    ResourceType.CLUSTER,
                    "kafka-cluster",
                    false,
                    Set.of(AclOperation.DESCRIBE_CONFIGS),
                    false,
                    "reads limits");

    @Test
    void commandsAreThoseOfKafkasTool() {
        assertThat(RightsText.commands(List.of(TOPICS, CLUSTER), "h:1", "User:w"))
                .containsExactly(
                        "kafka-acls.sh --bootstrap-server h:1 --command-config admin.properties --add"
                                + " --allow-principal 'User:w' --topic p.jobs."
                                + " --resource-pattern-type prefixed --operation Read --operation"
                                + " Write",
                        "kafka-acls.sh --bootstrap-server h:1 --command-config admin.properties --add"
                                + " --allow-principal 'User:w' --cluster --operation"
                                + " DescribeConfigs");
    }

    @Test
    void tableMarksPrefixesAndOptionalRights() {
        assertThat(RightsText.table(Map.of(Role.WORKER, List.of(TOPICS, CLUSTER))))
                .hasSize(3)
                .anyMatch(it -> it.contains("p.jobs.* ") && it.endsWith("takes jobs"))
                .anyMatch(it -> it.endsWith("reads limits (optional)"));
    }
}

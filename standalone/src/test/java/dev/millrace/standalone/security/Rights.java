package dev.millrace.standalone.security;

import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.Resource;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Access control lists of the tests' users. */
final class Rights {
    private Rights() {}

    /** Allows a user everything. */
    static List<AclBinding> everything(String user) {
        return List.of(
                binding(user, ResourceType.TOPIC, "*"),
                binding(user, ResourceType.GROUP, "*"),
                binding(user, ResourceType.TRANSACTIONAL_ID, "*"),
                binding(user, ResourceType.CLUSTER, Resource.CLUSTER_NAME));
    }

    private static AclBinding binding(String user, ResourceType kind, String name) {
        return new AclBinding(
                new ResourcePattern(kind, name, PatternType.LITERAL),
                new AccessControlEntry(
                        "User:" + user, "*", AclOperation.ALL, AclPermissionType.ALLOW));
    }
}

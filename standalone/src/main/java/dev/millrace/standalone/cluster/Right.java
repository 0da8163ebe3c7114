package dev.millrace.standalone.cluster;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Operations on one resource of a Kafka cluster, or on all resources whose names have a prefix.
 *
 * @param kind topic, group, transactional id or cluster
 * @param name name of the resource, or prefix of the names
 * @param isPrefix true if the name is a prefix
 * @param operations without {@code DESCRIBE} if another operation implies it
 * @param isRequired false if the role works without the operations, but shows less
 * @param purpose human-readable use of the resource by the role
 */
public record Right(
        ResourceType kind,
        String name,
        boolean isPrefix,
        Set<AclOperation> operations,
        boolean isRequired,
        String purpose) {
    public Right {
        operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    }

    /** Returns the right with only the given operations. */
    public Right only(Set<AclOperation> some) {
        return new Right(kind, name, isPrefix, some, isRequired, purpose);
    }

    /** Returns Kafka's word for the kind of the resource, as {@code kafka-acls} knows it. */
    public String kindWord() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the operations in Kafka's spelling, such as {@code DescribeConfigs}, in order. */
    public List<String> operationWords() {
        return operations.stream().map(Right::word).toList();
    }

    private static String word(AclOperation operation) {
        var word = new StringBuilder();
        for (String part : operation.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    /**
     * Returns the access control lists that give this right.
     *
     * @param principal such as {@code User:worker}
     */
    public List<AclBinding> bindings(String principal) {
        var pattern =
                new ResourcePattern(
                        kind, name, isPrefix ? PatternType.PREFIXED : PatternType.LITERAL);
        return operations.stream()
                .map(
                        it ->
                                new AclBinding(
                                        pattern,
                                        new AccessControlEntry(
                                                principal, "*", it, AclPermissionType.ALLOW)))
                .toList();
    }
}

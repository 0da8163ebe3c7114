package dev.millrace.standalone.security;

import dev.millrace.standalone.cluster.Right;
import dev.millrace.standalone.cluster.Role;
import dev.millrace.testclusters.secured.RecordingAuthorizer.Access;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;

/** Compares rights with the accesses that a cluster has seen. */
final class UnusedRights {
    private UnusedRights() {}

    /**
     * Returns the rights of a role that its user has not used: one line for each operation, such as
     * {@code router Delete on topic millrace.requests}.
     *
     * @param accesses the answers of the authorizer to all users
     */
    static Set<String> of(Role role, List<Right> rights, Collection<Access> accesses) {
        String user = "User:" + role.word();
        List<Access> used =
                accesses.stream()
                        .filter(it -> it.isAllowed() && it.isReported())
                        .filter(it -> it.principal().equals(user))
                        .toList();
        var unused = new TreeSet<String>();
        for (Right right : rights) {
            for (AclOperation operation : right.operations()) {
                if (used.stream().noneMatch(it -> isUse(it, right, operation))) {
                    Right one = right.only(Set.of(operation));
                    unused.add(
                            "%s %s on %s %s%s"
                                    .formatted(
                                            role.word(),
                                            one.operationWords().getFirst(),
                                            right.kindWord(),
                                            right.name(),
                                            right.isPrefix() ? "*" : ""));
                }
            }
        }
        return unused;
    }

    private static boolean isUse(Access access, Right right, AclOperation operation) {
        return access.kind() == right.kind()
                && access.operation() == operation
                && (right.isPrefix()
                        ? access.resource().startsWith(right.name())
                        : access.resource().equals(right.name()));
    }
}

package dev.millrace.standalone.cluster;

import java.util.List;

/** What a check of a cluster has found, if the cluster does not refuse the user. */
public sealed interface ClusterAccess {
    /**
     * The service can start.
     *
     * @param missing the rights that are missing, but not required, as text for people
     */
    record Usable(List<String> missing) implements ClusterAccess {
        public Usable {
            missing = List.copyOf(missing);
        }
    }

    /**
     * The cluster, or the server that gives tokens for its login, cannot be reached now, but
     * perhaps later.
     *
     * @param reason one line for people
     */
    record Unreachable(String reason) implements ClusterAccess {}
}

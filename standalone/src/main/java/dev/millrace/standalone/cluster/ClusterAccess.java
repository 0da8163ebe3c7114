package dev.millrace.standalone.cluster;

import java.util.List;

/** The findings of a check of what a service needs, which does not refuse the user. */
public sealed interface ClusterAccess {
    /**
     * The service can start.
     *
     * @param missing the optional rights that are missing, as human-readable text
     */
    record Usable(List<String> missing) implements ClusterAccess {
        public Usable {
            missing = List.copyOf(missing);
        }
    }

    /**
     * What the service needs is not there yet: the cluster, the server that issues tokens for its
     * login, or the database of the sink.
     *
     * @param needed what the service waits for, such as {@code the cluster}
     * @param reason one human-readable line
     */
    record Unreachable(String needed, String reason) implements ClusterAccess {}
}

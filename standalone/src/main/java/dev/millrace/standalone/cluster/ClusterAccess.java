package dev.millrace.standalone.cluster;

import java.util.List;

/** The findings of a check of a cluster that does not refuse the user. */
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
     * The cluster, or the server that issues tokens for its login, is temporarily unreachable.
     *
     * @param reason one human-readable line
     */
    record Unreachable(String reason) implements ClusterAccess {}
}

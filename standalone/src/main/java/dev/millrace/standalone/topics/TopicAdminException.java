package dev.millrace.standalone.topics;

/** The cluster did not do what was asked. The message is written for whoever typed the command. */
public final class TopicAdminException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicAdminException(String what, Throwable cause) {
        super(what + ": " + cause.getMessage(), cause);
    }
}

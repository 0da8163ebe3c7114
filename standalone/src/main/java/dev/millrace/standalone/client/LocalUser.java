package dev.millrace.standalone.client;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The user who runs this process. */
public final class LocalUser {
    private LocalUser() {}

    /** Returns user and host, such as {@code ada@build-7}. */
    public static String name() {
        return withoutHost() + "@" + host();
    }

    /** Returns the user alone, such as {@code ada}; {@code unknown} if the system names none. */
    public static String withoutHost() {
        String user = System.getProperty("user.name", "");
        return user.isBlank() ? "unknown" : user;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}

package dev.millrace.bench.http;

/** A client that is compared. */
enum HttpContender {
    /** The transport of Millrace's worker: Apache HttpClient, classic, HTTP/1.1. */
    MILLRACE("millrace", "Millrace, HTTP/1.1"),
    /** The JDK's client. */
    JDK_HTTP_1("jdk-1.1", "JDK, HTTP/1.1"),
    /** The JDK's client. Its server offers HTTP/2 over TLS only, as providers do. */
    JDK_HTTP_2("jdk-2", "JDK, HTTP/2");

    private final String key;
    private final String title;

    HttpContender(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** Returns the name on the command line and in JSON. */
    String key() {
        return key;
    }

    /** Returns the name for people. */
    String title() {
        return title;
    }

    boolean needsTls() {
        return this == JDK_HTTP_2;
    }
}

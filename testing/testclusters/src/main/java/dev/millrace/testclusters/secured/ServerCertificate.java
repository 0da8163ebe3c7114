package dev.millrace.testclusters.secured;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A key and its self-signed certificate, which is also the authority that clients trust.
 *
 * @param keyStore PKCS12 file with the key, for a server
 * @param authority PEM file with the certificate, for clients
 */
public record ServerCertificate(Path keyStore, Path authority) {
    public static final String PASSWORD = "keystore-secret-7001";

    private static final String KEY = "-genkeypair -keyalg EC -groupname secp256r1";

    /** A defect of a certificate. */
    public enum Flaw {
        NONE("-ext san=ip:127.0.0.1 -validity 2"),
        EXPIRED("-ext san=ip:127.0.0.1 -startdate -5d -validity 2"),
        OTHER_HOST("-ext san=dns:broker.example -validity 2");

        private final String options;

        Flaw(String options) {
            this.options = options;
        }
    }

    /** Creates the files in a folder with the JDK's {@code keytool}. */
    public static ServerCertificate create(Path folder, Flaw flaw) {
        var created =
                new ServerCertificate(folder.resolve(flaw + ".p12"), folder.resolve(flaw + ".pem"));
        if (flaw == Flaw.EXPIRED) {
            // A client that trusts a certificate itself does not look at its dates.
            created.keytool("authority", KEY + " -dname CN=authority -ext bc:c -validity 2");
            created.keytool("broker", KEY + " -dname CN=broker -signer authority " + flaw.options);
            created.keytool("authority", "-exportcert -rfc -file " + created.authority);
            created.keytool("authority", "-delete");
        } else {
            created.keytool("broker", KEY + " -dname CN=" + flaw + " " + flaw.options);
            created.keytool("broker", "-exportcert -rfc -file " + created.authority);
        }
        return created;
    }

    private void keytool(String alias, String arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.add("-J-XX:TieredStopAtLevel=1");
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(
                List.of(
                        "-alias",
                        alias,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keyStore.toString()));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

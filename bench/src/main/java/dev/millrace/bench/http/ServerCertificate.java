package dev.millrace.bench.http;

import dev.millrace.bench.process.ChildJvm;
import dev.millrace.bench.process.WorkFolder;
import dev.millrace.contracts.config.provider.CertificateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A certificate of 127.0.0.1 that signs itself.
 *
 * @param keyStore the server's key and certificate
 * @param authority the certificate alone, for clients
 */
record ServerCertificate(Path keyStore, CertificateFile authority) {
    /** Protects nothing: the key is made for one measurement. */
    static final String PASSWORD = "measuring";

    /** Creates the files with the JDK's {@code keytool}. */
    static ServerCertificate create(WorkFolder folder) throws IOException, InterruptedException {
        var created =
                new ServerCertificate(
                        folder.file("server.p12"), new CertificateFile(folder.file("server.pem")));
        Files.deleteIfExists(created.keyStore);
        created.keytool(
                "-genkeypair -keyalg EC -groupname secp256r1 -validity 2 -dname CN=localhost"
                        + " -ext san=ip:127.0.0.1");
        created.keytool("-exportcert -rfc -file", created.authority.path().toString());
        return created;
    }

    private void keytool(String arguments, String... more)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of(more));
        command.addAll(
                List.of(
                        "-alias",
                        "server",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keyStore.toString()));
        ChildJvm.outputOf(new ProcessBuilder(command).redirectErrorStream(true));
    }
}

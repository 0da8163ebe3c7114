package dev.millrace.configuration.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFileTest {
    static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBbDCCARKgAwIBAgIIIhkKcXQXsQowCgYIKoZIzj0EAwMwGTEXMBUGA1UEAxMO
            VGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMjExODA4WhgPMjExOTEyMDgyMTE4MDha
            MBkxFzAVBgNVBAMTDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0D
            AQcDQgAEgz5dwVdYrGg8u+S2RuzsNzxw1zGvJgyyMwNXlLM5Wf/bdea9oN7tV/lV
            WA7c3Q+Su9l7xY6mmHLOh5ELbbDuqqNCMEAwHQYDVR0OBBYEFPCNtgl7+C2XttgY
            lOZvykMgyXtGMA4GA1UdDwEB/wQEAwICBDAPBgNVHRMBAf8EBTADAQH/MAoGCCqG
            SM49BAMDA0gAMEUCIBdx9EC/irLqXBwOr/wsPqtAMYgYPqJl5lxSr140ZjczAiEA
            4R8kBGJEnDbVUJE3VEsxrMWKUVW4s9YFcGwaZfcu3eE=
            -----END CERTIFICATE-----
            """;

    @TempDir private Path folder = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("ca.pem");
    }

    private CertificateFile containing(String text) throws IOException {
        Files.writeString(file, text);
        return CertificateFile.of(file.toString());
    }

    @Test
    void allCertificatesAreRead() throws IOException {
        var two = containing("# comment\n" + CERTIFICATE + "\n" + CERTIFICATE);

        assertThat(two.read()).hasSize(2);
    }

    @Test
    void missingFileIsNamed() {
        assertThatThrownBy(CertificateFile.of(file.toString())::read)
                .hasMessage("the file " + file + " does not exist");
    }

    @Test
    void folderIsNamed() {
        assertThatThrownBy(CertificateFile.of(folder.toString())::read)
                .hasMessage("the file " + folder + " cannot be read");
    }

    @Test
    void fileWithoutCertificatesIsNamed() throws IOException {
        assertThatThrownBy(containing("")::read)
                .hasMessage("the file " + file + " contains no certificate");
    }

    @Test
    void malformedFileIsNamed() throws IOException {
        for (String text :
                new String[] {
                    "no certificate",
                    CERTIFICATE.replace("MII", "M!!"),
                    CERTIFICATE.substring(9, 90)
                }) {
            assertThatThrownBy(containing(text)::read)
                    .hasMessage(
                            "the file "
                                    + file
                                    + " is no PEM file of certificates (-----BEGIN CERTIFICATE-----)");
        }
    }
}

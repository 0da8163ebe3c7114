package dev.millrace.standalone.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out which protocol a server speaks. Sends Kafka's first request, {@code ApiVersions}, which
 * every broker answers before any login. Sends no secret, and decides nothing else.
 *
 * @param isTls true to send the request over TLS
 */
record ServerProbe(String host, int port, boolean isTls) {
    static final String TLS = "TLS";

    private static final int WAIT_MILLIS = 2_000;
    private static final int CORRELATION = 0x6d696c6c;

    /** API key 18 in version 0, without a client id, after the length of the request. */
    private static final byte[] API_VERSIONS =
            ByteBuffer.allocate(14)
                    .putInt(10)
                    .putShort((short) 18)
                    .putShort((short) 0)
                    .putInt(CORRELATION)
                    .putShort((short) -1)
                    .array();

    private static final byte[] HTTP_REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(ISO_8859_1);

    /** Far above an answer to {@code ApiVersions}, which has less than 1 KiB. */
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    private static final int MIN_ANSWER_BYTES = 8;

    /**
     * @param start the first bytes of an answer, one character each
     * @param protocol for the message
     */
    private record Signature(String start, String protocol) {}

    /** From the specifications of the protocols, 2026-11-28: errors and greetings of servers. */
    private static final List<Signature> SIGNATURES =
            List.of(
                    new Signature("HTTP/", "HTTP"),
                    new Signature("<", "HTML or XML"),
                    new Signature("\u0015\3", TLS),
                    new Signature("\u0016\3", TLS),
                    new Signature("E\0\0", "in the protocol of PostgreSQL"),
                    new Signature("-ERR", "in the protocol of Redis"),
                    new Signature("AMQP", "AMQP"),
                    new Signature("SSH-", "SSH"),
                    new Signature("220", "in the protocol of a mail or FTP server"));

    /** Returns the protocol; empty for Kafka, and for a server that does not answer. */
    Optional<String> otherProtocol() {
        try {
            byte[] answer = answer(API_VERSIONS);
            if (answer.length > 0) {
                return isKafka(answer) ? Optional.empty() : Optional.of(name(answer));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return speaksTls() ? Optional.of(TLS) : speaksHttp();
    }

    /** Asks again in HTTP: many web servers wait for the end of the first line. */
    private Optional<String> speaksHttp() {
        try {
            byte[] answer = answer(HTTP_REQUEST);
            return answer.length > 0 && !isKafka(answer)
                    ? Optional.of(name(answer))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private boolean speaksTls() {
        if (isTls) {
            return false;
        }
        try (Socket socket = connect();
                Socket secure = secured(socket)) {
            return secure.isConnected();
        } catch (SSLHandshakeException e) {
            return !(e.getCause() instanceof EOFException);
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the first bytes of an answer; none if the server closes or is silent. */
    private byte[] answer(byte[] request) throws IOException {
        try (Socket socket = connect();
                Socket used = isTls ? secured(socket) : socket) {
            return firstBytes(used, request);
        }
    }

    private static byte[] firstBytes(Socket socket, byte[] request) {
        var answer = new byte[MIN_ANSWER_BYTES];
        int length = 0;
        try {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            int read = 0;
            while (read >= 0 && length < answer.length) {
                length += read;
                read = in.read(answer, length, answer.length - length);
            }
        } catch (IOException e) {
            // The server closes the connection or stays silent: what came before is its answer.
        }
        return Arrays.copyOf(answer, length);
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout(WAIT_MILLIS);
            socket.connect(new InetSocketAddress(host, port), WAIT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket secured(Socket socket) throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            var secure =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
            secure.startHandshake();
            return secure;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Returns true if the answer belongs to the request. */
    private static boolean isKafka(byte[] answer) {
        if (answer.length < MIN_ANSWER_BYTES) {
            return false;
        }
        var start = ByteBuffer.wrap(answer);
        int length = start.getInt();
        return length > 0 && length <= MAX_ANSWER_BYTES && start.getInt() == CORRELATION;
    }

    private static String name(byte[] answer) {
        String text = new String(answer, ISO_8859_1);
        return SIGNATURES.stream()
                .filter(it -> text.startsWith(it.start()))
                .map(Signature::protocol)
                .findFirst()
                .orElseGet(
                        () ->
                                "in another protocol (its first bytes are "
                                        + HexFormat.ofDelimiter(" ").formatHex(answer)
                                        + ")");
    }

    /** Trusts every certificate: only the protocol is of interest, and Kafka's client checks it. */
    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

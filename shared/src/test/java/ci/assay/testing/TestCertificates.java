package ci.assay.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate authority of the test's own, and a server certificate for {@code localhost} that it
 * signed, as PEM files; made with the JDK's keytool.
 *
 * @param ca the authority's certificate, for clients to trust
 * @param certificate the server's certificate
 * @param key the server's key, not encrypted
 */
public record TestCertificates(Path ca, Path certificate, Path key) {

  private static final String PASSWORD = "changeit";
  private static final String STORE = "keys.p12";
  private static final String TYPE = "PKCS12";

  /** Creates the files in {@code folder}. */
  public static TestCertificates in(Path folder) {
    try {
      Path store = folder.resolve(STORE);
      keytool(store, "-alias", "ca", "-dname", "CN=Test CA", "-ext", "bc:c");
      keytool(
          store,
          "-alias",
          "server",
          "-dname",
          "CN=localhost",
          "-signer",
          "ca",
          "-ext",
          "san=dns:localhost");
      return export(store, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The SSL context for a server in this JVM with the certificate. */
  public SSLContext forServer() {
    try {
      KeyStore all = load(ca.resolveSibling(STORE));
      char[] password = PASSWORD.toCharArray();
      KeyStore own = KeyStore.getInstance(TYPE);
      own.load(null, null);
      own.setKeyEntry(
          "server", all.getKey("server", password), password, all.getCertificateChain("server"));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance(TYPE);
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private static void keytool(Path store, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC"));
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-validity", "2"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }

  private static TestCertificates export(Path store, Path folder)
      throws IOException, GeneralSecurityException {
    KeyStore keys = load(store);
    return new TestCertificates(
        pem(folder, "ca", "CERTIFICATE", keys.getCertificate("ca").getEncoded()),
        pem(folder, "server", "CERTIFICATE", keys.getCertificate("server").getEncoded()),
        pem(
            folder,
            "server-key",
            "PRIVATE KEY",
            keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
  }

  private static Path pem(Path folder, String name, String type, byte[] content)
      throws IOException {
    String text =
        "-----BEGIN %s-----%n%s%n-----END %s-----%n"
            .formatted(type, Base64.getMimeEncoder().encodeToString(content), type);
    Path file = Files.writeString(folder.resolve(name + ".pem"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }
}

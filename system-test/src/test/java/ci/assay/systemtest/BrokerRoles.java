package ci.assay.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerLogin;
import ci.assay.testing.TestBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The users of docker/rabbitmq/definitions.json on a broker, with the passwords that
 * docker/make-secrets makes.
 *
 * @param broker the broker with the users
 * @param secrets the folder with their passwords
 */
public record BrokerRoles(TestBroker broker, Path secrets) {

  /** Creates missing passwords, and adds the users to the broker. */
  public static BrokerRoles install(TestBroker broker, Path secrets) throws Exception {
    Path docker = AssayProcess.checkout().resolve("docker");
    Path template = docker.resolve("rabbitmq/definitions.json");
    makeSecrets(secrets);
    Path rendered = secrets.resolve("definitions.json");
    Files.writeString(
        rendered,
        run(docker.resolve("rabbitmq/render-definitions"), template + "", secrets.toString()));
    broker.importDefinitions(rendered);
    return new BrokerRoles(broker, secrets);
  }

  /** Creates the passwords that are missing. */
  public static void makeSecrets(Path secrets) throws Exception {
    String unused = run(AssayProcess.checkout().resolve("docker/make-secrets"), secrets.toString());
  }

  /** The address of the broker for one of its users: {@code observer}, {@code worker}, … */
  public BrokerAddress as(String user) throws IOException {
    BrokerAddress at = broker.address();
    return new BrokerAddress(
        false, at.host(), at.port(), new BrokerLogin(user, password(user)), "/", null);
  }

  /** A user's password. */
  public String password(String user) throws IOException {
    return Files.readString(secrets.resolve("rabbitmq_" + user)).strip();
  }

  private static String run(Path program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}

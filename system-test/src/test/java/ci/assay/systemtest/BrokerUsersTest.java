package ci.assay.systemtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.broker.BrokerConnection;
import ci.assay.broker.BrokerLogin;
import ci.assay.broker.Topology;
import ci.assay.broker.consume.Disposition;
import ci.assay.broker.consume.QueueConsumer;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.LiveLogPiece;
import ci.assay.broker.control.LiveLogPublisher;
import ci.assay.broker.control.LiveLogSubscriber;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.broker.publish.ConfirmedPublisher;
import ci.assay.broker.publish.OutgoingMessage;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The users, permissions and queues of docker/rabbitmq/definitions.json, with the passwords that
 * docker/make-secrets makes, are enough, and no more.
 */
@Timeout(120)
class BrokerUsersTest {

  private static final JobId ID = JobId.of("bottle", new CommitId("0".repeat(40)), "default");

  private static final TestBroker broker = TestBroker.owned();

  @TempDir static Path secrets;

  @BeforeAll
  static void install() throws Exception {
    Path docker = AssayProcess.checkout().resolve("docker");
    Path template = docker.resolve("rabbitmq/definitions.json");
    run(docker.resolve("make-secrets"), secrets.toString());
    Path rendered = secrets.resolve("definitions.json");
    Files.writeString(
        rendered,
        run(docker.resolve("rabbitmq/render-definitions"), template + "", secrets.toString()));
    broker.importDefinitions(rendered);
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

  @AfterAll
  static void end() {
    broker.close();
  }

  @Test
  void nobodyCanGuessAPasswordAndNoneIsInTheFilesOfTheProject() throws Exception {
    for (String user : List.of("admin", "observer", "worker", "coordinator")) {
      for (String guess : List.of(user, "", "guest", "admin", "@" + user + "@")) {
        assertThatThrownBy(() -> connect(as(user, guess)).close())
            .as("%s with '%s'", user, guess)
            .isInstanceOf(AuthenticationFailureException.class);
      }
    }
    assertThat(List.of(password("admin"), password("observer"), password("worker")))
        .doesNotHaveDuplicates()
        .allMatch(password -> password.matches("[0-9a-f]{64}"));
    assertThat(Files.getPosixFilePermissions(secrets.resolve("rabbitmq_worker")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(secrets))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void passwordsThatAreThereStay() throws Exception {
    String before = password("worker");

    run(AssayProcess.checkout().resolve("docker/make-secrets"), secrets.toString());

    assertThat(password("worker")).isEqualTo(before);
  }

  /** Another argument would be refused. */
  @Test
  void fileDeclaresWhatTheCodeDeclares() throws Exception {
    try (Role admin = new Role("admin")) {
      Topology.declareAtStart(admin.link, List.of("default"));
    }
  }

  @Test
  void eachRoleMayDoItsPart() throws Exception {
    try (Role observer = new Role("observer");
        Role worker = new Role("worker");
        Role coordinator = new Role("coordinator")) {
      List<String> atWorker =
          worker.consume(
              "assay.jobs.default",
              message ->
                  new Disposition.Ack(
                      List.of(message("assay.results", "result", "result of " + message.id()))));
      List<String> atCoordinator =
          coordinator.consume("assay.results", message -> Disposition.ack());
      List<String> dead = coordinator.consume("assay.dead", message -> Disposition.ack());

      observer.publisher.publishAll(List.of(message("assay.jobs", "default", "job")));
      worker.publisher.publishAll(List.of(message("assay.dead", "", "parked by worker")));
      coordinator.publisher.publishAll(List.of(message("assay.dead", "", "parked")));

      await().untilAsserted(() -> assertThat(atWorker).containsExactly("job"));
      await()
          .untilAsserted(
              () -> assertThat(atCoordinator).containsExactlyInAnyOrder("job", "result of job"));
      await()
          .untilAsserted(
              () -> assertThat(dead).containsExactlyInAnyOrder("parked by worker", "parked"));
    }
  }

  @Test
  void noRoleMayDoThePartOfAnother() {
    assertRefused("observer", channel -> channel.basicGet("assay.jobs.default", true));
    assertRefused(
        "observer", channel -> channel.basicConsume("assay.results", (a, b) -> {}, a -> {}));
    assertRefused(
        "worker", channel -> channel.basicConsume("assay.results", (a, b) -> {}, a -> {}));
    assertRefused("worker", channel -> channel.queueDelete("assay.jobs.default"));
    assertRefused(
        "worker",
        channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.presence", "#"));
    assertRefused(
        "worker",
        channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.results", "#"));
    assertRefused(
        "observer",
        channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.jobs", "#"));
    assertRefused("coordinator", channel -> channel.basicGet("assay.jobs.default", true));
    assertRefused(
        "coordinator", channel -> channel.queueDeclare("other", true, false, false, Map.of()));
  }

  @Test
  void eachRoleMayTalk() throws Exception {
    try (Role observer = new Role("observer");
        Role worker = new Role("worker");
        Role coordinator = new Role("coordinator")) {
      List<Message> atWorker = new CopyOnWriteArrayList<>();
      List<Message> atCoordinator = new CopyOnWriteArrayList<>();
      ControlChannel asked =
          coordinator.talk(
              List.of(
                  Binding.control(), Binding.presence(), Binding.questions(Topology.KEY_RECONCILE)),
              atCoordinator);
      ControlChannel working = worker.talk(List.of(Binding.control()), atWorker);
      ControlChannel observing = observer.talk(List.of(), List.of());

      working.send(Topology.PRESENCE, "worker.w", new StopRequest(ID, "here I am"));
      asked.broadcast(new StopRequest(ID, "stop"));
      await().untilAsserted(() -> assertThat(atWorker).contains(new StopRequest(ID, "stop")));
      await()
          .untilAsserted(
              () -> assertThat(atCoordinator).contains(new StopRequest(ID, "here I am")));
      for (ControlChannel asking : List.of(working, observing)) {
        assertThat(
                asking
                    .ask(
                        Topology.KEY_RECONCILE,
                        new ReconcileRequest(List.of()),
                        Duration.ofSeconds(30))
                    .get())
            .contains(new ReconcileReply(List.of(), List.of(), List.of()));
      }
    }
  }

  @Test
  void coordinatorHearsTheLiveLogsThatWorkersSend() throws Exception {
    try (Role worker = new Role("worker");
        Role coordinator = new Role("coordinator")) {
      List<LiveLogPiece> heard = new CopyOnWriteArrayList<>();
      List<String> bound = new CopyOnWriteArrayList<>();
      LiveLogSubscriber ear =
          new LiveLogSubscriber(coordinator.link, "coordinator", heard::add, bound::addAll);
      LiveLogPublisher mouth = new LiveLogPublisher(worker.link, "worker");
      ear.start();
      ear.listenTo(Set.of(LiveLogPiece.key(ID)));
      await().until(() -> !bound.isEmpty());
      mouth.send(new LiveLogPiece(ID, "run", 7, "text".getBytes(UTF_8), false));
      await().until(() -> heard.size() == 1);
      assertThat(heard.get(0).text()).asString(UTF_8).isEqualTo("text");
      mouth.close();
      ear.close();
    }
    assertRefused(
        "worker",
        channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.live", "#"));
  }

  private static void assertRefused(String user, Attempt attempt) {
    assertThatThrownBy(
            () -> {
              try (Connection connection = connect(as(user));
                  Channel channel = connection.createChannel()) {
                attempt.on(channel);
              }
            })
        .hasStackTraceContaining("ACCESS_REFUSED");
  }

  @FunctionalInterface
  private interface Attempt {
    Object on(Channel channel) throws IOException;
  }

  private static Connection connect(BrokerAddress address) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(address.host());
    factory.setPort(address.port());
    factory.setUsername(address.user());
    factory.setPassword(address.password());
    return factory.newConnection("test");
  }

  private static String password(String user) {
    try {
      return Files.readString(secrets.resolve("rabbitmq_" + user)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static BrokerAddress as(String user) {
    return as(user, password(user));
  }

  private static BrokerAddress as(String user, String password) {
    BrokerAddress at = broker.address();
    BrokerLogin login = new BrokerLogin(user, password);
    return new BrokerAddress(false, at.host(), at.port(), login, "/", null);
  }

  private static OutgoingMessage message(String exchange, String key, String id) {
    return new OutgoingMessage(exchange, key, id, OutgoingMessage.JSON, Map.of(), new byte[0]);
  }

  /** What each of our programs has. */
  private static final class Role implements AutoCloseable {
    final BrokerConnection link;
    final ConfirmedPublisher publisher;
    private final BrokerAddress address;
    private final List<QueueConsumer> consumers = new CopyOnWriteArrayList<>();
    private final List<ControlChannel> talks = new CopyOnWriteArrayList<>();
    private final List<BrokerConnection> listenings = new CopyOnWriteArrayList<>();

    Role(String user) throws InterruptedException {
      address = as(user);
      link = BrokerConnection.forPublishingOnly(address, "assay " + user);
      publisher = new ConfirmedPublisher(link, () -> List.of("default"));
      link.start();
      publisher.start();
      Topology.declareAtStart(link, List.of("default"));
    }

    /** Hears into a list and answers each question with nothing. */
    ControlChannel talk(List<Binding> bindings, List<Message> heard) {
      AtomicReference<Consumer<ReceivedMessage>> listener = new AtomicReference<>(each -> {});
      BrokerConnection listening =
          BrokerConnection.forListening(address, "assay " + address.user());
      ControlChannel talk =
          new ControlChannel(
              listening,
              link,
              address.user(),
              bindings,
              each -> Objects.requireNonNull(listener.get()).accept(each),
              () -> {});
      listener.set(
          each -> {
            heard.add(each.message());
            if (each.message() instanceof ReconcileRequest) {
              talk.answer(each, new ReconcileReply(List.of(), List.of(), List.of()));
            }
          });
      listening.start();
      talk.start();
      talks.add(talk);
      listenings.add(listening);
      await().until(() -> !talk.listeningFor().isZero());
      return talk;
    }

    List<String> consume(String queue, Disposition.Handler handler) {
      List<String> ids = new CopyOnWriteArrayList<>();
      QueueConsumer consumer =
          new QueueConsumer(
              link,
              publisher,
              new QueueConsumer.Settings(List.of(queue), List.of("default"), queue, 1, 1),
              message -> {
                ids.add(message.id());
                return handler.handle(message);
              });
      consumers.add(consumer);
      consumer.start();
      return ids;
    }

    @Override
    public void close() {
      consumers.forEach(QueueConsumer::close);
      talks.forEach(ControlChannel::close);
      listenings.forEach(BrokerConnection::close);
      publisher.close();
      link.close();
    }
  }
}

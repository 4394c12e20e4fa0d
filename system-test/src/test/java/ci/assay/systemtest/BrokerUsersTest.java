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
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.StopRequest;
import ci.assay.model.CommitId;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.testing.TestBroker;
import com.rabbitmq.client.AMQP.BasicProperties;
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
import java.time.Instant;
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
 * The users, permissions and queues of docker/rabbitmq/definitions.json, with the passwords from
 * docker/make-secrets, are sufficient and no more than that.
 */
@Timeout(120)
class BrokerUsersTest {

  private static final JobId ID = JobId.of("bottle", new CommitId("0".repeat(40)), "default");

  private static final TestBroker broker = TestBroker.owned();

  @TempDir static Path secrets;
  private static BrokerRoles roles;

  @BeforeAll
  static void install() throws Exception {
    roles = BrokerRoles.install(broker, secrets);
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

    BrokerRoles.makeSecrets(secrets);

    assertThat(password("worker")).isEqualTo(before);
  }

  /** The broker would refuse a declaration with other arguments. */
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

      observer.publisher.publishAll(
          List.of(message("assay.jobs", "default", "job"), message("assay.jobs", ":refs", "refs")));
      worker.publisher.publishAll(List.of(message("assay.dead", "", "parked by worker")));
      coordinator.publisher.publishAll(List.of(message("assay.dead", "", "parked")));

      await().untilAsserted(() -> assertThat(atWorker).containsExactly("job"));
      await()
          .untilAsserted(
              () ->
                  assertThat(atCoordinator)
                      .containsExactlyInAnyOrder("job", "refs", "result of job"));
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
    for (String exchange : List.of("assay.jobs", "assay.orders", "assay.coordinator", "")) {
      assertRefused("worker", channel -> publish(channel, exchange));
    }
    assertRefused("observer", channel -> publish(channel, "assay.coordinator"));
    for (String key : List.of("ask", "reconcile")) {
      assertRefused(
          "worker",
          channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.inquiry", key));
    }
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
                  Binding.coordinator(),
                  Binding.presence(),
                  Binding.questions(Topology.KEY_RECONCILE),
                  Binding.orders()),
              atCoordinator);
      ControlChannel working =
          worker.talk(List.of(Binding.control(), Binding.coordinator()), atWorker);
      ControlChannel observing = observer.talk(List.of(), List.of());

      Presence here =
          new Presence(
              new Presence.Sender("w", "w-1"),
              new Presence.Capacity(List.of("default"), 1),
              new Presence.Load(List.of(), List.of()),
              new Presence.Condition(1, null),
              Instant.EPOCH);
      working.send(Topology.PRESENCE, "worker.w", here);
      asked.announce(new StopRequest(ID, "stop"));
      await().untilAsserted(() -> assertThat(atWorker).contains(new StopRequest(ID, "stop")));
      await().untilAsserted(() -> assertThat(atCoordinator).contains(here));
      ReconcileRequest question = new ReconcileRequest(List.of());
      assertThat(observing.ask(Topology.KEY_RECONCILE, question, Duration.ofSeconds(30)).get())
          .contains(new ReconcileReply(List.of(), List.of(), List.of()));
      assertThat(working.ask(Topology.KEY_RECONCILE, question, Duration.ofSeconds(2)).get())
          .as("what observers ask is not answered to workers")
          .isEmpty();
    }
  }

  @Test
  void coordinatorHearsTheLiveLogsThatWorkersSend() throws Exception {
    try (Role worker = new Role("worker");
        Role coordinator = new Role("coordinator")) {
      List<LiveLogPiece> received = new CopyOnWriteArrayList<>();
      List<String> bound = new CopyOnWriteArrayList<>();
      LiveLogSubscriber subscriber =
          new LiveLogSubscriber(
              coordinator.link, "coordinator", (piece, user) -> received.add(piece), bound::addAll);
      LiveLogPublisher publisher = new LiveLogPublisher(worker.link, "worker");
      subscriber.start();
      subscriber.listenTo(Set.of(LiveLogPiece.key(ID)));
      await().until(() -> !bound.isEmpty());
      publisher.send(new LiveLogPiece(ID, "run", 7, "text".getBytes(UTF_8), false));
      await().until(() -> received.size() == 1);
      assertThat(received.get(0).text()).asString(UTF_8).isEqualTo("text");
      publisher.close();
      subscriber.close();
    }
    assertRefused(
        "worker",
        channel -> channel.queueBind(channel.queueDeclare().getQueue(), "assay.live", "#"));
  }

  /** So the coordinator can trust the user in a message. */
  @Test
  void nobodyCanSendAMessageInTheNameOfAnotherUser() throws Exception {
    assertThatThrownBy(
            () -> {
              try (Connection connection = connect(as("worker"));
                  Channel channel = connection.createChannel()) {
                BasicProperties forged =
                    new BasicProperties.Builder().userId("coordinator").build();
                channel.basicPublish("assay.results", "result", forged, new byte[0]);
                channel.exchangeDeclarePassive("assay.results");
              }
            })
        .hasStackTraceContaining("PRECONDITION_FAILED");
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

  /**
   * Publishes, and waits for the broker's answer, which is the only reaction to a refused message.
   */
  private static Object publish(Channel channel, String exchange) throws IOException {
    channel.basicPublish(exchange, "all", null, new byte[0]);
    return channel.exchangeDeclarePassive("assay.results");
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
      return roles.password(user);
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

  /** The connections of one program. */
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

    /** Collects messages in a list, and gives no answer to questions. */
    ControlChannel talk(List<Binding> bindings, List<Message> received) {
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
            received.add(each.message());
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

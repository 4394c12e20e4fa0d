package ci.assay.broker.control;

import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.message.ActiveNotice;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.ResendRequest;
import ci.assay.message.StartReply;
import ci.assay.message.StopRequest;
import ci.assay.message.WatchRequest;
import ci.assay.model.FromWorker;
import ci.assay.model.Message;
import java.util.Map;

/**
 * Which exchange a message must have come by. The broker's permissions say which role may write to
 * which exchange, so the exchange tells which role sent the message. A type that is not listed may
 * come by any exchange.
 */
final class SenderCheck {

  private static final Map<Class<? extends Message>, String> EXCHANGES =
      Map.of(
          ActiveNotice.class, Topology.COORDINATOR,
          StopRequest.class, Topology.COORDINATOR,
          ResendRequest.class, Topology.COORDINATOR,
          WatchRequest.class, Topology.COORDINATOR,
          StartReply.class, Topology.COORDINATOR,
          ReconcileReply.class, Topology.COORDINATOR,
          OrderReply.class, Topology.COORDINATOR,
          Order.class, Topology.ORDERS,
          PollRequest.class, Topology.ORDERS,
          Presence.class, Topology.PRESENCE);

  private SenderCheck() {}

  /**
   * Whether this user may send such a message, and by this exchange.
   *
   * @param user the verified sender, as returned by {@link WorkerUsers#senderOf}
   */
  static boolean mayCome(Message message, String exchange, String user) {
    String required = EXCHANGES.get(message.getClass());
    boolean isObservers = message instanceof ReconcileRequest; // by an exchange of workers, too
    return (required == null || required.equals(exchange))
        && !(isObservers && WorkerUsers.isWorker(user))
        && (!(message instanceof FromWorker fromWorker)
            || WorkerUsers.maySpeak(user, fromWorker.worker()));
  }
}

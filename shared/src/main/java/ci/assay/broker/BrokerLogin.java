package ci.assay.broker;

/** A user of the broker, who is never printed with the password. */
public record BrokerLogin(String user, String password) {

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    return user;
  }
}

package ci.assay.broker;

/** A user of the broker, who is never printed with the password. */
public record BrokerLogin(String user, String password) {

  /** User and password of a broker that nobody has changed; as good as none. */
  static final String GUEST = "guest";

  /** Whether it has a password other than the one that every new broker has. */
  boolean hasPassword() {
    return !password.equals(GUEST);
  }

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    return user;
  }
}

package ci.assay.broker;

/** A broker user and its password; {@link #toString} leaves the password out. */
public record BrokerLogin(String user, String password) {

  /** User and password of a newly installed broker; counts as no password. */
  static final String GUEST = "guest";

  /** Whether the password is another one than the default of a newly installed broker. */
  boolean hasPassword() {
    return !password.equals(GUEST);
  }

  /** For people and logs: without the password. */
  @Override
  public String toString() {
    return user;
  }
}

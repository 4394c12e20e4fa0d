package ci.assay.web.access;

import org.jspecify.annotations.Nullable;

/**
 * Who sent a request.
 *
 * @param name of the token; null without one
 * @param role what the visitor may do
 * @param formToken part of every form for this visitor, so that no other site can forge one; empty
 *     without a session
 * @param canLogIn whether there are tokens at all
 */
public record Visitor(@Nullable String name, Role role, String formToken, boolean canLogIn) {

  /** What a visitor may do. Each role includes those before it. */
  public enum Role {
    NOTHING,
    READ,
    ACT,
    ADMIN;

    public boolean includes(Role other) {
      return compareTo(other) >= 0;
    }
  }

  /** Whether jobs may be run again and cancelled. */
  public boolean mayAct() {
    return role.includes(Role.ACT);
  }
}

package ci.assay.web.access;

import org.jspecify.annotations.Nullable;

/**
 * Who looks at a page.
 *
 * @param name of the token; null for nobody in particular
 * @param role what may be done
 * @param formToken goes with every form of this visitor, so that no other site can send one; empty
 *     without a session
 * @param canLogIn whether there are tokens at all
 */
public record Visitor(@Nullable String name, Role role, String formToken, boolean canLogIn) {

  /** What somebody may do, each including those before it. */
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

package ci.assay.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.web.access.Visitor.Role;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  private final Sessions sessions = new Sessions();

  private static Tokens.Entry entry(String name) {
    return new Tokens.Entry(name, Role.READ, "00", NOW);
  }

  @Test
  void whoLogsInAgainAndAgainEndsOnlyHisOwnSessions() {
    String admin = sessions.begin(entry("admin"), NOW);
    String first = sessions.begin(entry("reader"), NOW);
    String last = first;
    for (int n = 0; n < 10_000; n++) {
      last = sessions.begin(entry("reader"), NOW);
    }
    assertThat(sessions.find(admin, NOW)).isPresent();
    assertThat(sessions.find(first, NOW)).isEmpty();
    assertThat(sessions.find(last, NOW)).isPresent();
  }

  @Test
  void aSessionEndsAfterItsTime() {
    String id = sessions.begin(entry("ada"), NOW);
    assertThat(sessions.find(id, NOW.plus(Sessions.LENGTH).minusSeconds(1))).isPresent();
    assertThat(sessions.find(id, NOW.plus(Sessions.LENGTH))).isEmpty();
  }
}

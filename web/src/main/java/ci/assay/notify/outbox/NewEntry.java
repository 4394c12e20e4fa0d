package ci.assay.notify.outbox;

/**
 * A notice to be added to the outbox.
 *
 * @param id is the same for the same event and rule, so that it is added once
 * @param isState whether it is a commit status, which a later one of the same rule and commit
 *     supersedes
 * @param body the notice, as JSON
 */
public record NewEntry(
    String id, Entry.Address address, Entry.Subject subject, boolean isState, String body) {}
